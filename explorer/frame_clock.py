"""The window's clock: it ticks while there is something to show, as often as the machine can paint."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QObject, Signal

from .single_shot import single_shot

_INTERVAL = 0.016
"""Seconds between two ticks of what moves by itself."""
_REST = 0.1
"""Seconds of rest for each second that a tick and its painting took: they belong to the mouse and the keyboard.

Qt hands out input before it looks at timers, so a little is enough: with 0.4 a drag had a fifth fewer pictures, and
the event loop was as late as it is now.
"""
_LONGEST_REST = 0.03
_LOOK = 0.004
"""Seconds between two ticks while news is expected: the first that finds it there shows it."""
_LONGEST_TICK = 0.1
"""Seconds: after a stall the picture goes on from where it was rather than jump."""


class FrameClock(QObject):
    """Ticks at an even pace while `set_moving(True)`, and once, as soon as it may, after every `wake()`.

    A wake does not wait for the even pace: what the engine sends is on the screen as soon as it is there. Ticks
    that take long come less often, so that the window answers on a slow machine too.
    """

    ticked = Signal(float)
    """Seconds since the last tick; 0 for the first after a rest."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moving = False
        self._awake = False
        self.expecting = False  # news, such as a preview, which comes soon
        self._last: float | None = None  # the last tick of an even row
        self._ticked = 0.0
        self._rested = 0.0  # when the next tick may be
        self._timer = single_shot(self, self._tick, precise=True)
        self._painted = single_shot(self, self._rest, precise=True)

    def wake(self) -> None:
        """Something waits to be shown."""
        self._awake = True
        self._schedule()

    def expect(self, news: bool) -> None:
        """Whether something will soon be there to be shown: what moves then ticks often, to look for it."""
        self.expecting = news
        self._schedule()

    def set_moving(self, moving: bool) -> None:
        """Go on ticking, or rest once nothing waits."""
        self._moving = moving
        if not moving:
            self._last = None
        self._schedule()

    def _schedule(self) -> None:
        """Set the timer for the next tick, if there is to be one."""
        if self._painted.isActive():
            return  # the last one is still being painted; `_rest` comes back here
        if self._awake or self._moving:
            pace = _LOOK if self.expecting else _INTERVAL
            even = 0.0 if self._awake or self._last is None else self._last + pace
            wait = max(even, self._rested) - time.perf_counter()
            self._timer.start(max(0, math.ceil(1e3 * wait)))
        else:
            self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        seconds = 0.0 if self._last is None else now - self._last
        self._ticked, self._last = now, now if self._moving else None
        self._awake = False
        self._painted.start(0)  # a timer of no length runs out after the painting that is asked for now
        self.ticked.emit(min(seconds, _LONGEST_TICK))

    def _rest(self) -> None:
        now = time.perf_counter()
        self._rested = now + min(_REST * (now - self._ticked), _LONGEST_REST)
        self._schedule()
