"""The linked cursor of a plot whose time or iterations run downwards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from .colour import faded
from .dragged_line import GRIP, DraggedLine
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme


class RowCursor(DraggedLine):
    """A line across at y = -number; a person drags it up and down."""

    pointer = Qt.CursorShape.SizeVerCursor

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._number = math.nan
        self._y = math.nan

    @property
    def number(self) -> float:
        """Where it stands; NaN while it does not."""
        return self._number

    def set_number(self, number: float) -> None:
        """Move it."""
        if number != self._number:
            self._number = number
            self.invalidate()

    @override
    def grip(self, projection: Projection) -> QRectF | None:
        return QRectF(0, self._y - GRIP, projection.width, 2 * GRIP) if math.isfinite(self._y) else None

    @override
    def value_at(self, projection: Projection, place: QPointF) -> float:
        return max(0.0, -float(projection.data(np.array([0.0, place.y()]))[1]))

    @override
    def layout(self, projection: Projection) -> None:
        self._y = float(projection.pixels(np.array([0.0, -self._number]))[1])

    @override
    def draw(self, painter: QPainter) -> None:
        area = self.boundingRect()
        if not area.top() <= self._y <= area.bottom():
            return
        y = round(self._y) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, weight in ((faded(self.theme.card, 0.8), 3.0), (QColor(self.theme.text), 1.0)):
            painter.setPen(QPen(colour, weight))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.text))
        painter.drawPolygon(QPolygonF([QPointF(0, y - 5), QPointF(0, y + 5), QPointF(6, y)]))
