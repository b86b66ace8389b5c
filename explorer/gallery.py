"""The gallery: prepared systems with their portraits, mode by mode."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from .labels import label
from .thumbnails import SIZE

_COLUMNS = 3
_CELL = QSize(SIZE[0] + 18, SIZE[1] + 48)
_HIGHEST = 640
"""Pixels; more systems are scrolled to."""
_HEADING = 26
"""Pixels of a group's title above its pictures."""
_NAME = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class GalleryEntry:
    """name: how the preset is loaded; title and help: for people."""

    name: str
    title: str
    help: str = ""


class Gallery(QFrame):
    """A popup of pictures under headings; a click or Enter chooses, Escape closes."""

    chosen = Signal(str)
    opened = Signal()

    def __init__(self, groups: tuple[tuple[str, tuple[GalleryEntry, ...]], ...], parent: QWidget) -> None:
        """groups: (heading, entries)."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self._items: dict[str, QListWidgetItem] = {}
        self._lists: dict[str, QListWidget] = {}
        self._scroll = QScrollArea()
        column = QWidget()
        column.setObjectName("column")
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        for title, entries in groups:
            shown = self._list(title, entries)
            inner.addWidget(label(title.upper(), "caption"))
            inner.addWidget(shown)
            self._lists[title] = shown
        scroll = self._scroll
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 8, 12)
        layout.addWidget(scroll)
        self.resize(_COLUMNS * _CELL.width() + 44, min(column.sizeHint().height() + 26, _HIGHEST))

    def open_at(self, place: QPoint, title: str = "") -> None:
        """Show the gallery with its upper left corner at `place`, in screen coordinates, and the group of this title.

        The first group where there is none.
        """
        self.move(place)
        self.show()
        shown = self._lists.get(title) or next(iter(self._lists.values()))
        shown.setFocus()
        self._scroll.verticalScrollBar().setValue(shown.y() - _HEADING)
        self.opened.emit()

    def show_picture(self, name: str, picture: QPixmap) -> None:
        """Give an entry its portrait."""
        if name in self._items:
            self._items[name].setIcon(QIcon(picture))

    def _list(self, title: str, entries: tuple[GalleryEntry, ...]) -> QListWidget:
        made = QListWidget()
        made.setViewMode(QListWidget.ViewMode.IconMode)
        made.setMovement(QListWidget.Movement.Static)
        made.setResizeMode(QListWidget.ResizeMode.Adjust)
        made.setIconSize(QSize(*SIZE))
        made.setGridSize(_CELL)
        made.setWordWrap(True)
        made.setTextElideMode(Qt.TextElideMode.ElideNone)
        made.setSpacing(0)
        made.setAccessibleName(f"Prepared systems: {title}")
        made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setFixedHeight(-(-len(entries) // _COLUMNS) * _CELL.height() + 4)
        for entry in entries:
            self._items[entry.name] = self._added(entry, made)
        made.clicked.connect(self._choose)
        made.activated.connect(self._choose)
        return made

    def _added(self, entry: GalleryEntry, to: QListWidget) -> QListWidgetItem:
        blank = QPixmap(*SIZE)
        blank.fill(Qt.GlobalColor.transparent)
        item = QListWidgetItem(QIcon(blank), entry.title, to)
        item.setData(_NAME, entry.name)
        item.setSizeHint(QSize(SIZE[0] + 16, SIZE[1] + 46))
        item.setToolTip(entry.help)
        return item

    def _choose(self, index: QModelIndex) -> None:
        if self.isHidden():
            return  # where one click activates too, it comes twice
        self.hide()
        self.chosen.emit(index.data(_NAME))
