"""The area inside the axes: holds the items, and turns the mouse into pan, zoom, click and hover."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QGraphicsItemGroup
from typing_extensions import override

from .item import CanvasItem
from .projection import Projection
from .view_history import Rectangle, ViewHistory


class PlotBox(pg.ViewBox):
    """Left drag pans, the wheel zooms at the cursor. Items are children in pixel coordinates."""

    clicked = Signal(QPointF)
    """A single left click on no item, in pixels of the box. The second click of a double click is none."""
    hover_moved = Signal(QPointF)
    hover_left = Signal()
    menu_requested = Signal(object)
    """A right click, at a global position."""
    navigated = Signal()
    """A person moved or zoomed the view (a program that does so is silent here)."""
    projection_changed = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.state["wheelScaleFactor"] = -1.0 / 10.0
        self.history = ViewHistory()
        self._items: list[CanvasItem] = []
        self._content = QGraphicsItemGroup(self)
        self._content.setHandlesChildEvents(False)
        self._pointer: QPointF | None = None  # where the mouse is, unless a button is down
        self.sigRangeChanged.connect(self._project)
        self.sigRangeChangedManually.connect(self._tell_navigated)

    def add(self, *items: CanvasItem) -> None:
        """Put items on the plot; their z value decides what lies on top."""
        projection = self.projection()
        for item in items:
            item.setParentItem(self._content)
            self._items.append(item)
            if not projection.empty:
                item.set_projection(projection)

    def items_on_plot(self) -> tuple[CanvasItem, ...]:
        """Everything that was put on the plot."""
        return tuple(self._items)

    @property
    def content(self) -> QGraphicsItemGroup:
        """What the items lie on: hiding or fading it hides or fades all of them."""
        return self._content

    def projection(self) -> Projection:
        """The present map from data to pixels."""
        (left, right), (bottom, top) = self.viewRange()
        return Projection((left, right), (bottom, top), self.width(), self.height())

    def rectangle(self) -> Rectangle:
        """The visible ranges of x and y."""
        (left, right), (bottom, top) = self.viewRange()
        return (left, right), (bottom, top)

    def show_rectangle(self, rectangle: Rectangle) -> None:
        """Look at `rectangle`."""
        self.setRange(xRange=rectangle[0], yRange=rectangle[1], padding=0)

    def point_again(self) -> None:
        """Tell once more where the mouse is: below it something else is drawn now."""
        if self._pointer is not None:
            self.hover_moved.emit(self._pointer)

    def _project(self, *_: Any) -> None:
        projection = self.projection()
        if projection.empty:
            return
        for item in self._items:
            item.set_projection(projection)
        self.projection_changed.emit()

    def _tell_navigated(self, *_: Any) -> None:
        self.navigated.emit()

    @override
    def mouseDragEvent(self, ev: MouseDragEvent, axis: int | None = None) -> None:
        if ev.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            ev.ignore()
            return
        if ev.isStart():
            self.history.leave(self.rectangle())
        super().mouseDragEvent(ev, axis)

    @override
    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        self.history.leave(self.rectangle())
        super().wheelEvent(ev, axis)

    @override
    def mouseClickEvent(self, ev: MouseClickEvent) -> None:
        if ev.button() == Qt.MouseButton.RightButton:
            ev.accept()
            self.menu_requested.emit(ev.screenPos().toPoint())
        elif ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            if not ev.double():
                self.clicked.emit(ev.pos())

    def hoverEvent(self, ev: HoverEvent) -> None:
        """Called by the plot's scene when the mouse moves over the box."""
        self._pointer = None if ev.isExit() or ev.buttons() else ev.pos()
        if ev.isExit():
            self.hover_left.emit()
        self.point_again()

    @override
    def resizeEvent(self, ev: Any) -> None:
        super().resizeEvent(ev)
        self._project()
