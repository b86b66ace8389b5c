"""What the rows of the weights sum to, as bars."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from core.readings import Mixture, NamedMatrix

from .mixture_item import BELOW, LINE, MixtureItem, sparse, write_heading
from .mixture_panels import Panels
from .mixture_words import decimal_text, sums_are_off

_NUMBER = 40.0
"""Pixels beside the longest bar for its number."""
_LONGEST = 3.0
"""Row sum from which on a bar is broken off."""


class RowSums(MixtureItem):
    """A bar per row, beside the line at 1 where every one of them should end."""

    @override
    def paint_panel(self, painter: QPainter, mixture: Mixture, matrix: NamedMatrix, place: Panels) -> None:
        theme, area, sums = self.theme, place.sums, matrix.row_sums
        write_heading(painter, theme, area, ("row sum", "sum"))
        finite = sums[np.isfinite(sums)]
        low, high = float(finite.min(initial=0.0)), float(finite.max(initial=1.0))
        low, high = max(low, -_LONGEST), min(high, _LONGEST)
        pixels = (area.width() - _NUMBER) / (high - low)
        zero, one = area.left() - low * pixels, area.left() + (1.0 - low) * pixels
        thick = min(20.0, 0.56 * place.row_height)
        right = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        written = set(sparse(place.rows, place.row_height, 12.0))
        for row, (value, off) in enumerate(zip(sums.tolist(), sums_are_off(sums).tolist(), strict=True)):
            colour, middle = QColor(theme.rose if off else theme.teal), place.middle(row)
            end = zero if np.isnan(value) else zero + min(max(value, low), high) * pixels
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(min(zero, end), middle - thick / 2, abs(end - zero), thick), 2, 2)
            if not low <= value <= high and not np.isnan(value):
                self._break(painter, end - (9 if value > 0 else -6), middle, thick)
            if row in written:
                painter.setPen(colour if off else QColor(theme.text))
                beside = QRectF(max(zero, end, one) + 5, middle - LINE / 2, _NUMBER, LINE)
                painter.drawText(beside, right, "1" if not off else decimal_text(value))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QLineF(zero, area.top(), zero, area.bottom()))
        painter.setPen(QPen(QColor(theme.text), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(one, area.top(), one, area.bottom() + 3))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(one - 20, area.bottom() + BELOW - 1, 40, LINE), Qt.AlignmentFlag.AlignCenter, "1")

    def _break(self, painter: QPainter, x: float, middle: float, thick: float) -> None:
        """Two gaps across a bar that would be longer."""
        painter.setPen(QPen(QColor(self.theme.card), 1.6))
        for left in (x, x + 3.5):
            painter.drawLine(QLineF(left - 1.5, middle + thick / 2 + 1, left + 1.5, middle - thick / 2 - 1))
