"""Upright bars from the lower edge of a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from typing_extensions import override

from .colour import blend
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_WIDTH = 0.72
_MOST = 600
"""Bars that are drawn at most: more would be thinner than a pixel."""


class Bars(CanvasItem):
    """One bar per point: its top at the point; on a logarithmic axis there is no other foot than the edge."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._points = np.empty((0, 2))
        self._colour = theme.accent
        self._bars: list[QRectF] = []

    def set_points(self, points: Float[np.ndarray, "N 2"], colour: str) -> None:
        """Show other bars one unit apart; data coordinates."""
        self._points, self._colour = points, colour
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        points = self._points[np.isfinite(self._points).all(axis=1)]
        inside = (points[:, 0] > projection.x_range[0] - 1) & (points[:, 0] < projection.x_range[1] + 1)
        points = points[inside][:_MOST]
        width = max(1.0, _WIDTH * abs(projection.scale[0]))
        self._bars = [
            QRectF(x - width / 2, max(y, -4.0), width, projection.height - max(y, -4.0))
            for x, y in projection.pixels(points).tolist()
            if y < projection.height
        ]

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(blend(self._colour, self.theme.card, 0.35)))
        for bar in self._bars:
            radius = min(3.0, bar.width() / 3)
            painter.drawRoundedRect(bar, radius, radius)
