"""The line y = x."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from .colour import blend
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme


class Diagonal(CanvasItem):
    """Where the image is the point itself: fixed points lie on it."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._line: QLineF | None = None

    @override
    def layout(self, projection: Projection) -> None:
        low = max(projection.x_range[0], projection.y_range[0])
        high = min(projection.x_range[1], projection.y_range[1])
        ends = projection.pixels(np.array([[low, low], [high, high]]))
        self._line = QLineF(*ends.ravel().tolist()) if low < high else None

    @override
    def draw(self, painter: QPainter) -> None:
        if self._line is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(blend(self.theme.muted, self.theme.card, 0.2)), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(self._line)
