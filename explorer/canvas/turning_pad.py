"""The mouse's work on a scene in space: a drag turns it, a double click asks for the first sight of it."""

from __future__ import annotations

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath
from typing_extensions import override

from ..theme import Theme
from .item import CanvasItem

_DEGREES_PER_PIXEL = 0.4


class TurningPad(CanvasItem):
    """Lies over the whole plot. A drag with Shift, or with the middle button, is the plot's own: it moves the scene."""

    turned = Signal(float, float)
    """By how many degrees the viewer goes round, and up."""
    fit_asked = Signal()

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._turning = False
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def point(self, found: bool) -> None:
        """Show with the mouse's shape whether there is something to click under it."""
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.OpenHandCursor)

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        """Called by the plot's scene: what is near follows the mouse."""
        if event.isStart():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._turning = event.button() == Qt.MouseButton.LeftButton and not shifted
        if not self._turning:
            event.ignore()
            return
        event.accept()
        step = event.pos() - event.lastPos()
        self.setCursor(Qt.CursorShape.OpenHandCursor if event.isFinish() else Qt.CursorShape.ClosedHandCursor)
        self.turned.emit(-_DEGREES_PER_PIXEL * step.x(), _DEGREES_PER_PIXEL * step.y())
        self._turning = not event.isFinish()

    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        """Called by the plot's scene."""
        if event.button() == Qt.MouseButton.LeftButton and event.double():
            event.accept()
            self.fit_asked.emit()
        else:
            event.ignore()

    @override
    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.boundingRect())
        return path

    @override
    def draw(self, painter: QPainter) -> None:
        pass  # it is only felt
