"""A word of advice over a plot, until it has been taken."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget
from typing_extensions import override

from .labels import label

_ABOVE_EDGE = 64


class Hint(QFrame):
    """Floats near the lower edge of `host`; the mouse goes through it."""

    def __init__(self, text: str, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 16, 6)
        layout.addWidget(label(text))
        host.installEventFilter(self)
        self._place(host)

    def take_back(self) -> None:
        """The advice was taken."""
        self.hide()
        self.deleteLater()

    def _place(self, host: QWidget) -> None:
        self.adjustSize()
        self.move((host.width() - self.width()) // 2, host.height() - self.height() - _ABOVE_EDGE)
        self.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._place(watched)
        return super().eventFilter(watched, event)
