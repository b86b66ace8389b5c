"""The window's way to the engine: requests go in, the newest frame comes out, a dead engine is replaced."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.channel import Cancel, Submit
from core.frame import Frame
from core.request import Request

from .doorbell import Doorbell
from .engine_link import Link, ProcessLink, Report
from .engine_watch import EngineWatch
from .inline_link import InlineLink

_LOOK_INTERVAL_MS = 250
_ENGINES_PER_REQUEST = 2


class EngineClient(QObject):
    """Keeps an engine at work on the newest request.

    The engine is a process of its own (or, inline, the window's own event loop, for tests). It is replaced when
    it dies, falls silent or does not leave a run; the newest request is then sent again, once: a request that
    ended two engines in a row is given up with a final frame that says so.
    """

    frame_ready = Signal()
    """There is something to `take`; at most one of these is under way at a time."""

    state_changed = Signal(str, str)
    """"starting", "idle", "busy", "restarting" or "failed", and a sentence for people."""

    def __init__(
        self,
        *,
        inline: bool = False,
        link: Callable[[Callable[[], None]], Link] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """link: makes the way to an engine, handed what to call when there is news; for tests."""
        super().__init__(parent)
        self._make_link = link or (InlineLink if inline else ProcessLink)
        self._link: Link | None = None
        self._watch = EngineWatch()
        self._state = ("", "")
        self._serial = 0
        self._latest: Submit | None = None
        self._cancelled = False
        self._deaths = 0
        self._verdict: Frame | None = None
        self._closed = False
        self._news = Doorbell(self)
        self._news.rung.connect(self._on_news)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Start the engine; returns at once."""
        if self._link is None and not self._closed:
            self._tell("starting", "The engine is starting.")
            self._open()

    def submit(self, request: Request) -> None:
        """Run this instead of whatever is going on."""
        self._serial += 1
        self._latest = Submit(self._serial, request)
        self._cancelled = False
        self._deaths = 0
        self._verdict = None
        if self._link is None:
            self.start()
        else:
            self._send_latest(self._link)

    def cancel(self) -> None:
        """End the run; a final frame with what is there follows."""
        if self._link is not None and self._latest is not None:
            self._cancelled = True
            self._watch.cancelled(time.monotonic())
            self._link.send(Cancel(self._serial))

    def take(self) -> Frame | None:
        """The newest frame, once; None where there is nothing new."""
        verdict, self._verdict = self._verdict, None
        if verdict is not None or self._link is None:
            return verdict
        return self._link.take()

    def close(self) -> None:
        """End the engine, its threads and its shared memory, for good; safe twice."""
        self._closed = True
        self._timer.stop()
        if self._link is not None:
            self._link.close()
            self._link = None

    def _open(self) -> None:
        self._watch.begin()
        try:
            self._link = self._make_link(self._news.ring)
        except OSError as error:
            self._give_up(f"The engine cannot be started ({error}): close other programs, then change a value.")
            return
        self._timer.start()
        if self._latest is not None:
            self._send_latest(self._link)

    def _send_latest(self, link: Link) -> None:
        if self._latest is not None:
            self._watch.submitted(self._latest.serial, time.monotonic())
            link.send(self._latest)

    @Slot()
    def _on_news(self) -> None:
        self._look()
        if self._verdict is not None or (self._link is not None and self._link.report().unread):
            self.frame_ready.emit()

    @Slot()
    def _look(self) -> None:
        if self._link is None:
            return
        report = self._link.report()
        complaint = self._watch.complaint(report, time.monotonic())
        if complaint is not None:
            self._link.close()
            self._link = None
            self._replace(complaint, report)
        elif report.status is not None:
            self._note(report)

    def _note(self, report: Report) -> None:
        if self._latest is not None and report.finished == self._latest.serial:
            self._latest = None
        if self._latest is not None:
            self._tell("busy", "Computing.")
        else:
            self._deaths = 0
            self._tell("idle", "Ready.")

    def _replace(self, complaint: str, report: Report) -> None:
        serving_another = report.status is not None and report.status.serial not in (0, self._serial)
        self._deaths += not serving_another
        if self._deaths < _ENGINES_PER_REQUEST:
            self._tell("restarting", f"{complaint} and was restarted; your experiment is untouched.")
            if self._cancelled:
                self._conclude(f"{complaint}; what the run had found is lost.")
            self._open()
        elif report.status is None:
            self._give_up(f"{complaint} twice while starting: the terminal says why; the next change tries again.")
        else:
            self._give_up(f"{complaint} twice on this experiment: change the formula or a value to try again.")

    def _give_up(self, sentence: str) -> None:
        self._timer.stop()
        self._tell("failed", sentence)
        self._conclude(sentence)

    def _conclude(self, sentence: str) -> None:
        """End the latest run in the engine's place."""
        if self._latest is not None:
            request, self._latest = self._latest.request, None
            self._verdict = Frame(request.generation, final=True, error=sentence, quality=request.quality)
            self._news.ring()

    def _tell(self, state: str, sentence: str) -> None:
        if (state, sentence) != self._state:
            self._state = (state, sentence)
            self.state_changed.emit(state, sentence)
