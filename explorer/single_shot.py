"""A timer that runs out once for every time it is started."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer


def single_shot(parent: QObject, work: Callable[[], object], milliseconds: int = 0, *, precise: bool = False) -> QTimer:
    """Does `work` so many milliseconds after its start; precise: not some per cent later."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    if precise:
        timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(work)
    return timer
