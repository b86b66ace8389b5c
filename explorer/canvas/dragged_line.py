"""What lines that a person drags across a plot have in common."""

from __future__ import annotations

from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainterPath
from typing_extensions import override

from .item import CanvasItem
from .projection import Projection

GRIP = 6.0
"""Pixels beside the line at which it is still taken hold of."""


class DraggedLine(CanvasItem):
    """Emits the value it is dragged to; where it stands is for others to say."""

    moved = Signal(float)
    pointer = Qt.CursorShape.SizeHorCursor
    """The mouse's shape over it."""

    def grip(self, projection: Projection) -> QRectF | None:
        """The pixels at which it can be taken hold of; None while it stands nowhere."""
        raise NotImplementedError

    def value_at(self, projection: Projection, place: QPointF) -> float:
        """The value under a place, in pixels, within the plot."""
        raise NotImplementedError

    def hoverEvent(self, event: HoverEvent) -> None:
        """Called by the plot's scene."""
        if event.isExit():
            self.unsetCursor()
        else:
            self.setCursor(self.pointer)
            event.acceptDrags(Qt.MouseButton.LeftButton)

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        """Called by the plot's scene."""
        projection = self.projection
        if event.button() != Qt.MouseButton.LeftButton or projection is None:
            event.ignore()
            return
        event.accept()
        x = min(max(event.pos().x(), 0.0), projection.width)
        y = min(max(event.pos().y(), 0.0), projection.height)
        self.moved.emit(self.value_at(projection, QPointF(x, y)))

    @override
    def shape(self) -> QPainterPath:
        path, projection = QPainterPath(), self.ensure_layout()
        grip = self.grip(projection) if projection is not None and self.isVisible() else None
        if grip is not None:
            path.addRect(grip)
        return path
