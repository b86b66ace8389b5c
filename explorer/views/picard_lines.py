"""The curves of Picard's iterates: the later the stronger, over the broad one of the solution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import PicardIterates

from ..canvas.colour import blend
from ..canvas.number_text import number_text
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.view_history import Rectangle
from .picard_words import iterate_name

if TYPE_CHECKING:
    from ..theme import Theme

_BESIDE = 0.6
"""Of the solution's height, above and below it, that is shown by itself: iterates may leave it by any power of ten."""
_FAR = 1e4
"""Heights of the solution beyond which a curve is not drawn: no zoom that is of use goes there."""
_PALEST, _SOLUTION = 0.35, 0.45


class PicardLines:
    """One component of all iterates and of the solution."""

    def __init__(self, theme: Theme) -> None:
        self.curves = Segments(theme, z=0)
        self._theme = theme
        self._found: PicardIterates | None = None
        self._place = 0

    def paint(self, found: PicardIterates | None, place: int, theme: Theme) -> None:
        """Draw the component at `place` (None: nothing)."""
        self._found, self._place, self._theme = found, place, theme
        if found is None:
            self.curves.set_segments(np.empty((0, 2)), ())
            return
        values = np.concatenate([found.solution[None, :, place], found.iterates[:, :, place]])
        low, high = self._heights(found)
        reach = _FAR * max(high - low, 1e-300)
        with np.errstate(invalid="ignore"):
            values = np.where((values > low - reach) & (values < high + reach), values, np.nan)
        points = np.stack([np.tile(found.t, len(values)), values.ravel()], axis=1)
        strokes = [Stroke(self.solution_colour(), 5.0), *(Stroke(colour, 1.6) for colour in self.colours())]
        joints = np.arange(len(found.t) - 1)
        groups = [StrokeGroup(joints + row * len(found.t), stroke) for row, stroke in enumerate(strokes)]
        self.curves.set_segments(points, groups)

    def colours(self) -> tuple[str, ...]:
        """Of y_0 .. y_K."""
        count = 0 if self._found is None else len(self._found.iterates)
        return tuple(
            blend(self._theme.card, self._theme.accent, part) for part in np.linspace(_PALEST, 1.0, count).tolist()
        )

    def solution_colour(self) -> str:
        """Of the solution."""
        return blend(self._theme.card, self._theme.text, _SOLUTION)

    def extent(self) -> Rectangle | None:
        """All of the solution, and the iterates near it; None while there are none."""
        found = self._found
        if found is None:
            return None
        low, high = self._heights(found)
        room = _BESIDE * (high - low)
        drawn = found.iterates[:, :, self._place]
        drawn = drawn[np.isfinite(drawn)]
        heights = min(low, max(low - room, float(drawn.min()))), max(high, min(high + room, float(drawn.max())))
        return (float(found.t.min()), float(found.t.max())), heights

    def reading_at(self, t: float, value: float) -> str:
        """The iterate that is nearest to a place, and the solution there, in words; empty beside the span."""
        found = self._found
        if found is None or not found.t.min() <= t <= found.t.max():
            return ""
        nearest = int(np.abs(found.t - t).argmin())
        values = found.iterates[:, nearest, self._place]
        k = int(np.where(np.isfinite(values), np.abs(values - value), np.inf).argmin())
        solution = float(found.solution[nearest, self._place])
        text = f"t = {number_text(float(found.t[nearest]))}   {iterate_name(k)} = {number_text(float(values[k]), 6)}"
        return f"{text}   y = {number_text(solution, 6)}" if math.isfinite(solution) else text

    def _heights(self, found: PicardIterates) -> tuple[float, float]:
        """From the lowest to the highest value of the solution; where none is known, of the first two iterates."""
        values = found.solution[:, self._place]
        if not np.isfinite(values).any():
            values = found.iterates[:2, :, self._place]
        finite = values[np.isfinite(values)]
        return float(finite.min()), float(finite.max())
