"""Points with a shape: where a trajectory is now, where it began, where it failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QLineF, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from typing_extensions import override

from .item import CanvasItem
from .nearest import nearest_point
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

Shape = Literal["disc", "ring", "cross", "diamond"]

_GRIP = 9.0
"""Pixels around a point within which the mouse holds it."""


class Points(CanvasItem):
    """Points of one shape and size, each in its colour; points that are not finite are not drawn."""

    def __init__(self, theme: Theme, shape: Shape, radius: float, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._shape_name = shape
        self._radius = radius
        self._points = np.empty((0, 2))
        self._colours: tuple[str, ...] = ()
        self._pixels = np.empty((0, 2))

    def set_points(self, points: Float[np.ndarray, "m 2"], colours: Sequence[str]) -> None:
        """Show other points; data coordinates."""
        self._points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        self._colours = tuple(colours)
        self.invalidate()

    def index_at(self, position: QPointF, radius: float = _GRIP) -> int | None:
        """The point within `radius` of a position in pixels."""
        if not self.isVisible() or self.ensure_layout() is None:
            return None
        return nearest_point(self._pixels, (position.x(), position.y()), radius)

    @override
    def layout(self, projection: Projection) -> None:
        self._pixels = projection.pixels(self._points)

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach = 4 * max(painter.viewport().width(), painter.viewport().height())
        for (x, y), colour in zip(self._pixels.tolist(), self._colours, strict=True):
            if abs(x) < reach and abs(y) < reach:  # False for NaN
                self._draw_one(painter, QPointF(x, y), QColor(colour))

    def _draw_one(self, painter: QPainter, centre: QPointF, colour: QColor) -> None:
        radius, card = self._radius, QColor(self.theme.card)
        if self._shape_name == "cross":
            for pen in (QPen(card, 4.0), QPen(colour, 2.0)):
                painter.setPen(pen)
                for side in (1, -1):
                    arm = QPointF(radius, side * radius)
                    painter.drawLine(QLineF(centre - arm, centre + arm))
            return
        if self._shape_name == "diamond":
            painter.setPen(QPen(colour, 2.0))
            painter.setBrush(card)
            ways = QPointF(radius, 0.0), QPointF(0.0, radius), QPointF(-radius, 0.0), QPointF(0.0, -radius)
            painter.drawPolygon(QPolygonF([centre + way for way in ways]))
            return
        if self._shape_name == "ring":
            painter.setPen(QPen(colour, 2.0))
            painter.setBrush(card)
        else:
            painter.setPen(QPen(card, 1.6))
            painter.setBrush(colour)
        painter.drawEllipse(centre, radius, radius)


class DraggablePoints(Points):
    """Points a person can click and drag."""

    clicked = Signal(int)
    dragged = Signal(int, QPointF, int)
    """(index, where to in data coordinates, drag id)."""
    released = Signal()

    def __init__(self, theme: Theme, shape: Shape, radius: float, z: float = 0.0) -> None:
        super().__init__(theme, shape, radius, z)
        self._drag = 0
        self._held: int | None = None
        self._offset = QPointF()

    @property
    def held(self) -> int | None:
        """The point that is being dragged."""
        return self._held

    def hoverEvent(self, event: HoverEvent) -> None:
        """Called by the plot's scene: show that a point can be taken, and claim the next drag for it."""
        if event.isExit() or self.index_at(event.pos()) is None:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            event.acceptDrags(Qt.MouseButton.LeftButton)

    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        """Called by the plot's scene."""
        index = self.index_at(event.pos())
        if event.button() != Qt.MouseButton.LeftButton or index is None:
            event.ignore()
            return
        event.accept()
        self.clicked.emit(index)

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        """Called by the plot's scene."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if event.isStart():
            self._held = self.index_at(event.buttonDownPos())
            if self._held is not None:
                self._drag += 1
                # held where it was taken: it must not jump under the mouse
                self._offset = QPointF(*self._pixels[self._held].tolist()) - event.buttonDownPos()
        projection = self.projection
        if self._held is None or projection is None:
            event.ignore()
            return
        event.accept()
        place = event.pos() + self._offset
        x, y = projection.data(np.array([place.x(), place.y()])).tolist()
        self.dragged.emit(self._held, QPointF(x, y), self._drag)
        if event.isFinish():
            self._held = None
            self.released.emit()

    @override
    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        if self.isVisible() and self.ensure_layout() is not None:
            for x, y in self._pixels[np.isfinite(self._pixels).all(axis=1)].tolist():
                path.addEllipse(QPointF(x, y), _GRIP, _GRIP)
        return path
