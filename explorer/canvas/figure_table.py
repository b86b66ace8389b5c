"""A small table of names and figures beside a plot, painted without a layout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from .chip import plot_font
from .glyphs import Glyph, draw_glyph

if TYPE_CHECKING:
    from ..theme import Theme

ROW = 19.0
GAP = 12.0
_MARK = 15.0


@dataclass(frozen=True)
class FigureRow:
    """A name with its mark, and its figures; the first figure of a `warning` is written in the warning colour."""

    name: str
    figures: tuple[str, ...]
    colour: str
    glyph: Glyph | None = None
    hint: str = ""
    warning: bool = False


class FigureTable(QWidget):
    """Rows under a heading. Columns that do not fit are left out from the right; the tool tip tells them all.

    clickable: a click on a row chooses it; `marked` is the row that is chosen, which is written in the accent colour.
    """

    row_clicked = Signal(int)
    gap: ClassVar[float] = GAP
    """Pixels between columns."""

    def __init__(self, theme: Theme, name: str, *, clickable: bool = False) -> None:
        super().__init__()
        self._clickable = clickable
        self._marked: int | None = None
        self._theme = theme
        self._headings: tuple[str, ...] = ()
        self._heading_colours: dict[int, str] = {}
        self._rows: tuple[FigureRow, ...] = ()
        self._name = name
        self.setAccessibleName(name)
        if clickable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_rows(
        self, headings: tuple[str, ...], rows: tuple[FigureRow, ...], colours: Mapping[int, str] | None = None
    ) -> None:
        """Show other rows; the first heading is that of the names. colours: of the headings of these columns."""
        own = dict(colours or {})
        if (headings, rows, own) == (self._headings, self._rows, self._heading_colours):
            return
        self._heading_colours = own
        resized = len(rows) != len(self._rows) or _widths_of(headings, rows) != self._widths()
        self._headings, self._rows = headings, rows
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(". ".join(_sentence(headings, row) for row in rows))
        if resized:
            self.updateGeometry()
        self.update()

    def mark(self, index: int | None) -> None:
        """Show a row as the chosen one; None: there is none."""
        if index != self._marked:
            self._marked = index
            self.update()

    def rows(self) -> tuple[FigureRow, ...]:
        """What it shows."""
        return self._rows

    def set_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.update()

    def wanted_height(self) -> int:
        """Pixels for all rows."""
        return int(ROW * (len(self._rows) + 1)) + 4 if self._rows else 0

    def shown_columns(self) -> int:
        """How many columns fit, that of the names included; at least two are shown."""
        left, count = 0.0, 0
        for width in self._widths():
            left += width + (self.gap if count else 0.0)
            if left > self.width() + 0.5 and count >= 2:
                break
            count += 1
        return count

    def room(self) -> float:
        """Pixels that the columns may take."""
        return float(self.width())

    def columns(self) -> tuple[int, ...]:
        """Those that are shown, that of the names first."""
        return tuple(range(self.shown_columns()))

    def _widths(self) -> list[float]:
        return _widths_of(self._headings, self._rows)

    @override
    def sizeHint(self) -> QSize:
        widths = self._widths()
        return QSize(math.ceil(sum(widths) + self.gap * max(0, len(widths) - 1)), self.wanted_height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = row_at(event.position().y(), len(self._rows))
        if self._clickable and index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.row_clicked.emit(index)
        else:
            super().mousePressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            index = row_at(event.pos().y(), len(self._rows))
            shown = self._rows if index is None else self._rows[index : index + 1]
            QToolTip.showText(event.globalPos(), "\n".join(_sentence(self._headings, row) for row in shown), self)
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, columns = self._theme, self.columns()
        widths, count = [self._widths()[column] for column in columns], len(columns)
        # the names give way where even two columns are too wide
        spare = self.room() - sum(widths[:count]) - self.gap * (count - 1)
        indent = _indent(self._rows)
        widths[0] = max(_least(self._rows), widths[0] + min(0.0, spare))
        lefts = [sum(widths[:column]) + self.gap * column for column in range(count)]
        right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(plot_font(10))
        plain = theme.faint if theme.dark else theme.muted
        for column in range(count):
            painter.setPen(QColor(self._heading_colours.get(columns[column], plain)))
            side = right if column else Qt.AlignmentFlag.AlignLeft
            painter.drawText(
                QRectF(lefts[column], 0, widths[column], ROW), side | middle, self._headings[columns[column]]
            )
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(0, ROW + 0.5), QPointF(min(self.width(), lefts[-1] + widths[count - 1]), ROW + 0.5))
        for index, row in enumerate(self._rows):
            top = ROW * (index + 1) + 2
            if row.glyph is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(row.colour))
                draw_glyph(painter, row.glyph, QPointF(5, top + ROW / 2), 3.6)
            painter.setFont(plot_font())
            painter.setPen(QColor(theme.accent if index == self._marked else theme.text))
            name = _short(row.name, painter.fontMetrics(), int(widths[0] - indent))
            painter.drawText(QRectF(indent, top, widths[0], ROW), middle, name)
            for column in range(1, count):
                painter.setPen(QColor(theme.rose if row.warning and columns[column] == 1 else theme.muted))
                painter.drawText(
                    QRectF(lefts[column], top, widths[column], ROW), right | middle, row.figures[columns[column] - 1]
                )


def _short(name: str, metrics: QFontMetrics, room: int) -> str:
    """The name, where it does not fit without its first part ("implicit, by GMRES" are many), and as much as fits."""
    if metrics.horizontalAdvance(name) > room:
        name = name.partition(", ")[2] or name
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)


def row_at(y: float, count: int) -> int | None:
    """Which of `count` rows is at this height."""
    index = int(y // ROW) - 1
    return index if 0 <= index < count else None


def _sentence(headings: tuple[str, ...], row: FigureRow) -> str:
    figures = (f"{head} {figure}" for head, figure in zip(headings[1:], row.figures, strict=True))
    return f"{row.name}: {', '.join(figures)}" + (f". {row.hint}" if row.hint else "")


def _widths_of(headings: tuple[str, ...], rows: tuple[FigureRow, ...]) -> list[float]:
    plain, heading = QFontMetricsF(plot_font()), QFontMetricsF(plot_font(10))
    widths = [heading.horizontalAdvance(text) for text in headings]
    for row in rows:
        widths[0] = max(widths[0], _indent(rows) + plain.horizontalAdvance(row.name))
        for column, figure in enumerate(row.figures, 1):
            widths[column] = max(widths[column], plain.horizontalAdvance(figure))
    widths = [width + 2 for width in widths]
    return [max(widths[0], _least(rows)), *widths[1:]] if widths else []


def _least(rows: tuple[FigureRow, ...]) -> float:
    """Of the column of names, however short they are."""
    return _indent(rows) + 20.0


def _indent(rows: tuple[FigureRow, ...]) -> float:
    """Room for marks before the names."""
    return _MARK if any(row.glyph is not None for row in rows) else 0.0
