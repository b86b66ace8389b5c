"""The engine's work: the newest request is run, and whatever it supersedes is left at once."""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from .channel import Cancel, Slots, Submit, read
from .frame_outlet import FrameOutlet
from .guarded_run import FramesFunction, failed, guarded_frames

if TYPE_CHECKING:
    from .frame import Frame
    from .request import Request

_PREVIEW_GRACE = 0.1
"""Seconds from its begin that a superseded preview may take to finish."""


@dataclass
class _Job:
    """A submission and whether it should go on."""

    serial: int
    request: Request
    began: float = 0.0
    superseded: bool = False
    cancelled: bool = False

    def should_stop(self) -> bool:
        """Asked by the run at every look.

        A preview that a newer request supersedes may finish if it is quick: were it stopped, a drag faster than
        the previews would show nothing, or never the curves, until it ends.
        """
        if self.superseded and not self.cancelled and self.request.quality == "preview":
            return time.monotonic() - self.began > _PREVIEW_GRACE
        return self.superseded or self.cancelled

    def is_worth_showing(self, frame: Frame) -> bool:
        """Of a superseded run only a preview's pictures are."""
        return not self.superseded or (self.request.quality == "preview" and bool(frame.readings))


class RequestServer:
    """Serves requests from `source` to `sink`, one at a time.

    The thread that calls `serve` runs them. One thread listens, so that a newer request or a cancel is known
    to the run at its next look; one sends signs of life. The process ends with the pipe, whatever it is doing.
    """

    def __init__(self, frames: FramesFunction, source: BinaryIO, sink: BinaryIO) -> None:
        self._frames = frames
        self._source = source
        self.outlet = FrameOutlet(sink)
        self._lock = threading.Condition()
        self._waiting: _Job | None = None
        self._current: _Job | None = None

    def serve(self, after_first: Callable[[], None]) -> NoReturn:
        """Run what is asked; call `after_first` when the first request is answered."""
        for work in (self._listen, self.outlet.beat):
            threading.Thread(target=_or_end_process, args=(work,), name=work.__name__, daemon=True).start()
        self._run(self._next_job())
        after_first()
        while True:
            self._run(self._next_job())

    def _listen(self) -> NoReturn:
        while True:
            message = read(self._source)
            match message:
                case Submit():
                    self._submit(_Job(message.serial, message.request))
                case Cancel():
                    self._cancel(message.serial)
                case Slots():
                    self.outlet.attach(message)
                case _:
                    raise TypeError(f"the window sent {type(message).__name__}, which the engine does not know")

    def _submit(self, job: _Job) -> None:
        with self._lock:
            if self._current is not None:
                self._current.superseded = True
            self._waiting = job
            self._lock.notify()

    def _cancel(self, serial: int) -> None:
        with self._lock:
            for job in (self._current, self._waiting):
                if job is not None and job.serial <= serial:
                    job.cancelled = True

    def _next_job(self) -> _Job:
        with self._lock:
            while self._waiting is None:
                self._lock.wait()
            self._current, self._waiting = self._waiting, None
            return self._current

    def _run(self, job: _Job) -> None:
        job.began = time.monotonic()
        self.outlet.begin(job.serial)
        for frame in guarded_frames(self._frames, job.request, job.should_stop):
            if job.is_worth_showing(frame):
                self._show(frame)
        self.outlet.end()

    def _show(self, frame: Frame) -> None:
        try:
            self.outlet.show(frame)
        except BrokenPipeError:  # the window is gone
            raise
        except Exception as error:  # the readings do not pickle, or there is no memory for it
            self.outlet.show(failed(frame, error, readings={}))


def _or_end_process(work: Callable[[], NoReturn]) -> NoReturn:
    """A thread of the engine that ends takes the process with it: nothing could be heard or said any more."""
    try:
        work()
    except (EOFError, BrokenPipeError):  # the window is gone
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
