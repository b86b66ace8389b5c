"""A sentence over the picture that needs no answer: what happened, and at most one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from .labels import icon_button, label

_SHOWN = 9_000
"""Milliseconds until a notice goes by itself; one that offers a cure stays."""


class NoticeBar(QFrame):
    """Shows the latest notice; never takes the focus, never blocks."""

    changed = Signal()
    """Its size or visibility is another one."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._text = label("", wrap=True)
        self._text.setMinimumWidth(300)
        self._text.setMaximumWidth(560)
        self._cure = QPushButton()
        self._cure.clicked.connect(self._take_cure)
        self._act: Callable[[], object] | None = None
        close = icon_button("Dismiss", "close")
        close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.setSpacing(10)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._cure)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown; empty while hidden."""
        return "" if self.isHidden() else self._text.text()

    def tell(self, sentence: str, cure: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a sentence, with a button `cure` that does `act`."""
        self._text.setText(sentence)
        self._cure.setText(cure)
        self._cure.setVisible(act is not None)
        self._act = act
        self.show()
        if act is None:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit()

    def dismiss(self) -> None:
        """Hide the notice."""
        self._timer.stop()
        self.hide()
        self.changed.emit()

    def _take_cure(self) -> None:
        act, self._act = self._act, None
        self.dismiss()
        if act is not None:
            act()
