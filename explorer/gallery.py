"""The gallery: prepared systems with their portraits."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from .labels import label
from .thumbnails import SIZE

_COLUMNS = 3
_NAME = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class GalleryEntry:
    """name: how the preset is loaded; title and help: for people."""

    name: str
    title: str
    help: str = ""


class Gallery(QFrame):
    """A popup of pictures; a click or Enter chooses, Escape closes."""

    chosen = Signal(str)
    opened = Signal()

    def __init__(self, entries: tuple[GalleryEntry, ...], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self._list = QListWidget()
        self._list.setViewMode(QListWidget.ViewMode.IconMode)
        self._list.setMovement(QListWidget.Movement.Static)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setIconSize(QSize(*SIZE))
        self._list.setGridSize(QSize(SIZE[0] + 18, SIZE[1] + 48))
        self._list.setWordWrap(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self._list.setSpacing(0)
        self._list.setAccessibleName("Prepared systems")
        self._items = {entry.name: self._added(entry) for entry in entries}
        self._list.clicked.connect(self._choose)
        self._list.activated.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(label("GALLERY", "caption"))
        layout.addWidget(self._list)
        rows = -(-len(entries) // _COLUMNS)
        self.resize(_COLUMNS * (SIZE[0] + 18) + 44, min(rows * (SIZE[1] + 48), 600) + 58)

    def open_at(self, place: QPoint) -> None:
        """Show the gallery with its upper left corner at `place`, in screen coordinates."""
        self.move(place)
        self.show()
        self._list.setFocus()
        self.opened.emit()

    def show_picture(self, name: str, picture: QPixmap) -> None:
        """Give an entry its portrait."""
        if name in self._items:
            self._items[name].setIcon(QIcon(picture))

    def _added(self, entry: GalleryEntry) -> QListWidgetItem:
        blank = QPixmap(*SIZE)
        blank.fill(Qt.GlobalColor.transparent)
        item = QListWidgetItem(QIcon(blank), entry.title, self._list)
        item.setData(_NAME, entry.name)
        item.setSizeHint(QSize(SIZE[0] + 16, SIZE[1] + 46))
        item.setToolTip(entry.help)
        return item

    def _choose(self, index: QModelIndex) -> None:
        if self.isHidden():
            return  # where one click activates too, it comes twice
        self.hide()
        self.chosen.emit(index.data(_NAME))
