"""The base of everything drawn on a plot."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from .projection import Projection
from .shape_devices import draw_shapes, keeps_shapes

if TYPE_CHECKING:
    from ..theme import Theme

logger = logging.getLogger(__name__)


class CanvasItem(QGraphicsObject):
    """An item whose coordinates are pixels of the plot's box.

    An item keeps its data; `layout` turns them into pixels and is called only when they or the projection
    changed; `draw` paints what was laid out. The painter's own transform carries an export's scale, so an
    item draws pens of whole pixels and needs no thought about it.
    """

    changed = Signal()
    """What the item shows is no longer what it last painted."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__()
        self.theme = theme
        self.setZValue(z)
        self._projection: Projection | None = None
        self._laid_out = False
        self._reported = False

    @property
    def projection(self) -> Projection | None:
        """The map to pixels; None until the item is on a plot that has a size."""
        return self._projection

    def set_projection(self, projection: Projection) -> None:
        """The plot was zoomed, moved or resized."""
        if projection != self._projection:
            self.prepareGeometryChange()
            self._projection = projection
            self.invalidate()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self.theme = theme
        self.invalidate()

    def invalidate(self) -> None:
        """The data changed: lay them out again before the next painting."""
        self._laid_out = False
        self.update()
        self.changed.emit()

    def ensure_layout(self) -> Projection | None:
        """Lay out now if needed, and return the projection it was done for."""
        projection = self._projection
        if projection is None or projection.empty:
            return None
        if not self._laid_out:
            self.layout(projection)
            self._laid_out = True
        return projection

    def layout(self, projection: Projection) -> None:
        """Turn data into pixels."""

    def draw(self, painter: QPainter) -> None:
        """Paint what `layout` prepared."""
        raise NotImplementedError

    def draw_as_shapes(self, painter: QPainter) -> None:
        """Paint into a file that keeps shapes: the same, and as an image where that would be too many of them."""
        draw_shapes(painter, self.draw, self.boundingRect())

    @override
    def boundingRect(self) -> QRectF:
        projection = self._projection
        return QRectF() if projection is None else QRectF(0, 0, projection.width, projection.height)

    @override
    def shape(self) -> QPainterPath:
        return QPainterPath()  # an item takes no part in the mouse's work unless it says where

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        try:
            if self.ensure_layout() is not None:
                paint = self.draw_as_shapes if keeps_shapes(painter) else self.draw
                paint(painter)
        except Exception:
            # an exception must not leave paint(): Qt would go on with a painter in an unknown state
            if not self._reported:
                logger.exception("%s could not be drawn", type(self).__name__)
            self._reported = True
        else:
            self._reported = False
