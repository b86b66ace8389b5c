"""Weights as cells of a heat map."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from typing_extensions import override

from core.readings import Mixture, NamedMatrix

from ..canvas.chip import plot_font
from ..canvas.colour_scale import ColourScale
from .mixture_item import BELOW, LINE, NUMBERS_ABOVE, MixtureItem, sparse, write_heading
from .mixture_panels import Panels
from .mixture_words import decimal_text

_KEY = 56.0
"""Pixels of length of the key to the colours."""
_NEARLY_ALL = 0.95
"""Part of the weights that the colours tell apart; the larger ones share the last colour."""


class WeightCells(MixtureItem):
    """A colour per weight, and its number where there is room for all of them."""

    @override
    def paint_panel(self, painter: QPainter, mixture: Mixture, matrix: NamedMatrix, place: Panels) -> None:
        scale, values = weight_scale(matrix), mixture.values_name
        heading = (
            f"weight of each row of {values} (across) in each row of {mixture.state} (down)",
            f"rows of {mixture.state} down, of {values} across",
            f"{mixture.state} down, {values} across",
            "weights",
        )
        write_heading(painter, self.theme, place.cells, heading)
        self._number_lines(painter, place)
        colours = scale.table(self.theme)[scale.levels(matrix.weights)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        gap = 1.0 if min(place.cell(0, 0).width(), place.row_height) >= 8 else 0.0
        for row, column in np.ndindex(*matrix.weights.shape):
            cell = place.cell(row, column).adjusted(0, 0, -gap, -gap)
            painter.fillRect(cell, QColor.fromRgba(int(colours[row, column])))
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.cells.adjusted(-1, -1, 0, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._write_weights(painter, matrix, place, colours)
        self._paint_key(painter, scale, float(np.fmax.reduce(np.abs(matrix.weights), axis=None, initial=0.0)), place)

    def _number_lines(self, painter: QPainter, place: Panels) -> None:
        painter.setPen(QColor(self.theme.muted))
        for row in sparse(place.rows, place.row_height, 13.0):
            area = QRectF(0, place.middle(row) - LINE / 2, place.cells.left() - 7, LINE)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row + 1))
        top = place.cells.top() - NUMBERS_ABOVE
        for column in sparse(place.columns, place.cells.width() / place.columns, 22.0):
            middle = place.cell(0, column).center().x()
            painter.drawText(QRectF(middle - 20, top, 40, LINE), Qt.AlignmentFlag.AlignCenter, str(column + 1))

    def _write_weights(self, painter: QPainter, matrix: NamedMatrix, place: Panels, colours: np.ndarray) -> None:
        cell = place.cell(0, 0)
        found = _fitting_numbers(matrix.weights, cell.width() - 4, cell.height() - 2)
        if found is None:
            return
        size, decimals = found
        painter.setFont(plot_font(size))
        for (row, column), value in np.ndenumerate(matrix.weights):
            painter.setPen(_readable(QColor.fromRgba(int(colours[row, column]))))
            text = decimal_text(float(value), decimals)
            painter.drawText(place.cell(row, column), Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(plot_font())

    def _paint_key(self, painter: QPainter, scale: ColourScale, largest: float, place: Panels) -> None:
        low, high = (decimal_text(end, 0 if float(end).is_integer() else 2) for end in (scale.low, scale.high))
        high = f"{high} and more" if largest > scale.high else high
        metrics, top = QFontMetricsF(plot_font()), place.cells.bottom() + BELOW
        before = metrics.horizontalAdvance(low) + 5
        bar = QRectF(place.cells.left() + before, top + 3, _KEY, 8)
        row = np.ascontiguousarray(scale.table(self.theme)[None, :-1])
        painter.drawImage(bar, QImage(row.data, row.shape[1], 1, 4 * row.shape[1], QImage.Format.Format_RGB32))
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.drawRect(bar)
        painter.setPen(QColor(self.theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(place.cells.left(), top - 1, before, LINE), middle, low)
        painter.drawText(QRectF(bar.right() + 5, top - 1, 80, LINE), middle, high)


def weight_scale(matrix: NamedMatrix) -> ColourScale:
    """From 0 to the largest weight, and of weights beyond 1 to what nearly all of them are below.

    About 0 where some are negative.
    """
    finite = matrix.weights[np.isfinite(matrix.weights)]
    sizes = np.abs(finite)
    largest = float(sizes.max(initial=0.0)) or 1.0
    usual = float(np.quantile(sizes, _NEARLY_ALL, method="higher")) if sizes.size else 1.0
    reach = min(largest, max(1.0, usual))
    return (
        ColourScale(-reach, reach, diverging=True) if (finite < 0).any() else ColourScale(0.0, reach, diverging=False)
    )


def _fitting_numbers(weights: np.ndarray, width: float, height: float) -> tuple[int, int] | None:
    """The size of letters and the decimals at which every weight fits its cell; None where none do."""
    for size, decimals in ((12, 3), (11, 2), (10, 2), (10, 1)):
        metrics = QFontMetricsF(plot_font(size))
        if metrics.height() > height:
            continue
        if all(metrics.horizontalAdvance(decimal_text(value, decimals)) <= width for value in weights.ravel().tolist()):
            return size, decimals
    return None


def _readable(background: QColor) -> QColor:
    """Black or white, whichever stands out."""
    light = 0.299 * background.red() + 0.587 * background.green() + 0.114 * background.blue()
    return QColor("#10151F" if light > 140 else "#FFFFFF")
