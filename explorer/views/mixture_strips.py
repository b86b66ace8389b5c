"""The output beside the range of the values, column by column."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from typing_extensions import override

from core.readings import Mixture, NamedMatrix

from ..canvas.chip import plot_font
from ..canvas.colour import faded
from ..canvas.glyphs import draw_glyph
from .mixture_item import BELOW, LINE, NUMBERS_ABOVE, MixtureItem, write_heading
from .mixture_panels import Panels
from .mixture_words import decimal_text, output_name

_FARTHEST = 1.0
"""Widths of a band beside it that are shown; what lies farther out is an arrow at the edge."""


class OutputStrips(MixtureItem):
    """A strip per column of the output: the range of the values' column as a band, and a mark per row.

    All strips count in widths of their band.
    """

    @override
    def paint_panel(self, painter: QPainter, mixture: Mixture, matrix: NamedMatrix, place: Panels) -> None:
        theme, name, values = self.theme, output_name(mixture, self._index), mixture.values_name
        write_heading(painter, theme, place.outputs, (f"{name} beside the range of {values}", f"{name} and {values}"))
        parts = in_bands(mixture, matrix)
        low, high = strip_range(parts)
        texts = _fitting_ranges(mixture, place.strip(0).width() + 6)
        for column in range(place.strips):
            strip = place.strip(column)
            scale = strip.width() / (high - low)
            begin, end = (strip.left() + (at - low) * scale for at in (0.0, 1.0))
            painter.setPen(QPen(QColor(theme.line), 1))
            for row in range(place.rows if place.row_height >= 6 else 0):
                painter.drawLine(QLineF(strip.left(), place.middle(row), strip.right(), place.middle(row)))
            self._paint_band(painter, QRectF(begin, strip.top(), end - begin, strip.height()))
            self._paint_marks(painter, (parts[:, column] - low) * scale, matrix.inside[:, column], strip, place)
            self._write_ends(painter, column, texts[column], strip)

    def _paint_band(self, painter: QPainter, band: QRectF) -> None:
        painter.fillRect(band, faded(self.theme.teal, 0.2))
        painter.setPen(QPen(faded(self.theme.teal, 0.75), 1))
        for x in (band.left(), band.right()):
            painter.drawLine(QLineF(x, band.top(), x, band.bottom()))

    def _paint_marks(
        self, painter: QPainter, across: np.ndarray, inside: np.ndarray, strip: QRectF, place: Panels
    ) -> None:
        radius = min(4.0, max(1.5, 0.3 * place.row_height))
        painter.setPen(QPen(QColor(self.theme.card), 1.2))
        for row in np.flatnonzero(~np.isnan(across)).tolist():
            painter.setBrush(QColor(self.theme.accent if inside[row] else self.theme.rose))
            x, y = float(across[row]), place.middle(row)
            if 0 <= x <= strip.width():
                draw_glyph(painter, "disc" if inside[row] else "diamond", QPointF(strip.left() + x, y), radius)
                continue
            way = 1.4 * radius * (1 if x > 0 else -1)
            tip = QPointF(strip.right() if x > 0 else strip.left(), y)
            painter.drawPolygon(QPolygonF([tip, tip - QPointF(1.3 * way, way), tip - QPointF(1.3 * way, -way)]))

    def _write_ends(self, painter: QPainter, column: int, text: str, strip: QRectF) -> None:
        painter.setPen(QColor(self.theme.muted))
        above = QRectF(strip.left() - 4, strip.top() - NUMBERS_ABOVE, strip.width() + 8, LINE)
        if QFontMetricsF(plot_font()).horizontalAdvance(str(column + 1)) <= above.width():
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, str(column + 1))
        below = QRectF(strip.left() - 4, strip.bottom() + BELOW - 1, strip.width() + 8, LINE)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)


def in_bands(mixture: Mixture, matrix: NamedMatrix) -> np.ndarray:
    """The output (m, d) in widths of the range of its column of the values: 0 is its low end, 1 its high one."""
    width = mixture.high - mixture.low
    width = np.where(width > 0, width, np.where(mixture.high != 0, np.abs(mixture.high), 1.0))
    with np.errstate(over="ignore", invalid="ignore"):
        parts: np.ndarray = (matrix.output - mixture.low) / width
    return parts


def strip_range(parts: np.ndarray) -> tuple[float, float]:
    """What a strip shows: the band and every mark that is near it, with room beside them."""
    known = parts[~np.isnan(parts)]
    low, high = max(float(known.min(initial=0.0)), -_FARTHEST), min(float(known.max(initial=1.0)), 1.0 + _FARTHEST)
    return low - 0.12, high + 0.12


def _fitting_ranges(mixture: Mixture, width: float) -> list[str]:
    """The range of every column of the values, as finely as all of them fit; empty where they do not."""
    metrics = QFontMetricsF(plot_font())
    for decimals in (2, 1):
        ends = ((decimal_text(value, decimals) for value in both) for both in zip(*_ends(mixture), strict=True))
        texts = [" … ".join(both) for both in ends]
        if all(metrics.horizontalAdvance(text) <= width for text in texts):
            return texts
    return [""] * mixture.values.shape[1]


def _ends(mixture: Mixture) -> tuple[list[float], list[float]]:
    return mixture.low.tolist(), mixture.high.tolist()
