"""One request under way: its probes, what they have read, and when a frame is due."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from .frame import Frame
from .probe import Probe
from .request import Request

_FRAME_SECONDS = 1.0 / 60.0
"""A run shorter than a picture lasts shows field and curves at once, never one of them with the other's last value."""
_PATIENCE_SECONDS = 0.15
"""Partial curves are shown only in a run that takes longer than this: in a shorter one they would only flicker."""


class FrameMaker:
    """Probes and clock of one run. `evaluations`, `path` and `absent` are what the run has told so far."""

    def __init__(self, request: Request, should_stop: Callable[[], bool]) -> None:
        self.request = request
        self.should_stop = should_stop
        self.evaluations = 0
        self.path = ""
        self.probes: list[Probe[Any]] = []
        self.absent: dict[type, str] = {}
        self._late: set[type] = set()
        self._begun = time.perf_counter()
        self._last_frame = self._begun

    def hold(self, probes: Iterable[Probe[Any]]) -> None:
        """Keep the readings of these probes out of the frames without curves."""
        self._late = {probe.reading for probe in probes}

    def failure(self, sentence: str) -> Frame:
        """The last frame of a run that failed as a whole, with the readings so far."""
        return replace(self.frame(final=True), error=sentence, traceback=traceback.format_exc())

    def due_frame(self) -> Frame | None:
        """What a run that takes its time shows on its way: first the field alone, then curves as they grow."""
        now = time.perf_counter()
        if now - self._last_frame < _FRAME_SECONDS:
            return None
        if now - self._begun > _PATIENCE_SECONDS:
            return self.frame()
        return self.frame(curves=False) if self._last_frame == self._begun else None

    def frame(self, *, final: bool = False, curves: bool = True) -> Frame:
        """The readings of this moment; curves: also those that follow the solver."""
        readings = {
            probe.reading: reading
            for probe in self.probes
            if (curves or probe.reading not in self._late) and (reading := probe.read()) is not None
        }
        self._last_frame = time.perf_counter()
        experiment = self.request.experiment
        return Frame(
            generation=self.request.generation,
            readings=readings,
            final=final,
            path=self.path,
            device=experiment.device,
            dtype=experiment.dtype,
            seconds=self._last_frame - self._begun,
            evaluations=self.evaluations,
            quality=self.request.quality,
            absent=self.absent,
        )
