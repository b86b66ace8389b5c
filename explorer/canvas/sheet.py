"""A sheet of items that rarely change, kept as a picture until they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem
from typing_extensions import override

from .item import CanvasItem
from .kept_picture import KeptPicture
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme


_PATIENCE = 6
"""Repaints of the same after which it is a picture in any case: it differs from what it shows by a bit of rounding."""


class Sheet(CanvasItem):
    """Holds items that stand still while particles and the playhead move, and keeps their picture.

    The items keep their own z order among themselves. They get no mouse events. While they change with every frame
    there is no picture, and none for an export either: they are painted themselves.
    """

    def __init__(self, theme: Theme, *items: CanvasItem, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._items = tuple(sorted(items, key=CanvasItem.zValue))
        self._kept = KeptPicture(_PATIENCE)
        for item in self._items:
            item.changed.connect(self._repaint)
            item.visibleChanged.connect(self._repaint)

    def _repaint(self) -> None:
        self._kept.forget()
        self.update()

    @override
    def set_projection(self, projection: Projection) -> None:
        super().set_projection(projection)
        for item in self._items:
            item.set_projection(projection)

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        for item in self._items:
            item.apply_theme(theme)

    @override
    def draw(self, painter: QPainter) -> None:
        self._kept.paint(painter, self.boundingRect(), self._paint_items)

    @override
    def draw_as_shapes(self, painter: QPainter) -> None:
        self._paint_items(painter)

    def _paint_items(self, painter: QPainter) -> None:
        option = QStyleOptionGraphicsItem()
        for item in self._items:
            if item.isVisible():
                painter.save()
                item.paint(painter, option)
                painter.restore()
