"""The side of a point on which a loss falls, and the line where that side ends."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from ..theme import Theme
from .colour import faded
from .item import CanvasItem
from .projection import Projection

_SHADE = 0.16


class DescentSide(CanvasItem):
    """The half-plane slope . (u - point) < 0 in data coordinates u.

    A slope is a covector: with p = s u for the pixels of either axis it is slope / s there, so that the line where the
    half-plane ends, slope . (u - point) = 0, is the tangent of the contour through the point on a screen of any shape
    and at any zoom. It is at right angles to the arrow of steepest descent only where both axes have the same scale.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._point, self._slope = (0.0, 0.0), (0.0, 0.0)
        self._side = QPolygonF()
        self._line = QLineF()

    def set_side(self, point: tuple[float, float], slope: tuple[float, float]) -> None:
        """Show another one; nothing where the slope is 0 or no number."""
        self._point, self._slope = point, slope
        self.invalidate()

    @property
    def corners(self) -> list[tuple[float, float]]:
        """Of the part in sight, in pixels."""
        self.ensure_layout()
        return [(corner.x(), corner.y()) for corner in self._side.toList()]

    @override
    def layout(self, projection: Projection) -> None:
        self._side, self._line = QPolygonF(), QLineF()
        normal = np.array(self._slope) / np.array(projection.scale)
        length = float(np.hypot(*normal))
        if not (np.isfinite(length) and length > 0.0):
            return
        normal = normal / length
        centre = projection.pixels(np.array(self._point))
        width, height = projection.width, projection.height
        box = np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])
        heights = (box - centre) @ normal
        corners, crossings = [], []
        for index in range(len(box)):
            begin, end, low, high = box[index - 1], box[index], heights[index - 1], heights[index]
            if (low < 0.0) != (high < 0.0):
                crossings.append(begin + (end - begin) * low / (low - high))
                corners.append(crossings[-1])
            if high < 0.0:
                corners.append(end)
        self._side = QPolygonF([QPointF(*corner.tolist()) for corner in corners])
        if len(crossings) == 2:
            self._line = QLineF(*crossings[0].tolist(), *crossings[1].tolist())

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(self.theme.accent, _SHADE))
        painter.drawPolygon(self._side)
        if not self._line.isNull():
            for pen in (QPen(faded(self.theme.card, 0.6), 3.0), QPen(QColor(self.theme.accent), 1.2)):
                painter.setPen(pen)
                painter.drawLine(self._line)
