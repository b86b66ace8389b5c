"""One of a few words, side by side."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget
from typing_extensions import override

_GAP = 2


class ChoiceRow(QWidget):
    """Buttons of which one is down.

    folding: where there is no room for all of them, only that one is seen, and a click on it goes on to the next.
    """

    chosen = Signal(str)
    """A person chose another word."""

    def __init__(self, name: str, words: tuple[str, ...], tips: tuple[str, ...] = (), *, folding: bool = False) -> None:
        super().__init__()
        self._folding, self._folded = folding, False
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
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
        self._fold()

    def buttons(self) -> tuple[QToolButton, ...]:
        """The buttons, in the order of the words."""
        return tuple(self._group.buttons())

    def _fold(self) -> None:
        for button in self._group.buttons():
            button.setVisible(not self._folded or button.isChecked())

    @override
    def sizeHint(self) -> QSize:
        sizes = [button.sizeHint() for button in self._group.buttons()]
        width = sum(size.width() for size in sizes) + _GAP * (len(sizes) - 1)
        return QSize(width, max(button.height() for button in self._group.buttons()))

    @override
    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        widest = max(button.sizeHint().width() for button in self._group.buttons())
        return QSize(widest, whole.height()) if self._folding else whole

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        folded = self._folding and self.width() < self.sizeHint().width()
        if folded != self._folded:
            self._folded = folded
            self._fold()

    def _report(self) -> None:
        if self._folded:
            place = self._group.checkedId() + 1
            self._group.button(place % len(self._group.buttons())).setChecked(True)
            self._fold()
        self.chosen.emit(self.word())
