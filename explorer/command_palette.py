"""Find any command or prepared system by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

_WIDTH, _ROWS = 520, 11
_INDEX = Qt.ItemDataRole.UserRole
_KEYS = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Entry:
    """text: what is searched and shown; keys: shown at the right; run: what Enter does."""

    text: str
    run: Callable[[], object]
    keys: str = ""


class CommandPalette(QFrame):
    """A field over a list; the list narrows with every letter."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self._entries: tuple[Entry, ...] = ()
        self._field = QLineEdit()
        self._field.setPlaceholderText("Type a few letters: “wvt” finds Write values into the text")
        self._field.setAccessibleName("Search commands")
        self._field.textChanged.connect(self._narrow)
        self._field.returnPressed.connect(self._run)
        self._field.installEventFilter(self)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setItemDelegate(_KeysAtTheRight(self._list))
        self._list.itemClicked.connect(self._run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self._field)
        layout.addWidget(self._list)

    def open_at(self, place: QPoint, entries: Iterable[Entry]) -> None:
        """Show the palette with the middle of its upper edge at `place`, in screen coordinates."""
        self._entries = tuple(entries)
        self._field.clear()
        self._narrow("")
        self.setFixedWidth(_WIDTH)
        self.setFixedHeight(70 + _ROWS * 30)
        self.move(place.x() - _WIDTH // 2, place.y())
        self.show()
        self._field.setFocus()

    def shown(self) -> list[str]:
        """The texts in the list, best first."""
        return [self._entries[self._list.item(row).data(_INDEX)].text for row in range(self._list.count())]

    def _narrow(self, letters: str) -> None:
        ranked = sorted(
            (rank, index)
            for index, entry in enumerate(self._entries)
            if (rank := match(letters, entry.text)) is not None
        )
        self._list.clear()
        for _, index in ranked:
            entry = self._entries[index]
            item = QListWidgetItem(entry.text, self._list)
            item.setData(_INDEX, index)
            item.setData(_KEYS, entry.keys)
        self._list.setCurrentRow(0)

    def _run(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.hide()
            self._entries[item.data(_INDEX)].run()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            move = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
            if event.key() in move:
                row = self._list.currentRow() + move[Qt.Key(event.key())]
                self._list.setCurrentRow(min(max(row, 0), self._list.count() - 1))
                return True
        return super().eventFilter(watched, event)


class _KeysAtTheRight(QStyledItemDelegate):
    """Paints an entry's keys at the end of its line, muted."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -10, 0), right, index.data(_KEYS))
        painter.restore()


def match(letters: str, text: str) -> tuple[int, int, int] | None:
    """How well `letters` fit, smaller is better: their order must be that in `text`; None where it is not.

    A text that contains them in one piece comes first, then one in which they begin words, then fewer gaps.
    """
    wanted, inside = letters.casefold().replace(" ", ""), text.casefold()
    if not wanted:
        return (0, 0, 0)
    whole = inside.find(letters.casefold().strip())
    if whole >= 0:
        return (0, 0 if whole == 0 or not inside[whole - 1].isalnum() else 1, whole)
    position, gaps, inner = -1, 0, 0
    for letter in wanted:
        found = inside.find(letter, position + 1)
        if found < 0:
            return None
        if found > position + 1:
            gaps += 1
            inner += inside[found - 1].isalnum()
        position = found
    return (1, inner, gaps)
