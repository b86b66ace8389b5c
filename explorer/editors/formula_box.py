"""A field for a formula: checked while it is typed, and taken over as soon as it is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.language import FormulaError

from .checked_line import CheckedLine


class FormulaBox(CheckedLine):
    """What is no formula turns the field red and is never taken over: Return then selects from where it is wrong on."""

    formula_edited = Signal(str)
    refused = Signal(str)
    """A sentence about what stands in the field; empty once it is fine again."""

    def __init__(self, name: str, check: Callable[[str], object], *, help: str, parent: QWidget | None = None) -> None:
        """check: raises FormulaError for what is none. help: the tooltip while nothing is wrong."""
        super().__init__(parent)
        self._check_formula, self._help = check, help
        self._formula = ""
        self._sentence = ""
        self._wrong_at = 0
        self.setProperty("role", "number")
        self.setToolTip(help)
        self.setAccessibleName(name)
        self.textEdited.connect(self._take_over)
        self.returnPressed.connect(self._look_at_fault)

    def formula(self) -> str:
        """The last text that was fine."""
        return self._formula

    def set_formula(self, text: str) -> None:
        """Show a formula."""
        self._formula = text
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self.setModified(False)
        self._mark("", 0)

    def _take_over(self, text: str) -> None:
        try:
            self._check_formula(text)
        except FormulaError as fault:
            cure = f": {fault.cure}" if fault.cure else ""
            self._mark(f"At character {fault.column}, {fault.message}{cure}.", fault.column)
            return
        self._mark("", 0)
        if text != self._formula:
            self._formula = text
            self.formula_edited.emit(text)

    def _look_at_fault(self) -> None:
        """Select what follows from where the text is wrong on, or put the cursor there, at the end."""
        if self._wrong_at:
            begin = min(self._wrong_at - 1, len(self.text()))
            self.setSelection(begin, len(self.text()) - begin)
            if begin == len(self.text()):
                self.setCursorPosition(begin)

    def _mark(self, sentence: str, column: int) -> None:
        self._wrong_at = column
        self.show_invalid(bool(sentence))
        if sentence != self._sentence:
            self._sentence = sentence
            self.setToolTip(sentence or self._help)
            self.refused.emit(sentence)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._wrong_at:
            self.set_formula(self._formula)
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.set_formula(self._formula)  # the last good one stays in force, so it is what the field must say
