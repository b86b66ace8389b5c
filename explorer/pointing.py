"""Whether a person points at a row: with the mouse, or with the keyboard's focus on its slider."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_BY_KEYS = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})


class Pointing(QObject):
    """A click leaves the focus behind when the mouse goes on, so only a focus that came with Tab counts."""

    changed = Signal()

    def __init__(self, row: QWidget, slider: QWidget) -> None:
        super().__init__(row)
        self._row = row
        self.hovered = False
        self.focused = False
        row.installEventFilter(self)
        slider.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        before = self.hovered, self.focused
        if watched is self._row and event.type() in (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.Hide):
            self.hovered = event.type() == QEvent.Type.Enter
        elif isinstance(event, QFocusEvent) and watched is not self._row:
            self.focused = event.gotFocus() and event.reason() in _BY_KEYS
        if (self.hovered, self.focused) != before:
            self.changed.emit()
        return False
