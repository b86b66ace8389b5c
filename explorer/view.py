"""The contract of a view: it draws readings, and tells what a person did to them.

A view imports readings, frame and experiment; never a solver, a loop or another view. It knows nothing of
who listens: only the conductor connects the signals below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import Signal

from .layered import Layered

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.frame import Frame
    from core.language import System
    from core.request import Viewport

    from .canvas.end_handle import EndHandle
    from .theme import Theme


@dataclass(frozen=True)
class Table:
    """Data of a plot as columns of equal length, for CSV."""

    columns: dict[str, np.ndarray]


class View(Layered):
    """A card with one plot."""

    name: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str] = ""
    kinds: ClassVar[frozenset[str]] = frozenset({"ode"})
    """The kinds of systems (`System.kind`) that this view is about."""
    components: ClassVar[range] = range(1, 100_000)
    """How many components a system of these kinds may have."""
    serves: ClassVar[staticmethod[[System], bool]] = staticmethod(lambda _system: True)
    """Whether it is about a system of these kinds and sizes: for a view of systems of one form."""
    at_first: ClassVar[bool] = True
    """Whether it is on before anyone has switched it."""
    of_race: ClassVar[bool] = False
    """Whether it has something to show only while integration methods race."""
    of_section: ClassVar[bool] = False
    """Whether it has something to show only while there is a Poincare section."""
    takes_long: ClassVar[bool] = False
    """Whether what it shows takes many times as long as a run: pictures without a window are drawn without it."""
    of_gradient: ClassVar[bool] = False
    """Whether "Show gradient" switches it on."""
    elsewhere: ClassVar[str] = ""
    """Where it fits no system at hand: why not, and where to look; its entry in the menu then stays, and says so."""
    ends: EndHandle | None = None
    """Where ends of trajectories can be dragged, in a view that has it."""
    place: ClassVar[str] = "right"
    """Where it stands: "main" (one at a time, in the middle), "below" it, or "right"."""
    breadth: ClassVar[int] = 1
    """How many times the others' part of the room it is given."""
    order: ClassVar[int] = 100
    """Place among the views, in menus and in the window: smaller comes first."""

    start_added = Signal(tuple)
    """(n numbers): a person clicked where a trajectory shall start."""
    start_moved = Signal(int, tuple, int)
    """(index, n numbers, drag id): a start is being dragged; equal drag ids belong to one drag."""
    drag_finished = Signal()
    start_removed = Signal(int)
    cursor_moved = Signal(float)
    """A person moved the linked time cursor."""
    hovered = Signal(object)
    """Index of the trajectory under the mouse, or None."""
    selected = Signal(object)
    """Index of the trajectory that was clicked, or None."""
    parameter_dragged = Signal(str, float, int)
    """(name, value, drag id): a person drags a parameter's value in the plot, as a slider would be."""
    parameters_dragged = Signal(object, int)
    """(values by name, drag id): a person drags several parameters' values at once."""
    section_edited = Signal(object, object)
    """(`core.experiment.Section`, drag id or None): a person moves the Poincare section, or chooses what it counts."""
    integration_edited = Signal(str, object)
    """(name, value): a person chose another setting of `core.experiment.Integration` in the plot."""
    gradient_edited = Signal(str, object)
    """(name, value): a person chose another setting of `core.experiment.GradientChoice` in the plot."""
    solver_chosen = Signal(str)
    """A person clicked the picture of this root solver: from now on it is the chosen one."""
    viewport_changed = Signal()
    frame_drawn = Signal()
    """It shows another frame: what lies under a mouse that rests may be something else."""
    readout = Signal(str)
    """Text for the status bar: the coordinates under the mouse and what is there."""
    context_menu_requested = Signal(object)
    """Global position at which the conductor opens this view's menu."""

    def viewport(self) -> Viewport | None:
        """The visible rectangle; None for a view whose readings do not depend on it."""
        return None

    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        """Another system: forget readings, fit to the system's view.

        axes: names of the quantities to show, where a view has the choice and the system has them.
        """
        raise NotImplementedError

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Values or settings changed; what follows from them comes in frames."""

    def draw(self, frame: Frame) -> None:
        """Show a frame. Readings that are absent stay as they were; never resets the zoom."""
        raise NotImplementedError

    def set_cursor(self, t: float) -> None:
        """Show the linked time cursor (and the moving points) at t."""

    def set_hovered(self, index: int | None) -> None:
        """Highlight trajectory `index`."""

    def set_selected(self, index: int | None) -> None:
        """Mark trajectory `index` as selected."""

    def set_stale(self, stale: bool) -> None:
        """Dim the picture while the text does not parse: it shows the last valid system."""

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        raise NotImplementedError

    def advance(self, seconds: float) -> None:
        """Let what drifts drift on by `seconds` of wall time; called once per painted frame."""

    def fit(self) -> None:
        """Show everything."""

    def back(self) -> None:
        """Look again at what was seen before the last zoom or move."""

    def forward(self) -> None:
        """Undo `back`."""

    def look_at(self, viewport: Viewport) -> None:
        """Show what `viewport` once said, where the axes are the same."""

    def table(self, visible_only: bool = False) -> Table:
        """The data of this plot as it is drawn, all of it or what lies in the visible range."""
        raise NotImplementedError
