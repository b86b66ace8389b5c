"""A sheet of items that rarely change, painted once and shown again until they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem
from typing_extensions import override

from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme


class Sheet(CanvasItem):
    """Holds items that stand still while particles and the playhead move, and keeps their picture.

    The items keep their own z order among themselves. They get no mouse events. A scaled painter (an export)
    draws the items themselves, sharp at its own resolution; so does one that keeps shapes.
    """

    def __init__(self, theme: Theme, *items: CanvasItem, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._items = tuple(sorted(items, key=CanvasItem.zValue))
        self._picture: QImage | None = None
        for item in self._items:
            item.changed.connect(self._repaint)
            item.visibleChanged.connect(self._repaint)

    def _repaint(self) -> None:
        self._picture = None
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
        ratio = painter.device().devicePixelRatio()
        if abs(painter.deviceTransform().m11() - ratio) > 1e-6:
            self._paint_items(painter)
            return
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = self._render(ratio)
        painter.drawImage(0, 0, self._picture)

    @override
    def draw_as_shapes(self, painter: QPainter) -> None:
        self._paint_items(painter)

    def _render(self, ratio: float) -> QImage:
        size = (self.boundingRect().size() * ratio).toSize().expandedTo(QSize(1, 1))
        picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        picture.setDevicePixelRatio(ratio)
        picture.fill(0)
        painter = QPainter(picture)
        self._paint_items(painter)
        painter.end()
        return picture

    def _paint_items(self, painter: QPainter) -> None:
        option = QStyleOptionGraphicsItem()
        for item in self._items:
            if item.isVisible():
                painter.save()
                item.paint(painter, option)
                painter.restore()
