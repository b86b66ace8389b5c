"""Editors below each other without a frame, to be shown and hidden as one."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Lines(QWidget):
    """A column of widgets with the same gaps as a card's body."""

    def __init__(self, spacing: int = 9) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(spacing)

    def add(self, widget: QWidget) -> None:
        """Add a widget at the bottom."""
        self._layout.addWidget(widget)
