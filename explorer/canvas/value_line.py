"""A vertical line at the value a parameter has, which a person drags as the parameter's slider."""

from __future__ import annotations

from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import QLineF, QRectF, Signal
from PySide6.QtGui import QPainter, QPen
from typing_extensions import override

from .colour import faded
from .time_cursor import TimeCursor


class ValueLine(TimeCursor):
    """Like the cursor of time, and legible on a picture."""

    taken = Signal()
    """A drag begins."""
    released = Signal()

    @override
    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        if event.isStart():
            self.taken.emit()
        super().mouseDragEvent(event)
        if event.isFinish():
            self.released.emit()

    @override
    def draw_line(self, painter: QPainter, x: float, area: QRectF) -> None:
        painter.setPen(QPen(faded(self.theme.card, 0.7), 3.0))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        super().draw_line(painter, x, area)
