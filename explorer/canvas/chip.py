"""Small rounded labels inside a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from .colour import faded

if TYPE_CHECKING:
    from ..theme import Theme

_PADDING_X, _PADDING_Y = 7.0, 3.0
_DISTANCE = 11.0
"""Pixels between the labelled point and the chip."""


def plot_font(pixels: int = 11, mono: bool = False) -> QFont:
    """The font of labels and numbers in a plot."""
    font = QFont("JetBrains Mono" if mono else "Inter")
    font.setPixelSize(pixels)
    font.setFeature(QFont.Tag("calt"), 0)  # Inter's own minus between digits is no minus where a PDF is copied from
    return font


def chip_rectangle(anchor: QPointF, lines: tuple[str, ...], area: QRectF) -> QRectF:
    """Where a chip with these lines of text fits beside `anchor` without leaving `area`.

    Right of the point and above it by preference, on the other side where that would be cut off.
    """
    metrics = QFontMetricsF(plot_font())
    mono = QFontMetricsF(plot_font(mono=True))
    widths = [(metrics if index == 0 else mono).horizontalAdvance(line) for index, line in enumerate(lines)]
    width = max(widths, default=0.0) + 2 * _PADDING_X
    height = metrics.height() * len(lines) + 2 * _PADDING_Y
    left = anchor.x() + _DISTANCE
    if left + width > area.right():
        left = anchor.x() - _DISTANCE - width
    top = anchor.y() - _DISTANCE - height
    if top < area.top():
        top = anchor.y() + _DISTANCE
    left = min(max(left, area.left() + 2), max(area.left() + 2, area.right() - width - 2))
    top = min(max(top, area.top() + 2), max(area.top() + 2, area.bottom() - height - 2))
    return QRectF(left, top, width, height)


def draw_chip(painter: QPainter, theme: Theme, rectangle: QRectF, lines: tuple[str, ...], colour: str) -> None:
    """Paint a chip: the first line in `colour`, further lines as muted numbers."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(faded(theme.raised, 0.92))
    painter.drawRoundedRect(rectangle, 6, 6)
    row = (rectangle.height() - 2 * _PADDING_Y) / max(1, len(lines))
    for index, line in enumerate(lines):
        painter.setFont(plot_font(mono=index > 0))
        painter.setPen(QColor(colour if index == 0 else theme.muted))
        place = QRectF(
            rectangle.left() + _PADDING_X, rectangle.top() + _PADDING_Y + row * index, rectangle.width(), row
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
