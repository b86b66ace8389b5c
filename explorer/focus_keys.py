"""Keys that a focused control needs stay the control's, although the window uses them too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QApplication, QComboBox, QWidget
from typing_extensions import override

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_OWN = {
    QAbstractButton: {Qt.Key.Key_Space},
    QAbstractSlider: {Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown},
    QComboBox: {Qt.Key.Key_Space},
}


class FocusKeys(QObject):
    """Space presses the focused button rather than Play, Home moves the focused slider rather than the plane.

    It listens to the focused widget only: a filter on the whole program would see every event of every frame.
    """

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        application.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is not None:
            now.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.modifiers() in _PLAIN
            and _needs(watched, event)
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)


def _needs(widget: QObject, event: QKeyEvent) -> bool:
    if isinstance(widget, QAbstractItemView):
        return bool(event.text())
    return any(isinstance(widget, kind) and event.key() in keys for kind, keys in _OWN.items())
