"""The key to a plot's colours: a small bar with the numbers at its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from .chip import plot_font
from .colour_scale import ColourScale
from .number_text import power_text

if TYPE_CHECKING:
    from ..theme import Theme

_BAR = 64.0
_GAP = 5.0


class ColourBar(QWidget):
    """Shows a scale; `exponents` are shown as the powers of ten that they stand for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._scale: ColourScale | None = None
        self._exponents = False
        self._words: tuple[str, str] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_scale(
        self, scale: ColourScale | None, *, exponents: bool = False, words: tuple[str, str] | None = None
    ) -> None:
        """Show another scale; None for nothing. words: for its ends, in place of the numbers."""
        if (scale, exponents, words) == (self._scale, self._exponents, self._words):
            return
        self._scale, self._exponents, self._words = scale, exponents, words
        self.setVisible(scale is not None)
        low, high = self.ends()
        self.setAccessibleName(f"Colours from {low} to {high}")
        self.setToolTip(f"Colours from {low} to {high}")
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.update()

    def ends(self) -> tuple[str, str]:
        """The numbers at the ends as they are written."""
        if self._words is not None:
            return self._words
        if self._scale is None:
            return "", ""
        values = (self._scale.low, self._scale.high)
        low, high = (power_text(10.0**value if self._exponents else value, 2) for value in values)
        return low, high

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(plot_font())
        words = sum(metrics.horizontalAdvance(word) for word in self.ends())
        return QSize(int(words + _BAR + 2 * _GAP) + 2, 20)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scale is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(plot_font())
        painter.setPen(QColor(self._theme.muted))
        low, high = self.ends()
        middle = Qt.AlignmentFlag.AlignVCenter
        width = QFontMetricsF(plot_font()).horizontalAdvance(low)
        painter.drawText(QRectF(0, 0, width + 2, self.height()), middle, low)
        bar = QRectF(width + _GAP, self.height() / 2 - 4.5, _BAR, 9)
        row = np.ascontiguousarray(self._scale.table(self._theme)[None, :-1])
        painter.drawImage(bar, QImage(row.data, row.shape[1], 1, 4 * row.shape[1], QImage.Format.Format_RGB32))
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QRectF(bar.right() + _GAP, 0, self.width(), self.height()), middle, high)
