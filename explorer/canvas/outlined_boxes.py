"""Rectangles with a thin outline, in which something holds, and the words that say what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from typing_extensions import override

from .chip import plot_font
from .colour import faded
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme

_BEYOND = 4.0
"""Pixels by which a rectangle that is larger than the plot leaves it."""
_PADDING = 5.0
_MIDDLE = 10.0
"""Pixels around the middle that stay free of words: there is what the box is about."""


@dataclass(frozen=True)
class OutlinedBox:
    """x_range by y_range in data coordinates; the words stand in its upper left corner where there is room."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    words: str
    colour: str


class OutlinedBoxes(CanvasItem):
    """Any number of them; later ones lie on top."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._boxes: tuple[OutlinedBox, ...] = ()
        self._places: list[tuple[OutlinedBox, QRectF]] = []

    def set_boxes(self, boxes: Sequence[OutlinedBox]) -> None:
        """Show other ones."""
        self._boxes = tuple(boxes)
        self.invalidate()

    def shown(self) -> tuple[OutlinedBox, ...]:
        """Those of which an edge or a corner is in sight."""
        self.ensure_layout()
        return tuple(box for box, _ in self._places)

    @override
    def layout(self, projection: Projection) -> None:
        area = QRectF(0, 0, projection.width, projection.height)
        room = area.adjusted(-_BEYOND, -_BEYOND, _BEYOND, _BEYOND)
        self._places = []
        for box in self._boxes:
            corners = projection.pixels(np.stack([box.x_range, box.y_range], axis=1)).clip(-1e6, 1e6).tolist()
            place = QRectF(QPointF(*corners[0]), QPointF(*corners[1])).normalized().intersected(room)
            if not place.isEmpty() and not place.contains(area):
                self._places.append((box, place))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for box, place in self._places:
            painter.setPen(QPen(faded(box.colour, 0.55), 1.0))
            painter.setBrush(faded(box.colour, 0.05))
            painter.drawRect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = plot_font(10)
        metrics, area = QFontMetricsF(font), self.boundingRect()
        painter.setFont(font)
        for box, place in self._places:
            inner = place.intersected(area).adjusted(_PADDING, 3.0, -_PADDING, -3.0)
            free = min(inner.height(), place.center().y() - _MIDDLE - inner.top())
            if metrics.horizontalAdvance(box.words) <= inner.width() and metrics.height() <= free:
                painter.setPen(faded(box.colour, 0.9))
                painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, box.words)
