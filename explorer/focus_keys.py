"""Keys that a focused control needs stay the control's, although the window uses them too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QApplication, QComboBox
from typing_extensions import override

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_OWN = {
    QAbstractButton: {Qt.Key.Key_Space},
    QAbstractSlider: {Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown},
    QComboBox: {Qt.Key.Key_Space},
}


class FocusKeys(QObject):
    """Space presses the focused button rather than Play, Home moves the focused slider rather than the plane."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focused = QApplication.focusWidget()
            if focused is watched and event.modifiers() in _PLAIN and _needs(focused, event):
                event.accept()
                return True
        return super().eventFilter(watched, event)


def _needs(widget: QObject, event: QKeyEvent) -> bool:
    if isinstance(widget, QAbstractItemView):
        return bool(event.text())
    return any(isinstance(widget, kind) and event.key() in keys for kind, keys in _OWN.items())
