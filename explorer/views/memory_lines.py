"""Bytes over depth as lines with marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.readings import GradientMemory

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.time_cursor import StartLine
from .gradient_marks import method_colour, method_glyph
from .memory_courses import AXES, course

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..canvas.item import CanvasItem
    from ..theme import Theme


class MemoryLines:
    """A line for every method that is shown, the chosen one's stronger, and a dotted line at the depth in force."""

    def __init__(self, theme: Theme) -> None:
        self._lines = Segments(theme, z=0)
        self._marks = Glyphs(theme, z=5)
        self._force = StartLine(theme, z=-20)
        self.courses: list[Float[np.ndarray, "D 2"]] = []
        """Their points in coordinates of the plot."""

    def items(self) -> tuple[CanvasItem, ...]:
        """What is on the canvas."""
        return self._force, self._lines, self._marks

    def show(self, memory: GradientMemory | None, shown: Sequence[int], chosen: str, axes: str, theme: Theme) -> None:
        """shown: the places of the lines to be drawn; chosen: the method in force."""
        lines = () if memory is None else memory.lines
        self.courses = [] if memory is None else [course(memory, lines[index], axes) for index in shown]
        now = math.nan if memory is None or not memory.now > 0.0 else memory.now
        self._force.set_time(math.log10(now) if axes == AXES[0] else now)
        begins = np.cumsum([0, *(len(each) for each in self.courses)]).tolist()
        groups = []
        for index, each, begin in zip(shown, self.courses, begins, strict=False):
            method = lines[index].method
            stroke = Stroke(method_colour(theme, method), 2.6 if method == chosen else 1.6)
            groups.append(StrokeGroup(begin + np.arange(max(0, len(each) - 1)), stroke))
        self._lines.set_segments(np.concatenate([np.empty((0, 2)), *self.courses]), groups)
        marks = zip((lines[index].method for index in shown), self.courses, strict=False)
        self._marks.set_groups(
            [GlyphGroup(method_glyph(method), each, method_colour(theme, method), 3.4) for method, each in marks]
        )
