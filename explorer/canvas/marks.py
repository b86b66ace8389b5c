"""Many small equal marks in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from .item import CanvasItem
from .lines import Lines
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_MANY = 1500
"""Dots from which on they are square: twenty times faster, and nobody sees a corner."""


class Marks(CanvasItem):
    """Crosses or dots of one colour, `size` pixels wide."""

    def __init__(self, theme: Theme, shape: Literal["cross", "dot"], size: float, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._cross = shape == "cross"
        self._size = size
        self._points = np.empty((0, 2))
        self._colour = theme.text
        self._lines = Lines(np.empty((0, 4)))
        self._dots = pg.Qt.internals.PrimitiveArray(QPointF, 2)

    def set_points(self, points: Float[np.ndarray, "N 2"], colour: str) -> None:
        """Show other marks; data coordinates."""
        self._points, self._colour = points, colour
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        pixels = projection.pixels(self._points)
        edge = np.array([projection.width, projection.height]) + self._size
        with np.errstate(invalid="ignore"):
            pixels = pixels[(pixels >= -self._size).all(axis=1) & (pixels <= edge).all(axis=1)]
        if self._cross:
            arm = self._size / 2 * np.array([[-1, -1, 1, 1], [-1, 1, 1, -1]])
            self._lines = Lines((np.tile(pixels, 2)[:, None, :] + arm).reshape(-1, 4))
        else:
            self._dots.resize(len(pixels))
            if len(pixels):
                self._dots.ndarray()[:] = pixels

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._cross:
            self._lines.draw(painter, QColor(self._colour), 1.3)
        elif len(self._dots):
            many = len(self._dots) > _MANY
            cap = Qt.PenCapStyle.SquareCap if many else Qt.PenCapStyle.RoundCap
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not many)
            painter.setPen(QPen(QColor(self._colour), self._size, Qt.PenStyle.SolidLine, cap))
            painter.drawPoints(*self._dots.drawargs())
