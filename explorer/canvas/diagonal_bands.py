"""Intervals along the line y = x, each a pale band between two brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen
from typing_extensions import override

from .colour import faded
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme

_WIDTH, _BRACKET = 9.0, 7.0
"""Pixels across the band, and of half a bracket."""


@dataclass(frozen=True)
class Band:
    """From low to high on both axes."""

    low: float
    high: float
    colour: str


class DiagonalBands(CanvasItem):
    """Any number of them; of what lies beyond the plot only what is in sight is drawn."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._bands: tuple[Band, ...] = ()
        self._lines: list[tuple[Band, QLineF, tuple[bool, bool]]] = []

    def set_bands(self, bands: Sequence[Band]) -> None:
        """Show other ones."""
        self._bands = tuple(bands)
        self.invalidate()

    def shown(self) -> tuple[Band, ...]:
        """Those of which something is in sight."""
        self.ensure_layout()
        return tuple(band for band, _, _ in self._lines)

    @override
    def layout(self, projection: Projection) -> None:
        first = max(projection.x_range[0], projection.y_range[0])
        last = min(projection.x_range[1], projection.y_range[1])
        self._lines = []
        for band in self._bands:
            low, high = max(band.low, first), min(band.high, last)
            if low < high:
                ends = projection.pixels(np.array([[low, low], [high, high]]))
                seen = (band.low >= first, band.high <= last)
                self._lines.append((band, QLineF(*ends.ravel().tolist()), seen))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for band, line, _ in self._lines:
            painter.setPen(QPen(faded(band.colour, 0.16), _WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(line)
        for band, line, seen in self._lines:
            painter.setPen(QPen(faded(band.colour, 0.75), 1.4))
            across = line.normalVector().unitVector()
            half = QPointF(across.dx(), across.dy()) * _BRACKET
            for end, visible in zip((line.p1(), line.p2()), seen, strict=True):
                if visible:
                    painter.drawLine(QLineF(end - half, end + half))
