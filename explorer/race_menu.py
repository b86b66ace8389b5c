"""Who takes part in a race: a menu with a tick for every solver, which stays open while one ticks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolButton
from typing_extensions import override

_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RaceMenu(QToolButton):
    """Emits the rivals in the order of the menu; the chosen solver itself cannot be unticked."""

    rivals_chosen = Signal(tuple)

    def __init__(self, families: Mapping[str, tuple[tuple[str, str], ...]]) -> None:
        """families: (name, title) of the solvers, under the headings that stand over them."""
        super().__init__()
        self.setText("…")
        self.setAccessibleName("Who races")
        self.setToolTip("Choose who takes part in the race")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = _StayingMenu(self)
        self._entries: dict[str, QAction] = {}
        for family, solvers in families.items():
            menu.addSection(family)
            for name, title in solvers:
                entry = menu.addAction(title)
                entry.setCheckable(True)
                entry.triggered.connect(self._report)
                self._entries[name] = entry
        self.setMenu(menu)

    def show_race(self, chosen: str, rivals: Iterable[str], refused: Mapping[str, str]) -> None:
        """Tick who races; grey out the chosen one, and with the reason those that cannot."""
        racing = {chosen, *rivals}
        for name, entry in self._entries.items():
            entry.setChecked(name in racing)
            entry.setEnabled(name != chosen and name not in refused)
            entry.setToolTip("Everyone races against it" if name == chosen else refused.get(name, ""))

    def entries(self) -> Mapping[str, QAction]:
        """The entries by the names of the solvers."""
        return self._entries

    def _report(self) -> None:
        self.rivals_chosen.emit(
            tuple(name for name, entry in self._entries.items() if entry.isChecked() and entry.isEnabled())
        )


class _StayingMenu(QMenu):
    """A click, or a key, on an entry with a tick leaves it open."""

    def __init__(self, parent: QToolButton) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)

    def _tick(self, entry: QAction | None) -> bool:
        if entry is None or not entry.isCheckable() or not entry.isEnabled():
            return False
        entry.trigger()
        return True

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._tick(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _KEYS or not self._tick(self.activeAction()):
            super().keyPressEvent(event)
