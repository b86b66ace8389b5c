"""A table of figures in which a row is chosen, by the mouse or by keys, and whose columns move past the names."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QScrollArea
from typing_extensions import override

from ..theme import Theme
from .chip import plot_font
from .figure_table import ROW, FigureTable

_MARK = 10.0
"""Pixels at the right end of the heading: what is under the arrow that says that there is more."""
_MORE = "›"
_SHORT_NAMES = 92.0
"""Pixels that the names give way to before a column is left out."""


class ChoosingTable(FigureTable):
    """Down and Up lead to a row, Return chooses it; Left and Right, a wheel sideways, or a click on the heading bring
    the columns that do not fit, beside the names, which stay, shortened in the middle before a column is left out."""

    gap = 8.0

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name, clickable=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._first = 1
        self._reached: int | None = None

    def reached(self) -> int | None:
        """The row that the keys lead to."""
        return self._reached

    def _least_widths(self) -> list[float]:
        widths = self._widths()
        return [min(widths[0], _SHORT_NAMES), *widths[1:]] if widths else []

    def _last_first(self) -> int:
        """The first column from which on all others fit."""
        widths, left = self._least_widths(), self.room()
        first, left = len(widths), left - (widths[0] if widths else 0.0)
        while first > 1 and left >= widths[first - 1] + self.gap:
            first -= 1
            left -= widths[first] + self.gap
        return max(1, min(first, len(widths) - 1))

    def _turn(self, by: int) -> None:
        self._first = max(1, min(self._first + by, self._last_first()))
        self.update()

    def _reach(self, index: int) -> None:
        if self.rows():
            self._reached = max(0, min(index, len(self.rows()) - 1))
            area = self.parentWidget().parentWidget()
            for y in (self._reached + 2, self._reached + 1):
                if isinstance(area, QScrollArea):
                    area.ensureVisible(0, int(ROW * y), 0, 2)
            self.update()

    @override
    def room(self) -> float:
        widths = self._least_widths()
        whole = sum(widths) + self.gap * max(0, len(widths) - 1) <= self.width() + 0.5
        return self.width() - (0.0 if whole else _MARK)

    @override
    def columns(self) -> tuple[int, ...]:
        widths = self._least_widths()
        self._first = min(self._first, self._last_first())
        if not widths:
            return ()
        left, found = self.room() + 0.5 - widths[0], [0]
        for column in range(self._first, len(widths)):
            left -= widths[column] + self.gap
            if left < 0.0 and len(found) > 1:
                break
            found.append(column)
        return tuple(found)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = self._marked if self._reached is None else self._reached
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            by = 1 if key == Qt.Key.Key_Down else -1
            self._reach(0 if at is None else at + by)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self._turn(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at is not None and at < len(self.rows()):
            self.row_clicked.emit(at)
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < ROW and event.button() == Qt.MouseButton.LeftButton:
            before = self._first
            self._turn(1)
            if self._first == before:  # all were seen: from the beginning
                self._first = 1
                self.update()
            return
        super().mousePressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        sideways = turned.x() or (turned.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways:
            self._turn(-1 if sideways > 0 else 1)
            event.accept()
        else:
            event.ignore()  # the area around it scrolls its rows

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        columns = self.columns()
        if not columns:
            return
        painter = QPainter(self)
        painter.setFont(plot_font())
        painter.setPen(QColor(self._theme.accent))
        if columns[-1] + 1 < len(self._headings):
            end = QRectF(self.width() - _MARK, 0, _MARK, ROW)
            painter.drawText(end, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _MORE)
        if self.hasFocus() and self._reached is not None and self._reached < len(self.rows()):
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.drawRoundedRect(QRectF(0.5, ROW * (self._reached + 1) + 2.5, self.width() - 1, ROW - 1), 4, 4)
