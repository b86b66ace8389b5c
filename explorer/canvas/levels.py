"""Horizontal lines that mean something: a tolerance, a floor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from typing_extensions import override

from .chip import plot_font
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme

_PATTERNS = {"dash": Qt.PenStyle.DashLine, "dot": Qt.PenStyle.DotLine}
_TEXT_HEIGHT = 15.0


@dataclass(frozen=True)
class Level:
    """A line at height `y`, with what it means written above it: about `at`, or at its right end."""

    y: float
    text: str
    colour: str
    pattern: Literal["dash", "dot"] = "dash"
    at: float | None = None


class Levels(CanvasItem):
    """Lines across the whole plot."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._levels: tuple[Level, ...] = ()
        self._pixels: list[list[float]] = []

    def set_levels(self, levels: Sequence[Level]) -> None:
        """Show other lines; a height that is not finite is not drawn."""
        self._levels = tuple(levels)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        right = projection.x_range[1]
        places = [(right if level.at is None else level.at, level.y) for level in self._levels]
        self._pixels = projection.pixels(np.array(places).reshape(-1, 2)).tolist()

    @override
    def draw(self, painter: QPainter) -> None:
        area = self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(plot_font())
        metrics = QFontMetricsF(plot_font())
        for level, (x, pixel) in zip(self._levels, self._pixels, strict=True):
            if not (math.isfinite(pixel) and area.top() <= pixel <= area.bottom()):
                continue
            y = math.floor(pixel) + 0.5
            painter.setPen(QPen(QColor(level.colour), 1.2, _PATTERNS[level.pattern]))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            width = metrics.horizontalAdvance(level.text) + 2
            left = min(max(x - width / 2, area.left() + 6), max(area.left() + 6, area.right() - width - 6))
            top = y - _TEXT_HEIGHT if y - _TEXT_HEIGHT >= area.top() else y + 1
            painter.setPen(QColor(level.colour))
            painter.drawText(QRectF(left, top, width, _TEXT_HEIGHT), Qt.AlignmentFlag.AlignVCenter, level.text)
