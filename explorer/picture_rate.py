"""How many pictures a second are shown."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from .single_shot import single_shot

_COUNTED_SECONDS = 0.5
_AT_REST = 1000
"""Milliseconds without a picture after which nothing moves any more."""


class PictureRate(QObject):
    """Pictures per second over the last full half second; 0 at rest and before the first."""

    changed = Signal(float)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(parent)
        self._clock = clock
        self._still = single_shot(self, self.rest, _AT_REST)
        self.rest()

    def rest(self) -> None:
        """Nothing moves any more."""
        self._still.stop()
        self._pictures = 0
        self._since: float | None = None
        self._show(0.0)

    def count(self) -> None:
        """A picture is shown."""
        now = self._clock()
        self._still.start()
        if self._since is None:
            self._since = now
            return
        self._pictures += 1
        if now - self._since >= _COUNTED_SECONDS:
            self._show(self._pictures / (now - self._since))
            self._pictures, self._since = 0, now

    def _show(self, value: float) -> None:
        self.value = value
        self.changed.emit(value)
