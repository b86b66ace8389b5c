"""The Poincare section in the phase plane: its line, whose ends are dragged, and where trajectories cross it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF

from core.experiment import Experiment, Section
from core.frame import Frame
from core.readings import PoincareSection

from ..canvas.item import CanvasItem
from ..canvas.marks import Marks
from ..canvas.points import DraggablePoints
from ..canvas.section_line import SectionLine
from ..layered import Layer
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from ..theme import Theme
    from ..view import View

LAYER = Layer(
    "section",
    "Poincaré section",
    help="The line of the section, and where the trajectories cross it; drag its ends. Or their states once a period",
    needs=frozenset({PoincareSection}),
)


class PlaneSection(QObject):
    """Emits edits of its view as its ends are dragged."""

    def __init__(self, view: View, theme: Theme) -> None:
        super().__init__(view)
        self.line = SectionLine(theme, z=24)
        self.marks = Marks(theme, "dot", 4.0, z=25)
        self.ends = DraggablePoints(theme, "disc", 5.0, z=42)
        self._view, self._theme = view, theme
        self._section = Section()
        self._axes: PlaneAxes | None = None
        self._found: PoincareSection | None = None
        self.ends.dragged.connect(self._drag)
        self.ends.released.connect(view.drag_finished)

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return self.line, self.marks, self.ends

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the section of an experiment."""
        if experiment.section != self._section:
            self._section = experiment.section
            if not self._section.on:
                self._found = None
            self._paint()

    def clear(self) -> None:
        """Forget the crossings."""
        self._found = None
        self._paint()

    def draw(self, frame: Frame, _axes: PlaneAxes) -> None:
        """Take over a frame's crossings; a frame without them leaves the old ones, but where it says why."""
        found = frame.get(PoincareSection)
        if PoincareSection in frame.absent and self._found is not None:
            self.clear()
        elif found is not None and found is not self._found and self._section.on:
            self._found = found
            self._paint()

    def show(self, axes: PlaneAxes) -> None:
        """Show it on these axes, where they are its own."""
        self._axes = axes
        self._paint()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._theme = theme
        self._paint()

    def _drag(self, index: int, place: QPointF, drag: int) -> None:
        """The end `index` of the line as it is drawn is at a place: ends may not meet."""
        there = place.x(), place.y()
        own = self._axes is not None and (self._axes.x, self._axes.y) == self._section.axes
        there = there if own else there[::-1]
        moved = replace(self._section, **{"end" if index else "begin": there})
        if moved.begin != moved.end:
            self._view.section_edited.emit(moved, drag)

    def _paint(self) -> None:
        section, axes, theme = self._section, self._axes, self._theme
        ends = np.empty((0, 2))
        by_period = section.kind == "period"
        if section.on and not by_period and axes is not None and {axes.x, axes.y} == set(section.axes):
            ends = np.array([section.begin, section.end])[:, [section.axes.index(axes.x), section.axes.index(axes.y)]]
        turned = len(ends) > 0 and axes is not None and section.axes[0] != axes.x  # drawn in the mirror
        left, right = section.direction != "to the right", section.direction != "to the left"
        self.line.set_line(ends, left=right if turned else left, right=left if turned else right)
        self.ends.set_points(ends, [theme.text] * len(ends))
        found = self._found
        shown = found is not None and axes is not None and found.components == axes.components
        shown = shown and (by_period or len(ends) > 0)
        places = axes.places(found.z, found.t) if shown and found is not None and axes is not None else np.empty((0, 2))
        self.marks.set_points(places, theme.amber)
