"""Labels and buttons in the styles that `style.py` knows, always showing text as plain text."""

from __future__ import annotations

import html
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

Role = Literal["title", "heading", "caption", "muted", "mono", "value", "chip", "error", "warning", "text"]


def label(text: str = "", role: Role = "text", *, wrap: bool = False) -> QLabel:
    """A label; whatever `text` holds, it is never read as markup."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setProperty("role", role)
    made.setIndent(0)  # a styled label would indent by half a letter
    made.setWordWrap(wrap)
    return made


class ElidedLabel(QLabel):
    """A label that takes what room there is and ends in "…" where that is too little."""

    def __init__(self, text: str, role: Role = "text") -> None:
        super().__init__()
        self._full = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Another text."""
        if text != self._full:
            self._full = text
            self._elide()

    def _elide(self) -> None:
        set_text(self, self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()


class ElidedButton(QPushButton):
    """A button that takes what room there is and ends in "…" where that is too little for its text."""

    def __init__(self, room: int) -> None:
        """room: pixels beside the text."""
        super().__init__()
        self._full = ""
        self._room = room
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Another text."""
        self._full = text
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width() - self._room)
        self.setText(shown.replace("&", "&&"))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()


def icon_button(name: str, icon: str, tip: str = "") -> QToolButton:
    """A flat square button; `icons.dress` paints `icon` on it."""
    made = QToolButton()
    made.setAccessibleName(name)
    made.setToolTip(tip or name)
    made.setProperty("icon_name", icon)
    made.setIconSize(QSize(16, 16))
    made.setFixedSize(28, 28)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def link_button(text: str, tip: str = "") -> QPushButton:
    """A button that looks like a word."""
    made = QPushButton(text)
    made.setProperty("role", "link")
    made.setToolTip(tip)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def row(*widgets: QWidget | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; None is the space that takes what is left."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget)
    return layout


def between(text: str) -> QLabel:
    """A sign between two controls, which leaves a picture with them."""
    made = label(text, "muted")
    made.setProperty("control", True)
    return made


def set_text(target: QLabel, text: str) -> None:
    """Write a label only where its text differs: a label that is set is laid out and painted again."""
    if target.text() != text:
        target.setText(text)


def set_tip(target: QWidget, text: str) -> None:
    """Explain a widget by a text that is never read as markup, whatever it holds."""
    target.setToolTip(f"<span>{html.escape(text)}</span>" if "<" in text else text)  # without one it is no markup


def set_figure(target: QLabel, text: str) -> None:
    """Write a number that changes with every picture: the label only grows, and so lays out nothing around it."""
    if target.text() == text:
        return
    target.setText(text)
    wanted = target.sizeHint()
    if target.minimumWidth() != target.maximumWidth() or wanted.width() > target.width():
        target.setFixedSize(wanted)
