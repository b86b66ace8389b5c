"""A field for one number: checked while it is typed, taken over on Enter, on leaving and on the arrow keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.parameter import Range

from .checked_line import CheckedLine
from .number_text import number_text, parsed_number


class NumberBox(CheckedLine):
    """Edits a number within a Range. What does not fit turns the field red and is never taken over."""

    value_edited = Signal(float)
    refused = Signal(str)
    """A sentence about what stands in the field; empty once it is fine again."""

    def __init__(self, name: str, limits: Range, *, whole: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._limits = limits
        self._whole = whole
        self._value = limits.lo
        self._objection: Callable[[float], str] = lambda _value: ""
        self.setProperty("role", "number")
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.textEdited.connect(self._check)
        self.returnPressed.connect(self._take_over)

    def value(self) -> float:
        """The last number that was fine."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a number, unless a person is typing another one here."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._show_value()

    def set_limits(self, limits: Range) -> None:
        """Accept other numbers from now on."""
        self._limits = limits

    def set_objection(self, objection: Callable[[float], str]) -> None:
        """Refuse what `objection` says a sentence about, besides what the limits refuse."""
        self._objection = objection

    def _show_value(self) -> None:
        text = number_text(self._value)
        if text != self.text():
            self.setText(text)
        self.setModified(False)
        self._mark("")

    def _refusal(self) -> str:
        value = parsed_number(self.text())
        if value is None:
            return f"“{self.text().strip()}” is not a number: type one such as 1.5 or 2e-3."
        if self._whole and not value.is_integer():
            return f"{self._name} is a whole number."
        sentence = self._limits.refusal(self._name, value)
        return f"{sentence}." if sentence else self._objection(value)

    def _check(self) -> None:
        self._mark(self._refusal())

    def _mark(self, sentence: str) -> None:
        self.show_invalid(bool(sentence))
        if sentence != self.toolTip():
            self.setToolTip(sentence)
            self.refused.emit(sentence)

    def _take_over(self) -> None:
        value = parsed_number(self.text())
        if value is None or self._refusal():
            self._check()
            return
        if self.isModified() and number_text(value) != number_text(self._value):
            self._value = value
            self.value_edited.emit(value)
        self._show_value()

    def _nudge(self, steps: int) -> None:
        limits = self._limits
        if limits.log:
            value = self._value * (limits.hi / limits.lo) ** (steps / 100)
        else:
            value = self._value + steps * (limits.step or (limits.hi - limits.lo) / 100)
        value = min(max(round(value) if self._whole else value, limits.lo), limits.hi)
        if value != self._value and not self._objection(value):
            self._value = value
            self._show_value()
            self.value_edited.emit(value)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        if event.key() in steps:
            self._nudge(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show_value()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._refusal():
            self._show_value()  # the last good value stays in force, so it is what the field must say
        else:
            self._take_over()
