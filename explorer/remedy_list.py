"""The remedies for a sample that a solver did not solve: a word that leads in, and a button each."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from .edits import Edit
from .labels import label, link_button
from .remedies import Remedy


class RemedyList(QWidget):
    """Buttons are reused; a click asks for the edit."""

    edit_asked = Signal(Edit)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Remedy, ...] = ()
        self._buttons: list[QPushButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(label("WHAT TO TRY", "caption"))
        self.hide()

    def show_remedies(self, remedies: tuple[Remedy, ...]) -> None:
        """Show these; nothing at all where there are none."""
        self._shown = remedies
        while len(self._buttons) < len(remedies):
            button = link_button("")
            button.clicked.connect(self._ask)
            self._buttons.append(button)
            self._layout.addWidget(button)
        for place, button in enumerate(self._buttons):
            there = place < len(remedies)
            if there and button.text() != remedies[place].words:
                button.setText(remedies[place].words)
            if there:
                button.setToolTip(remedies[place].help)
            button.setVisible(there)
        self.setVisible(bool(remedies))

    def buttons(self) -> tuple[QPushButton, ...]:
        """The buttons that show."""
        return tuple(button for button in self._buttons if not button.isHidden())

    def _ask(self) -> None:
        self.edit_asked.emit(self._shown[self._buttons.index(self.sender())].edit)
