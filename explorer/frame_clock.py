"""The window's clock: it ticks 60 times a second, and only while there is something to show."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_MILLISECONDS = 16
_COUNTED_SECONDS = 0.5
_LONGEST_TICK = 0.1
"""Seconds: after a stall the picture goes on from where it was rather than jump."""


class FrameClock(QObject):
    """Ticks while `set_moving(True)`, and once after every `wake()`."""

    ticked = Signal(float)
    """Seconds since the last tick; 0 for the first after a rest."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moving = False
        self._last: float | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        self._rate = 0.0
        self._counted = (0, 0.0)  # ticks, and the seconds they took

    @property
    def rate(self) -> float:
        """Ticks per second, counted over the last full half second; 0 at rest and before the first."""
        return self._rate

    def wake(self) -> None:
        """Something waits to be shown: tick soon, even at rest."""
        if not self._timer.isActive():
            QTimer.singleShot(0, self, self._tick)

    def set_moving(self, moving: bool) -> None:
        """Go on ticking, or rest once nothing waits."""
        self._moving = moving
        if moving:
            self._timer.start()
        else:
            self._rest()

    def _rest(self) -> None:
        self._timer.stop()
        self._last = None
        self._rate = 0.0
        self._counted = (0, 0.0)

    def _count(self, seconds: float) -> None:
        ticks, taken = self._counted[0] + 1, self._counted[1] + seconds
        if taken >= _COUNTED_SECONDS:
            self._rate = ticks / taken
            ticks, taken = 0, 0.0
        self._counted = (ticks, taken)

    def _tick(self) -> None:
        now = time.perf_counter()
        seconds = 0.0 if self._last is None else now - self._last
        if self._moving:
            self._last = now
            if seconds > 0:
                self._count(seconds)
        self.ticked.emit(min(seconds, _LONGEST_TICK))
