"""A request that trains: iterations, and between them everything else that is wanted of the weights at hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .frame import Frame, Progress
from .readings.training_progress import TrainingProgress
from .request import Request

if TYPE_CHECKING:
    from .experiment import Experiment
    from .training.session import TrainingSession

_FIRST = 0.03
_LEAST, _MOST = 0.05, 2.0
"""Seconds of learning between two pictures."""
_SHARE = 1.5
"""Of the time that a picture takes, so that pictures take at most two fifths."""

Pictures = Callable[[Request, Callable[[], bool]], Iterator[Frame]]
"""Computes a request without a training."""


def training_frames(request: Request, should_stop: Callable[[], bool], pictures: Pictures) -> Iterator[Frame]:
    """Train until it is over or should stop; every frame holds the state at hand and its readings.

    Raises ValueError or TypeError, with a sentence, where there is nothing to train.
    """
    from .training.session import TrainingError, TrainingSession  # noqa: PLC0415 - needs torch

    task = request.training
    assert task is not None
    session = TrainingSession(request.experiment, task.state, request.modules)
    begun, first, pause, end = time.perf_counter(), session.iteration, _FIRST, ""
    last = session.experiment.training.iterations
    if task.iterations is not None:
        last = min(last, first + task.iterations)
    while True:
        until = time.perf_counter() + pause
        try:
            while session.iteration < last and time.perf_counter() < until and not should_stop():
                session.advance()
            session.look()
        except TrainingError as fault:
            end = str(fault)
        if session.over and not end:
            end = f"the {session.iteration:,} iterations are done".replace(",", " ")
        stopped = bool(end) or should_stop() or session.iteration >= last
        drawn = time.perf_counter()
        *_, shown = pictures(_as_it_is(request, session, stopped), should_stop)
        pause = min(max(_LEAST, _SHARE * (time.perf_counter() - drawn)), _MOST)
        progress = TrainingProgress(task.serial, session.state(), end, session.target, session.target_name)
        yield replace(
            shown,
            readings={**shown.readings, TrainingProgress: progress},
            final=stopped,
            progress=None if stopped else _progress(session.iteration, session.experiment),
            seconds=time.perf_counter() - begun,
        )
        if stopped:
            return


def _as_it_is(request: Request, session: TrainingSession, rests: bool) -> Request:
    """A request for everything but the training, of the weights at hand."""
    experiment = request.experiment
    now = replace(experiment, tensors={**experiment.tensors, **session.stored()})
    return replace(request, experiment=now, training=None, quality=request.quality if rests else "preview")


def _progress(iteration: int, experiment: Experiment) -> Progress:
    most = experiment.training.iterations
    return Progress("learning", iteration, most, iteration / most, "iterations")
