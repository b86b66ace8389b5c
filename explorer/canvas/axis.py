"""An axis without tick marks: quiet line, small numbers, and the mouse's work on them."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Literal, cast

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPicture
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from .chip import plot_font
from .kept_picture import KeptPicture
from .ticks import base_of, decade_texts, decade_ticks, linear_text, linear_ticks

if TYPE_CHECKING:
    from ..theme import Theme

_PIXELS_PER_TICK = {"bottom": 76.0, "left": 48.0, "right": 48.0}
_FEWEST = 0.6
"""Ticks for which a low axis has room from which on it has two numbers: one alone would not tell its scale."""


class Axis(pg.AxisItem):
    """One axis of a plot. On a logarithmic axis the data are exponents of ten."""

    fit_requested = Signal(int)
    """A double click: 0 for x, 1 for y."""
    menu_requested = Signal(object)
    """A right click, at a global position."""
    # pyqtgraph asks for these before its own constructor has ended
    logarithmic = False
    downward = False
    """Whether what is counted grows downwards: the data are then its negatives."""
    _base = 0.0
    """What the numbers are differences from."""

    def __init__(self, side: Literal["bottom", "left", "right"], theme: Theme, logarithmic: bool = False) -> None:
        super().__init__(side, showValues=True)
        self.logarithmic = logarithmic
        self._theme = theme
        self._title = ""
        self._kept, self._kept_of = KeptPicture(0), cast("QPicture | None", None)
        self.setStyle(
            tickLength=0,
            tickTextOffset=7,
            maxTickLevel=0,
            tickFont=plot_font(),
            hideOverlappingLabels=False,
            tickAlpha=0.0,
        )
        self.enableAutoSIPrefix(False)
        self.apply_theme(theme)

    def set_title(self, title: str) -> None:
        """Show what the axis measures."""
        self._title = title
        base = f" {'+' if self._base < 0 else '−'} {abs(self._base):.15g}" if self._base else ""
        style = {"color": self._theme.muted, "font-size": "11px", "font-family": "Inter"}
        text = html.escape(f"{title or 'value'}{base}" if base else title)
        if (text, style) != (self.labelText, self.labelStyle):  # it would lay out the whole plot anew
            self.setLabel(text, **style)

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Whether the data are exponents of ten from now on."""
        if logarithmic != self.logarithmic:
            self.logarithmic = logarithmic
            self.setRange(*self.range)
            self.picture = None
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.setPen(pg.mkPen(theme.line))
        self.setTextPen(pg.mkPen(theme.muted))
        self.set_title(self._title)

    def ticks(self, size: float) -> list[float]:
        """Where numbers stand on an axis that is `size` pixels long."""
        return self.tickValues(self.range[0], self.range[1], size)[0][1]

    @override
    def setRange(self, mn: float, mx: float) -> None:
        base = 0.0 if self.logarithmic or self.downward else base_of(min(mn, mx), max(mn, mx))
        super().setRange(mn, mx)
        if base != self._base:
            self._base = base
            self.set_title(self._title)

    @override
    def resizeEvent(self, ev: object = None) -> None:
        super().resizeEvent(ev)
        length = self.size().width() if self.orientation == "bottom" else self.size().height()
        self.label.setOpacity(1.0 if self.label.boundingRect().width() <= length else 0.0)  # none rather than a part

    @override
    def paint(self, p: QPainter, opt: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self.picture is None or self.picture is not self._kept_of:  # pyqtgraph's record of what it draws
            self._kept.forget()

        def draw(painter: QPainter) -> None:
            super(Axis, self).paint(painter, opt, widget)

        self._kept.paint(p, self.boundingRect(), draw)
        self._kept_of = self.picture

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        count = size / _PIXELS_PER_TICK[self.orientation]
        low, high = min(minVal, maxVal), max(minVal, maxVal)
        if self.logarithmic:
            return [decade_ticks(low, high, count)]
        least = 0 if self.orientation == "bottom" or count < _FEWEST else 2
        step, differences = linear_ticks(low - self._base, high - self._base, count, least)
        return [(step, [self._base + difference for difference in differences])]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logarithmic:
            return decade_texts(values)
        return [linear_text((-value if self.downward else value) - self._base, spacing) for value in values]

    @override
    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.double():
            self.fit_requested.emit(0 if self.orientation == "bottom" else 1)
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_requested.emit(event.screenPos().toPoint())
        event.accept()
