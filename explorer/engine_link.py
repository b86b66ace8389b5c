"""One engine process and the two threads that talk to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import core
from core.channel import Cancel, EncodedFrame, Slots, Status, Submit, read, write
from core.frame import Frame
from core.shared_slots import SlotReader

ENGINE_COMMAND = (sys.executable, "-P", "-m", "core.engine")
"""-P: a file of the working directory must not pass for one of the engine's modules."""

_END_PATIENCE = 1.0


@dataclass(frozen=True)
class Report:
    """What is known of an engine.

    heard_at: monotonic time of its last sign of life, or of its start.
    status: its last word on itself; None before the first.
    finished: the last submission whose final frame arrived; 0 for none.
    unread: there is a frame to take.
    end: how it ended, in words; None while it lives.
    """

    heard_at: float
    status: Status | None = None
    finished: int = 0
    unread: bool = False
    end: str | None = None


class Link(Protocol):
    """A way to an engine, and what came back on it."""

    def send(self, message: Submit | Cancel) -> None:
        """Hand over a message; a newer submission replaces what was not sent yet."""

    def take(self) -> Frame | None:
        """The newest frame, once."""

    def report(self) -> Report:
        """What is known of the engine."""

    def close(self) -> None:
        """End the engine and whatever belongs to it; safe twice."""


class ProcessLink:
    """A link to a process of its own.

    notify is called, from another thread, whenever there is news; it must return at once. The process is to be
    started from a thread that lives as long as the window: Linux takes that thread's end for the window's.
    """

    def __init__(self, notify: Callable[[], None], command: Sequence[str] = ENGINE_COMMAND) -> None:
        self._notify = notify
        self._slots = SlotReader()
        self._lock = threading.Condition()
        self._closing = False
        self._outgoing: list[Submit | Cancel | Slots] = []
        self._newest: EncodedFrame | None = None
        self._report = Report(time.monotonic())
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if sys.stderr is not None else subprocess.DEVNULL,  # a windowed program may have none
            env=_environment(),
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        self._threads = [
            threading.Thread(target=work, name=f"engine {work.__name__[1:]}", daemon=True)
            for work in (self._read, self._write)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def send(self, message: Submit | Cancel | Slots) -> None:
        """Hand over a message; returns at once."""
        with self._lock:
            self._outgoing = [waiting for waiting in self._outgoing if not _replaces(message, waiting)]
            self._outgoing.append(message)
            self._lock.notify()

    def take(self) -> Frame | None:
        """The newest frame, once; None where there is none, or where a newer one is being written over it."""
        with self._lock:
            message, self._newest = self._newest, None
        return None if message is None else self._slots.decode(message)

    def report(self) -> Report:
        """What is known of the process."""
        with self._lock:
            return replace(self._report, unread=self._newest is not None)

    def close(self) -> None:
        """Kill the process, join the threads, unlink the shared memory; safe twice."""
        with self._lock:
            self._closing = True
            self._lock.notify()
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        self._slots.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            try:
                while True:
                    self._receive(read(stream))
                    self._notify()
            except EOFError:
                end = self._last_words()
            except Exception as error:  # something else than the engine wrote into the pipe
                self._process.kill()
                end = f"it sent something unreadable: {error}"
        with self._lock:
            self._report = replace(self._report, end=end)
            closing = self._closing
        if not closing:
            self._notify()

    def _receive(self, message: object) -> None:
        with self._lock:
            self._report = replace(self._report, heard_at=time.monotonic())
            match message:
                case Status():
                    self._report = replace(self._report, status=message)
                case EncodedFrame():
                    self._newest = message
                    if message.final:
                        self._report = replace(self._report, finished=message.serial)
        if isinstance(message, EncodedFrame):
            slots = self._slots.grow_for(message)
            if slots is not None:
                self.send(slots)

    def _write(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as stream:  # that the process is gone is the reader's news
            while True:
                with self._lock:
                    while not self._outgoing and not self._closing:
                        self._lock.wait()
                    if self._closing:
                        return
                    message = self._outgoing.pop(0)
                write(stream, message)

    def _last_words(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            return _how_it_ended(self._process.wait(_END_PATIENCE))
        self._process.kill()
        return "it closed its pipe"


def _replaces(new: Submit | Cancel | Slots, waiting: Submit | Cancel | Slots) -> bool:
    return type(new) is type(waiting) or (isinstance(new, Submit) and isinstance(waiting, Cancel))


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"signal {-status}, {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"


def _environment() -> dict[str, str]:
    """The window's environment, in which the engine finds `core` from anywhere and keeps to one thread.

    On a machine with few cores a second computing thread would take its core from the window.
    """
    home = str(Path(core.__file__).resolve().parent.parent)
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**os.environ, **one_thread, "PYTHONPATH": os.pathsep.join(paths)}
