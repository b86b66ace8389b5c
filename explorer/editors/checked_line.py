"""A line that a person types in, and that is red while it says nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from .undo_keys import asks_for_undo


class CheckedLine(QLineEdit):
    """While nothing is half typed in it, undo is the document's."""

    def show_invalid(self, invalid: bool) -> None:
        """Turn red, or back."""
        if invalid != bool(self.property("invalid")):
            self.setProperty("invalid", invalid)
            self.style().unpolish(self)
            self.style().polish(self)

    @override
    def event(self, event: QEvent) -> bool:
        if self.isModified() or not asks_for_undo(event):
            return super().event(event)
        event.ignore()
        return True
