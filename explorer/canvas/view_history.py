"""Where one has looked: back and forward, as in a browser."""

from __future__ import annotations

import time
from collections.abc import Callable

Rectangle = tuple[tuple[float, float], tuple[float, float]]
"""The x range and the y range."""

_SAME_GESTURE = 0.6
"""Seconds within which turns of the wheel are one move."""
_LENGTH = 200


class ViewHistory:
    """The rectangles one has looked at, oldest first, with a place in the middle."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._past: list[Rectangle] = []
        self._future: list[Rectangle] = []
        self._last = -float("inf")

    def clear(self) -> None:
        """Forget everything."""
        self._past.clear()
        self._future.clear()
        self._last = -float("inf")

    @property
    def can_go_back(self) -> bool:
        """Whether one was anywhere before."""
        return bool(self._past)

    def leave(self, place: Rectangle) -> None:
        """A person moves away from `place`; what was ahead is forgotten. Moves in quick succession count once."""
        now = self._clock()
        if now - self._last > _SAME_GESTURE:
            self._past.append(place)
            del self._past[:-_LENGTH]
        self._last = now
        self._future.clear()

    def back(self, place: Rectangle) -> Rectangle | None:
        """Where one was before `place`; None at the beginning."""
        return self._step(place, self._past, self._future)

    def forward(self, place: Rectangle) -> Rectangle | None:
        """Where one went from `place` before going back; None at the end."""
        return self._step(place, self._future, self._past)

    def _step(self, place: Rectangle, source: list[Rectangle], target: list[Rectangle]) -> Rectangle | None:
        if not source:
            return None
        target.append(place)
        self._last = -float("inf")
        return source.pop()
