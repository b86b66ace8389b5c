"""A button with a menu of ticks: which of several things are drawn."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton


class ShownMenu(QToolButton):
    """Emits when a person ticks; what nobody has ticked yet is as it was first said to be."""

    changed = Signal()

    def __init__(self, text: str, tip: str) -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._entries: dict[str, QAction] = {}
        self._touched: set[str] = set()
        self.setMenu(self._menu)

    def offer(self, name: str, title: str, *, shown: bool) -> None:
        """Have an entry; shown: its tick, until a person has set it."""
        entry = self._entries.get(name)
        if entry is None:
            entry = self._entries[name] = self._menu.addAction(title)
            entry.setCheckable(True)
            entry.setData(name)
            entry.triggered.connect(self._touch)
        if name not in self._touched:
            entry.setChecked(shown)

    def limit(self, names: Iterable[str]) -> None:
        """Leave entries of other names out of sight."""
        seen = frozenset(names)
        for name, entry in self._entries.items():
            entry.setVisible(name in seen)

    def shows(self, name: str) -> bool:
        """Whether it is ticked; what has no entry is shown."""
        return name not in self._entries or self._entries[name].isChecked()

    def entries(self) -> tuple[QAction, ...]:
        """All entries, in the order in which they came."""
        return tuple(self._entries.values())

    def _touch(self) -> None:
        self._touched.add(self.sender().data())
        self.changed.emit()
