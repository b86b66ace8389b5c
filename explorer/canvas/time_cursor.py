"""Vertical lines in a plot over time: the linked cursor and the start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from .colour import faded
from .dragged_line import GRIP, DraggedLine
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme


class StartLine(CanvasItem):
    """A quiet dotted line at the time the trajectories start."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._t = math.nan
        self._x = math.nan

    @property
    def t(self) -> float:
        """The time the line stands at; NaN while there is none."""
        return self._t

    def set_time(self, t: float) -> None:
        """Move the line."""
        if t != self._t:
            self._t = t
            self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._x = float(projection.pixels(np.array([self._t, 0.0]))[0])

    @override
    def draw(self, painter: QPainter) -> None:
        area = self.boundingRect()
        if area.left() <= self._x <= area.right():
            self.draw_line(painter, round(self._x) + 0.5, area)

    def draw_line(self, painter: QPainter, x: float, area: QRectF) -> None:
        """Paint the line at pixel `x`."""
        painter.setPen(QPen(faded(self.theme.faint, 0.8), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))


class TimeCursor(DraggedLine, StartLine):
    """The time all views agree on; a person drags it along the axis."""

    halo = False
    """Whether it has an edge of the card's colour, so as to be seen over an image."""

    @override
    def grip(self, projection: Projection) -> QRectF | None:
        return QRectF(self._x - GRIP, 0, 2 * GRIP, projection.height) if math.isfinite(self._x) else None

    @override
    def value_at(self, projection: Projection, place: QPointF) -> float:
        return float(projection.data(np.array([place.x(), 0.0]))[0])

    @override
    def draw_line(self, painter: QPainter, x: float, area: QRectF) -> None:
        colour = QColor(self.theme.text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.halo:
            painter.setPen(QPen(faded(self.theme.card, 0.8), 3.0))
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        painter.setPen(QPen(colour if self.halo else faded(self.theme.text, 0.7), 1.0))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, 6)]))
