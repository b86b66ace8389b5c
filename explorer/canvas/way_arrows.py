"""Heads of arrows along curves: which way each is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_APART = 96.0
"""Pixels between two heads of one curve."""
_LENGTH, _HALF = 9.0, 4.2
_OVER = 3.0
"""Pixels over which a head's direction is taken."""


class WayArrows(CanvasItem):
    """Filled heads, evenly along curves with gaps where a point is not finite; one colour each, with a rim."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._ways: tuple[tuple[np.ndarray, str, bool], ...] = ()
        self._heads: list[tuple[QPolygonF, str]] = []

    def set_ways(self, ways: Sequence[tuple[Float[np.ndarray, "N 2"], str, bool]]) -> None:
        """Show heads along other curves, in data coordinates, with their colours; and whether they are gone backward.

        The heads of a backward way lie between those of a forward one on the same curve.
        """
        self._ways = tuple(ways)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._heads = []
        for points, colour, backward in self._ways:
            pixels = projection.pixels(points)
            first = (0.75 if backward else 0.25) * _APART
            for middle, along in _placed(pixels, first, projection.width, projection.height):
                self._heads.append((arrow_head(middle, -along if backward else along), colour))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self.theme.card), 1.4)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for head, colour in self._heads:
            painter.setBrush(QColor(colour))
            painter.drawPolygon(head)


def _placed(
    pixels: Float[np.ndarray, "N 2"], first: float, width: float, height: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """(middle, unit direction) of every head in sight, the first one `first` pixels along the way."""
    found = []
    whole = np.isfinite(pixels).all(axis=1)
    for run in np.split(np.arange(len(pixels)), np.flatnonzero(~whole)):
        kept = run[whole[run]]
        if len(kept) < 2:
            continue
        points = pixels[kept]
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        places = np.arange(first, along[-1], _APART)
        before, after = (
            np.stack([np.interp(places + shift, along, points[:, axis]) for axis in (0, 1)], axis=1)
            for shift in (-_OVER, _OVER)
        )
        for begin, end in zip(before, after, strict=True):
            middle, length = 0.5 * (begin + end), float(np.hypot(*(end - begin)))
            if length > 0.0 and 0.0 <= middle[0] <= width and 0.0 <= middle[1] <= height:
                found.append((middle, (end - begin) / length))
    return found


def arrow_head(middle: np.ndarray, along: np.ndarray) -> QPolygonF:
    """A filled head about a place in pixels, in a unit direction."""
    across = np.array([-along[1], along[0]])
    back = middle - 0.5 * _LENGTH * along
    corners = (middle + 0.5 * _LENGTH * along, back + _HALF * across, back - _HALF * across)
    return QPolygonF([QPointF(*corner.tolist()) for corner in corners])
