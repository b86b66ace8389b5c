"""A card: a rounded frame with a small-capital title that folds it away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget


class Card(QFrame):
    """Holds one panel. Clicking the title shows or hides the body."""

    folded = Signal(bool)

    def __init__(self, title: str, *, foldable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.title = title
        self._button = QToolButton()
        self._button.setText(title.upper())
        self._button.setProperty("role", "caption")
        self._button.setAccessibleName(title)
        self._header = QHBoxLayout()
        self._header.setSpacing(4)
        self._header.addWidget(self._button)
        self._header.addStretch(1)
        self._body = QWidget()
        self.body = QVBoxLayout(self._body)
        self.body.setContentsMargins(0, 8, 0, 0)
        self.body.setSpacing(9)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 10, 14, 12)
        outer.setSpacing(0)
        outer.addLayout(self._header)
        outer.addWidget(self._body, 1)
        if foldable:
            self._button.setToolTip(f"Fold or unfold {title}")
            self._button.setCursor(Qt.CursorShape.PointingHandCursor)
            self._button.clicked.connect(self.toggle)
        else:
            self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def add_to_header(self, widget: QWidget) -> None:
        """Put a widget at the right end of the title line."""
        self._header.addWidget(widget)

    def toggle(self) -> None:
        """Fold what is open, open what is folded."""
        self.set_folded(not self.is_folded())

    def is_folded(self) -> bool:
        """Whether only the title line shows."""
        return self._body.isHidden()

    def set_folded(self, folded: bool) -> None:
        """Show only the title line, or everything."""
        if folded != self.is_folded():
            self._body.setHidden(folded)
            self.folded.emit(folded)
