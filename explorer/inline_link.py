"""An engine inside the window's event loop, one frame at a turn: for tests, which it makes repeatable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from core.channel import Cancel, Status, Submit
from core.deferred import deferred
from core.frame import Frame
from core.guarded_run import guarded_frames

from .engine_link import Report

if TYPE_CHECKING:
    from core.guarded_run import FramesFunction
    from core.request import Request

_runner = deferred("core.runner")


class InlineLink:
    """The same runs as the engine's, without a process: a link like `ProcessLink`.

    frames: computes the answer to a request; None takes `core.runner.frames`, imported when it is first needed.
    """

    def __init__(self, notify: Callable[[], None], frames: FramesFunction | None = None) -> None:
        self._notify = notify
        self._frames = frames
        self._run: Iterator[Frame] | None = None
        self._serial = 0
        self._finished = 0
        self._stopped = False
        self._newest: Frame | None = None
        self._turn = QTimer()
        self._turn.timeout.connect(self._advance)

    def send(self, message: Submit | Cancel) -> None:
        """Begin a run at the next turn of the event loop, or end the one that goes on."""
        if isinstance(message, Cancel):
            self._stopped = True
            return
        self._serial, self._stopped = message.serial, False
        self._run = self._begin(message.request)
        self._turn.start(0)

    def take(self) -> Frame | None:
        """The newest frame, once."""
        frame, self._newest = self._newest, None
        return frame

    def report(self) -> Report:
        """An engine that is always alive."""
        status = Status("idle" if self._run is None else "busy", self._serial, importing=False)
        return Report(time.monotonic(), status, self._finished, unread=self._newest is not None)

    def close(self) -> None:
        """Leave the run where it is; safe twice."""
        self._turn.stop()
        self._run = None

    def _begin(self, request: Request) -> Iterator[Frame]:
        return guarded_frames(self._frames or _runner.frames, request, lambda: self._stopped)

    def _advance(self) -> None:
        if self._run is None:
            return
        self._newest = next(self._run)
        if self._newest.final:
            self._run, self._finished = None, self._serial
            self._turn.stop()
        self._notify()
