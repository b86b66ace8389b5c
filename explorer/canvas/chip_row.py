"""The chips in a card's heading: short facts that change with every frame, painted without a layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from .chip import plot_font

if TYPE_CHECKING:
    from ..theme import Theme

_PADDING = 9.0
_GAP = 8.0
_HEIGHT = 20


class ChipRow(QWidget):
    """Named chips, left to right in the order of `names`; a chip without text takes no room.

    Chips that do not fit are left out from the right, warnings last of all; the tool tip tells them all.
    """

    def __init__(self, theme: Theme, *names: str) -> None:
        super().__init__()
        self._theme = theme
        self._texts = dict.fromkeys(names, "")
        self._hints = dict.fromkeys(names, "")
        self._warnings: frozenset[str] = frozenset()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self, name: str) -> str:
        """What a chip says."""
        return self._texts[name]

    def set_text(self, name: str, text: str, hint: str = "", *, warning: bool = False) -> None:
        """Write a chip; `hint` is a longer form for the tool tip; a `warning` is written in the warning colour."""
        if (text, hint, warning) == (self._texts[name], self._hints[name], name in self._warnings):
            return
        self._warnings = self._warnings | {name} if warning else self._warnings - {name}
        before = self.sizeHint()
        self._texts[name], self._hints[name] = text, hint
        self.setAccessibleName(", ".join(self._full()))
        # the width of a running number trembles; only a real change is worth a new layout
        if abs(self.sizeHint().width() - before.width()) > 6 or not self.width():
            self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.update()

    def _full(self) -> list[str]:
        return [self._hints[name] or text for name, text in self._texts.items() if text]

    def _widths(self) -> list[tuple[str, float]]:
        metrics = QFontMetricsF(plot_font())
        return [(name, metrics.horizontalAdvance(text) + 2 * _PADDING) for name, text in self._texts.items() if text]

    def shown(self) -> list[tuple[str, float]]:
        """Names and widths of the chips that there is room for."""
        widths, room, fitting = self._widths(), self.width() + 0.5 + _GAP, set()
        for urgent in (True, False):
            for name, width in widths:
                if (name in self._warnings) is not urgent:
                    continue
                if width + _GAP > room:
                    break
                room -= width + _GAP
                fitting.add(name)
        return [(name, width) for name, width in widths if name in fitting]

    @override
    def sizeHint(self) -> QSize:
        widths = [width for _, width in self._widths()]
        return QSize(int(sum(widths) + _GAP * max(0, len(widths) - 1)) + (8 if widths else 0), _HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), "\n".join(self._full()), self)
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(plot_font())
        left = 0.0
        for name, width in self.shown():
            place = QRectF(left, 0, width, self.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.raised))
            painter.drawRoundedRect(place, 9, 9)
            painter.setPen(QColor(self._theme.rose if name in self._warnings else self._theme.muted))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._texts[name])
            left += width + _GAP
