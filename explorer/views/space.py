"""Trajectories in space: three components, or two over time, turned by hand."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.plane_view import first_viewport
from core.readings import Equilibria, Trajectories
from core.request import Viewport
from core.window_notes import WindowNotes

from ..canvas.camera import Camera
from ..canvas.item import CanvasItem
from ..canvas.plot_card import PlotCard
from ..canvas.sheet import Sheet
from ..canvas.turning_pad import TurningPad
from ..canvas.view_history import Rectangle
from ..layered import Layer
from ..theme import Theme
from ..view import Table
from .space_axes import SpaceAxes
from .space_gestures import SpaceGestures
from .space_pickers import SpacePickers
from .space_scene import SpaceScene
from .trajectory_table import trajectory_table

_LAYERS = (
    Layer("trajectories", "Trajectories", help="Solutions through the starting points; what is nearer is brighter"),
    Layer("equilibria", "Equilibria", help="Where the velocity is zero, with type and eigenvalues"),
    Layer("starts", "Starting points"),
    Layer("frame", "Box and axes", help="The three far walls, and the numbers along the outline"),
)
_MARGIN = 1.03
"""Of the ball that holds the box however it is turned: room for the numbers around it."""


class Space(PlotCard):
    """State space, or the plane of a system of two components over time, as a box to be turned."""

    name = "space"
    title = "Space"
    wanted = frozenset({Trajectories, Equilibria})
    components = range(2, 100_000)
    help = (
        "Drag to turn, turn the wheel to zoom, drag with Shift to move, double-click to see it as at first. The arrow "
        "keys turn it too, 1, 2 and 3 look along an axis. Click a curve to select it, point at one to read its numbers."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 11
    chip_names = ("count", "time")

    def __init__(self) -> None:
        super().__init__()
        self._plane: Viewport | None = None
        self._scene = SpaceScene(self.theme)
        self._pad = TurningPad(self.theme, z=100)
        self.pickers = SpacePickers()
        self.header.insertWidget(self.header.indexOf(self.legend), self.pickers)
        self.plot.leave_out_axes()
        self.box.setAspectLocked(True)
        still = Sheet(self.theme, self._scene.frame, self._scene.curves.item, z=-50)
        self.box.add(still, *self._scene.marks.items(), self._pad)
        self._gestures = SpaceGestures(self, self.box, self._pad, self._scene)
        self.pickers.changed.connect(self._scene.take_axes)

    @override
    def home(self) -> Rectangle:
        reach = _MARGIN * self._scene.cuboid.radius
        return (-reach, reach), (-reach, reach)

    @override
    def layers(self) -> tuple[Layer, ...]:
        return _LAYERS

    @override
    def layer_items(self) -> dict[str, tuple[CanvasItem, ...]]:
        marks = self._scene.marks
        return {
            "trajectories": (self._scene.curves.item, marks.arrivals, marks.failures, marks.now),
            "equilibria": (marks.equilibria,),
            "starts": (marks.starts,),
            "frame": (self._scene.frame,),
        }

    @override
    def viewport(self) -> Viewport | None:
        """The plane that was looked at before: equilibria are sought around it, and it is there again afterwards."""
        return self._plane

    @override
    def look_at(self, viewport: Viewport) -> None:
        self._plane = viewport

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._plane = first_viewport(experiment, system, WindowNotes(axes=axes))
        found = SpaceAxes.of(system, axes)
        self._scene.begin(experiment, system, found)
        self.pickers.offer(found)
        self.chips.set_text("count", "")
        self.box.history.clear()
        self.box.show_rectangle(self.home())

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self._scene.show_experiment(experiment)

    @override
    def draw(self, frame: Frame) -> None:
        trajectories, found = frame.get(Trajectories), frame.get(Equilibria)
        if found is not None:
            self._scene.show_equilibria(found)
        if trajectories is not None and trajectories is not self._scene.curves.trajectories:
            self._scene.show(trajectories, settled=frame.final and frame.quality == "full")
            count = len(trajectories)
            text = f"{count} {'trajectory' if count == 1 else 'trajectories'}" if count else ""
            self.chips.set_text("count", text)

    @override
    def set_cursor(self, t: float) -> None:
        self._scene.marks.set_time(t)
        self.chips.set_text("time", f"t = {t:.2f}".replace("-", "−"))

    @override
    def set_hovered(self, index: int | None) -> None:
        self._scene.curves.emphasise(index, self._gestures.selected)

    @override
    def set_selected(self, index: int | None) -> None:
        self._gestures.selected = index
        self._scene.curves.emphasise(index)

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._scene.apply_theme(theme)

    @override
    def fit(self) -> None:
        self._scene.look(Camera())
        super().fit()

    @override
    def table(self, visible_only: bool = False) -> Table:
        table = trajectory_table(self._scene.curves.trajectories)
        if not visible_only or not table.columns:
            return table
        points, _ = self._scene.curves.item.seen()
        inside = np.ones(len(points), dtype=bool)
        for column, (low, high) in enumerate(self.box.rectangle()):
            inside &= (points[:, column] >= low) & (points[:, column] <= high)
        return Table({name: values[inside] for name, values in table.columns.items()})
