"""One of a few words, side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget


class ChoiceRow(QWidget):
    """Buttons of which one is down."""

    chosen = Signal(str)
    """A person chose another word."""

    def __init__(self, name: str, words: tuple[str, ...], tips: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for index, word in enumerate(words):
            button = QToolButton()
            button.setText(word)
            button.setCheckable(True)
            button.setChecked(index == 0)
            button.setAccessibleName(f"{name}: {word}")
            button.setToolTip(tips[index] if tips else f"{name}: {word}")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setFixedHeight(22)
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.buttonClicked.connect(self._report)

    def word(self) -> str:
        """The word that is chosen."""
        return self._group.checkedButton().text()

    def choose(self, word: str) -> None:
        """Choose a word silently."""
        next(button for button in self._group.buttons() if button.text() == word).setChecked(True)

    def buttons(self) -> tuple[QToolButton, ...]:
        """The buttons, in the order of the words."""
        return tuple(self._group.buttons())

    def _report(self) -> None:
        self.chosen.emit(self.word())
