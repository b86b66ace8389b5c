"""Legend entries: a swatch and a name; some can be clicked to hide what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLayout, QWidget
from typing_extensions import override

from .chip import plot_font
from .colour import faded
from .flow_layout import FlowLayout
from .glyphs import Glyph, draw_glyph

if TYPE_CHECKING:
    from ..theme import Theme

Swatch = Literal[
    "line",
    "dash",
    "dash_dot",
    "dot",
    "cross",
    "square",
    "diamond",
    "triangle",
    "star",
    "wedge",
    "plus",
    "arrow",
    "lozenge",
    "area",
    "ring",
    "lone_square",
    "lone_triangle",
    "lone_wedge",
    "lone_star",
    "lone_plus",
    "lone_arrow",
]

_LONE: dict[str, Glyph] = {
    "lozenge": "diamond",
    "lone_square": "square",
    "lone_triangle": "triangle",
    "lone_wedge": "wedge",
    "lone_star": "star",
    "lone_plus": "plus",
    "lone_arrow": "arrow",
}
"""Marks without a line."""
_PATTERNS = {"dash": [2.4, 1.4], "dash_dot": [2.6, 0.8, 0.8, 0.8]}
_SWATCH = 16
_GAP = 5
_FEWEST_LETTERS = 3
"""Of a shortened name, with its dots: fewer say nothing."""


class LegendEntry(QAbstractButton):
    """A name with its mark. Checked means shown; only an entry made `switchable` can be clicked."""

    def __init__(self, name: str, swatch: Swatch, theme: Theme, switchable: bool = False) -> None:
        super().__init__()
        self.swatch: Swatch = swatch
        self._colour = theme.muted
        self._theme = theme
        self.setText(name)
        self.setAccessibleName(name)
        self.setCheckable(switchable)
        self.setChecked(switchable)
        if switchable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(f"Show or hide {name}")
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_colours(self, colour: str, theme: Theme) -> None:
        """Colour of the mark, and the theme of the text."""
        if (colour, theme) != (self._colour, self._theme):
            self._colour, self._theme = colour, theme
            self.update()

    def _paint_mark(self, painter: QPainter, colour: QColor) -> None:
        middle = self.height() / 2
        if self.swatch == "dot":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(_SWATCH - 5, middle), 4.5, 4.5)
        elif self.swatch in ("square", "diamond", "triangle", "star", "wedge", "plus", "arrow"):
            painter.setPen(QPen(colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QLineF(0, middle, _SWATCH, middle))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            draw_glyph(painter, self.swatch, QPointF(_SWATCH / 2, middle), 3.4)
        elif self.swatch == "ring":
            painter.setPen(QPen(colour, 1.6))
            painter.drawEllipse(QPointF(_SWATCH - 5, middle), 4.0, 4.0)
        elif self.swatch in _LONE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            draw_glyph(painter, _LONE[self.swatch], QPointF(_SWATCH - 5, middle), 4.2)
        elif self.swatch == "area":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(1, middle - 5, _SWATCH - 2, 10), 2, 2)
        elif self.swatch == "cross":
            painter.setPen(QPen(colour, 1.6))
            centre = QPointF(_SWATCH - 5, middle)
            for side in (1, -1):
                painter.drawLine(QLineF(centre - QPointF(3, 3 * side), centre + QPointF(3, 3 * side)))
        else:
            pen = QPen(colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            if self.swatch in _PATTERNS:
                pen.setDashPattern(_PATTERNS[self.swatch])
            painter.setPen(pen)
            painter.drawLine(QLineF(0, middle, _SWATCH, middle))

    @override
    def sizeHint(self) -> QSize:
        width = _SWATCH + _GAP + QFontMetricsF(plot_font()).horizontalAdvance(self.text()) + 3
        return QSize(int(width) + 1, 20)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self.isChecked() or not self.isCheckable()
        colour = faded(self._colour, 1.0 if shown else 0.3)
        self._paint_mark(painter, colour)
        strong = self.underMouse() or self.hasFocus()
        painter.setPen(QColor(self._theme.text if strong else self._theme.muted if shown else self._theme.faint))
        painter.setFont(plot_font())
        place = self.rect().adjusted(_SWATCH + _GAP, 0, 0, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.shown_text())

    def shown_text(self) -> str:
        """The name; where there is too little room its beginning, and of very little room the mark alone is left."""
        room = self.width() - _SWATCH - _GAP
        text = QFontMetricsF(plot_font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        return text if len(text) > _FEWEST_LETTERS or text == self.text() else ""


class Legend(QWidget):
    """Entries side by side; a `wrapping` legend goes on in the next line where they are too many for one.

    Its entries change with the picture beside it, which must not grow and shrink with their number: until it is
    `release`d, or has another width, it keeps the lines that it once took.
    """

    def __init__(self, theme: Theme, wrapping: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self.wrapping = wrapping
        self._entries: list[LegendEntry] = []
        self._row: QLayout
        if wrapping:
            self._row = FlowLayout(self)
            self.hide()  # an empty line would take room
        else:
            self._row = QHBoxLayout(self)
            self._row.setContentsMargins(0, 0, 0, 0)
            self._row.setSpacing(10)

    def entries(self) -> tuple[LegendEntry, ...]:
        """The present entries, in their order."""
        return tuple(self._entries)

    def set_entries(self, names: tuple[tuple[str, Swatch], ...], switchable: bool = False) -> bool:
        """Show these names and marks; returns False where they were there already (nothing changes then)."""
        if names == tuple((entry.text(), entry.swatch) for entry in self._entries):
            return False
        for entry in self._entries:
            self._row.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        self._entries = [LegendEntry(name, swatch, self._theme, switchable) for name, swatch in names]
        for entry in self._entries:
            self._row.addWidget(entry)
            entry.show()  # else it counts only when the event loop has shown it, and the legend shrinks until then
        if self._row.hasHeightForWidth():
            self._keep_lines()
            self.setVisible(bool(names))
        return True

    def release(self) -> None:
        """Take only the lines that are needed."""
        self.setMinimumHeight(0)

    def _keep_lines(self) -> None:
        needed = self._row.heightForWidth(self.width())
        self.setMinimumHeight(max(self.minimumHeight(), needed) if self._entries else 0)

    def rename(self, names: tuple[str, ...]) -> None:
        """Other names for the same entries."""
        for entry, name in zip(self._entries, names, strict=True):
            if entry.text() != name:
                entry.setText(name)
                entry.setAccessibleName(name)
                entry.updateGeometry()
                self._row.invalidate()

    def set_colours(self, colours: tuple[str, ...], theme: Theme) -> None:
        """One colour per entry."""
        self._theme = theme
        for entry, colour in zip(self._entries, colours, strict=True):
            entry.set_colours(colour, theme)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._row.hasHeightForWidth() and event.size().width() != event.oldSize().width():
            self.release()
            self._keep_lines()
