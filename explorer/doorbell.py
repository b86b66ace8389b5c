"""Word from other threads, told in the window's own: however often it rings, one signal is under way."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Doorbell(QObject):
    """`ring` from any thread; `rung` follows in the thread this object lives in."""

    rung = Signal()
    _queued = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._ringing = False
        self._queued.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def ring(self) -> None:
        """There is news; returns at once."""
        with self._lock:
            ringing, self._ringing = self._ringing, True
        if not ringing:
            self._queued.emit()

    @Slot()
    def _answer(self) -> None:
        with self._lock:
            self._ringing = False  # before it is told: what comes while listeners work rings again
        self.rung.emit()
