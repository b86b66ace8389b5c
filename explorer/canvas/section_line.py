"""A line across which something passes: with arrows to the sides that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_WEIGHT = 1.6
_SHAFT, _HEAD, _HALF = 15.0, 7.0, 3.6
_PLACES = (0.25, 0.75)
"""Where along the line its arrows stand, as shares of it: the middle is where crossings lie."""


class SectionLine(CanvasItem):
    """A straight line between two points, with short arrows to its left, its right, or both."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._ends = np.empty((0, 2))
        self._sides: tuple[int, ...] = ()
        self._line: QLineF | None = None
        self._arrows: list[tuple[QLineF, QPolygonF]] = []

    def set_line(self, ends: Float[np.ndarray, "m 2"], *, left: bool, right: bool) -> None:
        """Show a line between two points in data coordinates, or none; seen from the first to the second."""
        self._ends, self._sides = ends, (1,) * left + (-1,) * right
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._line, self._arrows = None, []
        if len(self._ends) != 2:
            return
        begin, end = projection.pixels(self._ends)
        length = float(np.hypot(*(end - begin)))
        if not 0.0 < length < 1e6:
            return
        self._line = QLineF(QPointF(*begin.tolist()), QPointF(*end.tolist()))
        along = (end - begin) / length
        left = np.array([along[1], -along[0]])  # pixels count downwards
        for place in _PLACES:
            foot = begin + place * (end - begin)
            self._arrows += [_arrow(foot, side * left, along) for side in self._sides]

    @override
    def draw(self, painter: QPainter) -> None:
        if self._line is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self.theme.text)
        painter.setPen(QPen(colour, _WEIGHT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(self._line)
        for shaft, _ in self._arrows:
            painter.drawLine(shaft)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for _, head in self._arrows:
            painter.drawPolygon(head)


def _arrow(foot: np.ndarray, way: np.ndarray, along: np.ndarray) -> tuple[QLineF, QPolygonF]:
    tip, neck = foot + _SHAFT * way, foot + (_SHAFT - _HEAD) * way
    corners = (tip, neck + _HALF * along, neck - _HALF * along)
    return QLineF(QPointF(*foot.tolist()), QPointF(*neck.tolist())), QPolygonF([QPointF(*c.tolist()) for c in corners])
