"""A rectangle that is dragged over a plot to look closer at what is in it."""

from __future__ import annotations

import numpy as np
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from typing_extensions import override

from ..theme import Theme
from .colour import faded
from .item import CanvasItem

_SMALLEST = 6.0
"""Pixels in either direction below which a drag means nothing."""


class RegionBand(CanvasItem):
    """Takes drags of the right button, of the left one with Shift, and every one of the left while it is `armed`."""

    chosen = Signal(tuple)
    """((x low, x high), (y low, y high)) in data coordinates."""

    def __init__(self, theme: Theme, z: float = 70.0) -> None:
        super().__init__(theme, z)
        self.armed = False
        self._area: QRectF | None = None

    @property
    def area(self) -> QRectF | None:
        """The rectangle that is being dragged, in pixels."""
        return self._area

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        """Called by the plot's scene."""
        projection = self.projection
        if projection is None or not self._is_for_me(event):
            event.ignore()
            return
        event.accept()
        self._area = QRectF(event.buttonDownPos(), event.pos()).normalized().intersected(self.boundingRect())
        if event.isFinish():
            area, self._area = self._area, None
            if min(area.width(), area.height()) >= _SMALLEST:
                self.chosen.emit(self._in_data(area))
        self.update()

    def _is_for_me(self, event: MouseDragEvent) -> bool:
        if self._area is not None and not event.isStart():  # it goes on, whatever keys are held by now
            return True
        if event.button() == Qt.MouseButton.RightButton:
            return True
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return event.button() == Qt.MouseButton.LeftButton and (self.armed or shift)

    def _in_data(self, area: QRectF) -> tuple[tuple[float, float], tuple[float, float]]:
        corners: list[QPointF] = [area.bottomLeft(), area.topRight()]
        pixels = np.array([(corner.x(), corner.y()) for corner in corners])
        (left, low), (right, high) = self.projection.data(pixels).tolist()
        return (left, right), (low, high)

    @override
    def draw(self, painter: QPainter) -> None:
        if self._area is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(self.theme.accent), 1))
        painter.setBrush(faded(self.theme.accent, 0.18))
        painter.drawRect(self._area)

    @override
    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.boundingRect())
        return path
