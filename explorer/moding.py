"""The mode buttons: they show the mode of the text in force, and choose a system of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from .modes import MODES, mode_of

if TYPE_CHECKING:
    from .actions import Actions
    from .choosing import Choosing
    from .document import Document


class Moding(QObject):
    """Never changes the text but by choosing a prepared system."""

    def __init__(self, actions: Actions, document: Document, choosing: Choosing) -> None:
        super().__init__(actions)
        self._document = document
        self._choosing = choosing
        self._actions = {mode.name: actions[f"mode_{mode.name}"] for mode in MODES}
        for name, action in self._actions.items():
            action.setData(name)
            action.triggered.connect(self._choose)
        document.system_changed.connect(self._show)
        self._show()

    def _choose(self) -> None:
        wanted = self.sender().data()
        if mode_of(self._document.system).name != wanted:
            self._choosing.choose_first(wanted)
        self._show()  # a button that was pressed marks itself, whatever came of it

    def _show(self) -> None:
        shown = mode_of(self._document.system).name
        for name, action in self._actions.items():
            action.setChecked(name == shown)
