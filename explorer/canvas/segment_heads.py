"""Heads of arrows in the middle of every segment of a polyline that is long enough: it is gone step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from .item import CanvasItem
from .projection import Projection
from .way_arrows import arrow_head

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_SHORTEST = 22.0
"""Pixels of a segment that has a head."""


class SegmentHeads(CanvasItem):
    """Filled heads in one colour, with a rim; a point that is not finite is a gap."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._points = np.empty((0, 2))
        self._colour = theme.accent
        self._heads: list[QPolygonF] = []

    def set_points(self, points: Float[np.ndarray, "N 2"], colour: str) -> None:
        """Show heads along another polyline, in data coordinates."""
        self._points, self._colour = points, colour
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        pixels = projection.pixels(self._points.reshape(-1, 2))
        with np.errstate(invalid="ignore", over="ignore"):
            along = np.diff(pixels, axis=0)
            middle, length = pixels[:-1] + 0.5 * along, np.hypot(*along.T)
            seen = np.isfinite(length) & (length >= _SHORTEST)
            seen &= (middle >= 0.0).all(axis=1) & (middle <= (projection.width, projection.height)).all(axis=1)
        self._heads = [
            arrow_head(place, way) for place, way in zip(middle[seen], along[seen] / length[seen, None], strict=True)
        ]

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self.theme.card), 1.4)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(QColor(self._colour))
        for head in self._heads:
            painter.drawPolygon(head)
