"""The name beside an editor, which tells whether its value is a person's own and takes that back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel
from typing_extensions import override


class ResettableName(QLabel):
    """A dot behind the name tells a changed value; a double click asks for the one before any change."""

    reset_asked = Signal()

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._text = text
        self.setText(text)

    def set_changed(self, changed: bool) -> None:
        """Mark a changed value."""
        text = f"{self._text} •" if changed else self._text
        if text != self.text():
            self.setText(text)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_asked.emit()
