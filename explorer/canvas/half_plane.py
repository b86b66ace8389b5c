"""The half-plane on which a direction still descends, and the circle of the reference's length."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from ..theme import Theme
from .colour import blend, faded
from .item import CanvasItem
from .projection import Projection


class HalfPlane(CanvasItem):
    """Right of 0, where the cosine with the reference is positive; and the unit circle about 0."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._origin = QPointF()
        self._radius = QPointF()

    @override
    def layout(self, projection: Projection) -> None:
        origin, corner = projection.pixels(np.array([[0.0, 0.0], [1.0, -1.0]]))
        self._origin = QPointF(*origin.tolist())
        self._radius = QPointF(*(corner - origin).tolist())

    @override
    def draw(self, painter: QPainter) -> None:
        area, theme = self.boundingRect(), self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = max(area.left(), self._origin.x())
        if left < area.right():
            shaded = QRectF(left, area.top(), area.right() - left, area.height())
            painter.fillRect(shaded, faded(theme.teal, 0.07))
        painter.setPen(QPen(QColor(blend(theme.line, theme.muted, 0.25)), 1.0))
        painter.drawLine(QLineF(self._origin.x(), area.top(), self._origin.x(), area.bottom()))
        painter.drawLine(QLineF(area.left(), self._origin.y(), area.right(), self._origin.y()))
        painter.setPen(QPen(faded(theme.muted, 0.45), 1.0))
        if self._radius.x() < 20_000:
            painter.drawEllipse(self._origin, self._radius.x(), self._radius.y())
