"""A small half-circle gauge of angles, for the heading of a card."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from .colour import faded

if TYPE_CHECKING:
    from ..theme import Theme

_RADIUS, _EDGE = 22.0, 2.0


@dataclass(frozen=True)
class Needle:
    """degrees: from 0, to the right, to 180. A needle that is no number is not drawn. text: for the tool tip."""

    degrees: float
    colour: str
    weight: float = 1.6
    dashed: bool = False
    text: str = ""


class AngleDial(QWidget):
    """Needles over a half circle: up to 90 degrees, where it is green, a direction still descends."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._needles: tuple[Needle, ...] = ()
        self._name = name
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_needles(self, needles: Sequence[Needle]) -> None:
        """Show other angles; later needles lie on top."""
        if tuple(needles) == self._needles:
            return
        self._needles = tuple(needles)
        texts = "\n".join((self._name, *(needle.text for needle in self._needles)))
        self.setToolTip(texts)
        self.setAccessibleDescription(texts)
        self.update()

    def needles(self) -> tuple[Needle, ...]:
        """What it shows."""
        return self._needles

    def set_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(int(2 * (_RADIUS + _EDGE)), int(_RADIUS + 2 * _EDGE))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QPointF(_RADIUS + _EDGE, _RADIUS + _EDGE)
        box = QRectF(_EDGE, _EDGE, 2 * _RADIUS, 2 * _RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(theme.teal, 0.22))
        painter.drawPie(box, 0, 90 * 16)
        painter.setBrush(faded(theme.rose, 0.16))
        painter.drawPie(box, 90 * 16, 90 * 16)
        painter.setPen(QPen(faded(theme.muted, 0.6), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(box, 0, 180 * 16)
        painter.drawLine(QLineF(box.left(), centre.y(), box.right(), centre.y()))
        for degrees in (45.0, 90.0, 135.0):
            painter.drawLine(QLineF(_at(centre, _RADIUS - 3, degrees), _at(centre, _RADIUS, degrees)))
        for needle in self._needles:
            if math.isfinite(needle.degrees):
                style = Qt.PenStyle.DashLine if needle.dashed else Qt.PenStyle.SolidLine
                painter.setPen(QPen(QColor(needle.colour), needle.weight, style, Qt.PenCapStyle.FlatCap))
                painter.drawLine(QLineF(centre, _at(centre, _RADIUS - 1, needle.degrees)))


def _at(centre: QPointF, radius: float, degrees: float) -> QPointF:
    turn = math.radians(degrees)
    return QPointF(centre.x() + radius * math.cos(turn), centre.y() - radius * math.sin(turn))
