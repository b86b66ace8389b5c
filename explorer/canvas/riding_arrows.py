"""Arrows that ride on a curve: vectors of very different lengths, all of them to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QPainter
from typing_extensions import override

from .arrows import arrow_lines
from .flow import unit
from .item import CanvasItem
from .lines import Lines, visible_lines
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_SHORTEST, _LONGEST = 0.25, 44.0
"""Length of the shortest arrow as a share of the longest's, and that in pixels: less in a small plot."""
_SHARE = 0.16


class RidingArrows(CanvasItem):
    """Arrows from points along vectors; their length in pixels grows as the root of the vector's."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._points = np.empty((0, 2))
        self._vectors = np.empty((0, 2))
        self._colour = theme.violet
        self._lines = Lines(np.empty((0, 4)))

    def set_arrows(self, points: Float[np.ndarray, "N 2"], vectors: Float[np.ndarray, "N 2"], colour: str) -> None:
        """Show other arrows; data coordinates. What is not finite, or zero, is not drawn."""
        self._points, self._vectors, self._colour = points, vectors, colour
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        size = np.hypot(self._vectors[:, 0], self._vectors[:, 1])
        known = np.isfinite(size) & (size > 0) & np.isfinite(self._points).all(axis=1)
        self._lines = Lines(np.empty((0, 4)))
        if not known.any():
            return
        share = np.sqrt(size[known] / size[known].max())
        tails = projection.pixels(self._points[known])
        along = unit(self._vectors[known] / size[known][:, None] * np.array(projection.scale))
        longest = min(_LONGEST, _SHARE * min(projection.width, projection.height))
        length = longest * (_SHORTEST + (1.0 - _SHORTEST) * share)
        strokes = arrow_lines(tails + along * length[:, None] / 2, along, length).reshape(-1, 4)
        self._lines = Lines(visible_lines(strokes[:, :2], strokes[:, 2:], projection.width, projection.height))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._lines.draw(painter, QColor(self._colour), 1.4)
