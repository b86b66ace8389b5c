"""The engine's mouth: frames at a bounded rate, and signs of life between them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, BinaryIO, Literal

from .channel import EncodedFrame, Slots, Status, write
from .shared_slots import SlotWriter

if TYPE_CHECKING:
    from .frame import Frame

FRAME_INTERVAL = 1 / 60
"""Seconds between two frames of a run: a screen shows no more. The last frame of a run does not wait."""

HEARTBEAT_INTERVAL = 0.5
"""Seconds between two signs of life."""


class FrameOutlet:
    """Sends frames and the engine's state; every method may be called from any thread.

    A frame that comes too early waits in a one-slot mailbox for its time, so that the newest is on its way
    even if the run then computes for long without another. The thread that runs `beat` sends it.
    """

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._writer = SlotWriter()
        self._lock = threading.Condition()
        self._state: Literal["idle", "busy"] = "idle"
        self._serial = 0
        self._importing = False
        self._early: Frame | None = None
        self._due = 0.0

    def attach(self, slots: Slots) -> None:
        """Use these segments of shared memory from now on."""
        self._writer.attach(slots)

    def begin(self, serial: int) -> None:
        """The run of this submission begins; what is left of an older one is dropped."""
        with self._lock:
            self._early, self._due = None, 0.0
            self._state, self._serial = "busy", serial
            self._send_status()

    def show(self, frame: Frame) -> None:
        """Send a frame of the run, now or as soon as the interval allows."""
        with self._lock:
            if frame.final or time.monotonic() >= self._due:
                self._send_frame(frame)
            else:
                self._early = frame
                self._lock.notify_all()

    def end(self) -> None:
        """The run is over; nothing is going on."""
        with self._lock:
            self._early = None
            self._state = "idle"
            self._send_status()

    def importing(self, going_on: bool) -> None:
        """Say, before it begins and after it ended, that a slow import is going on."""
        with self._lock:
            if going_on != self._importing:
                self._importing = going_on
                self._send_status()

    def beat(self) -> None:
        """Send signs of life, and frames whose time has come, for as long as the pipe stands."""
        beat_at = 0.0
        while True:
            with self._lock:
                now = time.monotonic()
                if self._early is not None and now >= self._due:
                    self._send_frame(self._early)
                if now >= beat_at:
                    beat_at = now + HEARTBEAT_INTERVAL
                    self._send_status()
                wake_at = beat_at if self._early is None else min(beat_at, self._due)
                self._lock.wait(max(0.0, wake_at - time.monotonic()))

    def _send_frame(self, frame: Frame) -> None:
        self._early = None
        self._due = time.monotonic() + FRAME_INTERVAL
        message: EncodedFrame = self._writer.encode(self._serial, frame)
        write(self._sink, message)

    def _send_status(self) -> None:
        write(self._sink, Status(self._state, self._serial, self._importing, time.process_time()))
