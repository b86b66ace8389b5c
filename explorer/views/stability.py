"""Whether stability or accuracy sets the steps: h lambda of every step inside the method's stability region."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import StabilitySteps

from ..canvas.colour import blend
from ..canvas.fitted_card import FittedCard
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.marks import Marks
from ..canvas.nearest import nearest_point
from ..canvas.number_text import number_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote, PlotLabel, PlotLabels
from ..canvas.sheet import Sheet
from ..canvas.stability_region import StabilityRegion
from ..canvas.view_history import Rectangle
from ..labels import ElidedLabel
from ..view import Table
from .iteration_table import in_rectangle, rows_where

_WAITING = "The eigenvalues along the trajectory, times its steps, appear here."
_HOME: Rectangle = ((-5.0, 2.0), (-4.0, 4.0))
_BEYOND = 2.0
"""Times the region's own size at which dots that lie outside are left out of the first view."""
_MANY = 0.2
"""Share of steps at the edge from which on it is said."""
_REACH = 9.0


class Stability(FittedCard):
    """The complex plane of z = h lambda."""

    name = "stability"
    title = "Stability region"
    wanted = frozenset({StabilitySteps})
    kinds = frozenset({"ode", "minimise"})
    components: ClassVar[range] = range(1, 65)
    help = (
        "Coloured is where the method does not let z′ = λz grow: |R(hλ)| ≤ 1. A dot is an eigenvalue λ of df/dz at a "
        "step of the trajectory, times that step; large dots are the step under the playhead. Dots that crowd at the "
        "left edge mean that stability, not accuracy, keeps the steps short: the problem is stiff, and an implicit "
        "method, whose region has no such edge, could take longer ones. Click a dot to go to its time."
    )
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 35
    at_first: ClassVar[bool] = False
    lowest = 240
    chip_names = ("held", "focus")

    def __init__(self) -> None:
        super().__init__()
        self._steps: StabilitySteps | None = None
        self._cursor = math.nan
        self._region = StabilityRegion(self.theme, z=-20)
        self._dots = Marks(self.theme, "dot", 3.5, z=0)
        self._rejected = Marks(self.theme, "cross", 4.0, z=1)
        self._limits = PlotLabels(self.theme, z=20)
        self._now = Glyphs(self.theme, z=10)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._region, self._dots, self._rejected), self._now, self._limits, self._note)
        self.box.setAspectLocked(True)
        self._step = ElidedLabel("", "muted")
        self.body.insertWidget(1, self._step)
        self.plot.bottom.set_title("Re hλ")
        self.plot.left.set_title("Im hλ")
        self.box.hover_moved.connect(self._point_at)
        self.box.clicked.connect(self._click)
        self.redraw()

    @override
    def redraw(self) -> None:
        steps, theme = self._steps, self.theme
        self._note.setVisible(steps is None)
        self._region.set_function(None if steps is None else steps.amplification)
        colour = theme.colour_of(0 if steps is None else steps.trajectory)
        nothing = np.empty((0, 2))
        self._dots.set_points(nothing if steps is None else _places(steps.products[steps.accepted]), colour)
        pale = blend(theme.rose, theme.card, 0.4)
        self._rejected.set_points(nothing if steps is None else _places(steps.products[~steps.accepted]), pale)
        labels = []
        if steps is not None and math.isfinite(steps.real_limit):
            labels = [PlotLabel((-steps.real_limit, 0.0), (number_text(-steps.real_limit, 5),), theme.teal)]
        self._limits.set_labels(labels)
        self.chips.set_text("focus", "" if steps is None else f"trajectory {steps.trajectory + 1}")
        held = 0.0 if steps is None else steps.held_back
        text = f"stability limits {100.0 * held:.0f} % of the steps" if held >= _MANY else ""
        self.chips.set_text("held", text, _hint(steps, held) if text else "", warning=True)
        self._show_now()

    def _show_now(self) -> None:
        """The step under the playhead."""
        steps = self._steps
        place = -1 if steps is None or math.isnan(self._cursor) else steps.at(self._cursor)
        if steps is None or place < 0:
            self._now.set_groups(())
            self._step.show_text("")
            return
        colour = self.theme.colour_of(steps.trajectory)
        self._now.set_groups([GlyphGroup("disc", _places(steps.products[place : place + 1]), colour, 5.5, halo=True)])
        h, used = float(steps.h[place]), float(steps.used[place])
        limit = f"stability allows {number_text(h / used, 3)}" if used > 0.0 else "stability sets no limit"
        self._step.show_text(f"t = {number_text(float(steps.t[place]), 3)}: h = {number_text(h, 3)}, {limit}")

    def _found_at(self, position: QPointF) -> tuple[int, int] | None:
        """(step, eigenvalue) under a position in pixels."""
        steps, projection = self._steps, self._dots.projection
        if steps is None or projection is None:
            return None
        found = nearest_point(projection.pixels(_places(steps.products)), (position.x(), position.y()), _REACH)
        return None if found is None else divmod(found, steps.products.shape[1])

    def _point_at(self, position: QPointF) -> None:
        found, steps = self._found_at(position), self._steps
        self.box.setCursor(Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor)
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        text = f"hλ = {_complex_text(complex(x, y))}"
        if steps is not None:
            z = complex(x, y) if found is None else complex(steps.products[found])
            text = f"hλ = {_complex_text(z)}   |R| = {number_text(abs(complex(steps.amplification(np.array(z)))), 3)}"
            if found is not None:
                step, which = found
                value = _complex_text(complex(steps.eigenvalues[step, which]))
                text += f"   t = {number_text(float(steps.t[step]))}   h = {number_text(float(steps.h[step]), 3)}"
                text += f"   λ = {value}" + ("" if steps.accepted[step] else "   rejected")
        self.readout.emit(text)

    def _click(self, position: QPointF) -> None:
        found, steps = self._found_at(position), self._steps
        if found is not None and steps is not None:
            self.cursor_moved.emit(float(steps.t[found[0]]))

    @override
    def extent(self) -> Rectangle | None:
        steps = self._steps
        if steps is None:
            return None
        reach = steps.edge[np.isfinite(steps.edge)] if np.isfinite(steps.edge).all() else np.array([4.0])
        size = max(float(reach.max()), steps.real_limit if math.isfinite(steps.real_limit) else 0.0, 1.0)
        places = _places(steps.products[steps.accepted])
        near = places[(np.abs(places) <= _BEYOND * size).all(axis=1)]
        high = max(size, float(np.abs(near[:, 1]).max(initial=0.0)))
        return (min(-size, float(near[:, 0].min(initial=0.0))), max(0.3 * size, float(near[:, 0].max(initial=0.0)))), (
            -high,
            high,
        )

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.1), padded(*content[1], 0.06)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self.begin_anew(_HOME)
        self._steps = None
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        steps = frame.get(StabilitySteps)
        if steps is not None and steps is not self._steps:
            self._steps = steps
            self.redraw()
            self.follow_frame(frame)
        elif StabilitySteps in frame.absent:
            self._note.set_text(frame.absent[StabilitySteps])
            if self._steps is not None:
                self._steps = None
                self.redraw()

    @override
    def set_cursor(self, t: float) -> None:
        self._cursor = t
        self._show_now()

    @override
    def table(self, visible_only: bool = False) -> Table:
        steps = self._steps
        if steps is None:
            return Table({})
        products, count = steps.products, steps.products.shape[1]
        z = products.reshape(-1)
        table = Table(
            {
                "t": np.repeat(steps.t, count),
                "h": np.repeat(steps.h, count),
                "accepted": np.repeat(steps.accepted, count),
                "eigenvalue_real": steps.eigenvalues.real.reshape(-1),
                "eigenvalue_imaginary": steps.eigenvalues.imag.reshape(-1),
                "h_eigenvalue_real": z.real,
                "h_eigenvalue_imaginary": z.imag,
                "amplification": np.abs(steps.amplification(z)),
            }
        )
        if not visible_only:
            return table
        return rows_where(table, in_rectangle(z.real, z.imag, self.box.rectangle()))


def _places(z: np.ndarray) -> np.ndarray:
    flat = z.reshape(-1)
    return np.column_stack([flat.real, flat.imag])


def _complex_text(z: complex) -> str:
    if abs(z.imag) <= 1e-12 * max(abs(z), 1e-300):
        return number_text(z.real, 4)
    return f"{number_text(z.real, 3)} {'+' if z.imag > 0 else '−'} {number_text(abs(z.imag), 3)}i"


def _hint(steps: StabilitySteps | None, held: float) -> str:
    limit = math.inf if steps is None else steps.real_limit
    edge = f" It ends at {number_text(-limit, 5)} on the real axis." if math.isfinite(limit) else ""
    return (
        f"In {100.0 * held:.0f} % of the accepted steps hλ lies at the edge of the region: stability, not accuracy, "
        f"keeps the step short.{edge} An implicit method could take longer steps"
    )
