"""A request that trains: iterations, and between them everything else that is wanted of the weights at hand."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from . import catalogue
from .frame import Frame, Progress
from .readings.training_progress import TrainingProgress
from .request import Request

if TYPE_CHECKING:
    from .experiment import Experiment
    from .training.session import TrainingSession
    from .training_state import TrainingState

_FIRST = 0.03
_LEAST, _MOST = 0.05, 2.0
"""Seconds of learning between two pictures."""
_BETWEEN = 8
"""States between two pictures at most."""
_SHARE = 1.5
"""Of the time that a picture takes, so that pictures take at most two fifths."""

Pictures = Callable[[Request, Callable[[], bool]], Iterator[Frame]]
"""Computes a request without a training."""


def training_frames(request: Request, should_stop: Callable[[], bool], pictures: Pictures) -> Iterator[Frame]:
    """Train until it is over or should stop; every frame holds the state at hand and its readings. Where it rests, they
    come one after the other, as without a training.

    Raises ValueError or TypeError, with a sentence, where there is nothing to train.
    """
    from .training.session import TrainingError, TrainingSession  # noqa: PLC0415 - needs torch

    task = request.training
    assert task is not None
    session = TrainingSession(request.experiment, task.state, request.modules)
    begun, pause, end = time.perf_counter(), _FIRST, ""
    last = session.experiment.training.iterations
    if task.iterations is not None:
        last = min(last, session.iteration + task.iterations)
    first, following = True, frozenset(filter(_follows_weights, request.wanted))
    while True:
        until, passed = time.perf_counter() + pause, _Passed(session, pause)
        try:
            while session.iteration < last and time.perf_counter() < until and not should_stop():
                session.advance()
                passed.look()
            session.look(due=task.look and session.iteration >= last)
        except TrainingError as fault:
            end = str(fault)
        if session.over and not end:
            end = f"the {session.iteration:,} iterations are done".replace(",", " ")
        stopped = bool(end) or should_stop() or session.iteration >= last
        drawn = time.perf_counter()
        wanted = request.wanted if first or stopped else following
        found, first = pictures(_as_it_is(request, wanted, session, stopped), should_stop), False
        told = task.serial, session.state(), end, session.target, session.target_name
        progress = TrainingProgress(*told, passed=tuple(passed.states))
        for shown in found if stopped else deque(found, maxlen=1):
            yield replace(
                shown,
                readings={**shown.readings, TrainingProgress: progress},
                progress=shown.progress if stopped else _progress(session.iteration, session.experiment),
                final=shown.final and stopped,
                seconds=time.perf_counter() - begun,
            )
        if stopped:
            return
        pause = min(max(_LEAST, _SHARE * (time.perf_counter() - drawn)), _MOST)


class _Passed:
    """States between two pictures, evenly in time, of a training for so many seconds."""

    def __init__(self, session: TrainingSession, seconds: float) -> None:
        self._session, self._each = session, max(_LEAST, seconds / _BETWEEN)
        self._due = time.perf_counter() + self._each
        self.states: list[TrainingState] = []

    def look(self) -> None:
        """Keep the state at hand where it is time for that, and it is small."""
        now = time.perf_counter()
        if now > self._due:
            self._due = now + self._each
            state = self._session.passing()
            self.states += [] if state is None else [state]


def _follows_weights(reading: type) -> bool:
    """Whether a reading is computed anew with every picture."""
    probe = catalogue.probes().get(reading)
    return probe is None or probe.follows_weights


def _as_it_is(request: Request, wanted: frozenset[type], session: TrainingSession, rests: bool) -> Request:
    """A request for readings of the weights at hand, without the training."""
    experiment = request.experiment
    now = replace(experiment, tensors={**experiment.tensors, **session.stored()})
    quality = request.quality if rests else "preview"
    return replace(request, experiment=now, wanted=wanted, training=None, quality=quality)


def _progress(iteration: int, experiment: Experiment) -> Progress:
    most = experiment.training.iterations
    return Progress("learning", iteration, most, iteration / most, "iterations")
