"""How many pictures a second are shown."""

from __future__ import annotations

import time
from collections.abc import Callable

_COUNTED_SECONDS = 0.5


class PictureRate:
    """Pictures per second over the last full half second; 0 at rest and before the first."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.rest()

    def rest(self) -> None:
        """Nothing moves any more."""
        self.value = 0.0
        self._pictures = 0
        self._since: float | None = None

    def count(self) -> None:
        """A picture is shown."""
        now = self._clock()
        if self._since is None:
            self._since = now
            return
        self._pictures += 1
        if now - self._since >= _COUNTED_SECONDS:
            self.value = self._pictures / (now - self._since)
            self._pictures, self._since = 0, now
