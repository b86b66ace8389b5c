"""Very many trajectories, of which only their states at given times are kept."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from .budget import Budget
from .dense_output import AcceptedSteps, Sampled
from .event_refusal import refuse_events
from .integration_method import IntegrationMethod
from .kernels.batch import follow
from .kernels.trajectories import TrajectoryTask
from .ode_path import Path, open_loop, refuse_method
from .outcome import Outcome
from .problem import InitialValue
from .step_controller import StepController
from .step_rules import ENDINGS, outcomes_of
from .tableau import Tableau
from .telemetry import Steps, host

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class Batch:
    """B trajectories at T times.

    z           (B, T, n)   states; NaN from where a trajectory ended on
    ending      (B,) int8   why it ended: a place in `step_rules.ENDINGS`
    t_end       (B,)        the time of its last good point
    evaluations (B,) int64  calls of the field; accepted, rejected (B,) int64 its steps
    seconds                 wall time; path: the back end that ran
    """

    z: Float[np.ndarray, "B T n"]
    ending: Int[np.ndarray, "B"]
    t_end: Float[np.ndarray, "B"]
    evaluations: Int[np.ndarray, "B"]
    accepted: Int[np.ndarray, "B"]
    rejected: Int[np.ndarray, "B"]
    seconds: float
    path: Path

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The endings in words."""
        return outcomes_of(self.ending, self.t_end)


def follow_batch(
    problem: InitialValue,
    tableau: IntegrationMethod,
    controller: StepController,
    budget: Budget,
    times: Float[np.ndarray, "..."],
    path: Path,
    device: str = "cpu",
    dtype: str = "float64",
) -> Generator[int, None, Batch]:
    """Follow every start to the end of the span; yields how many have arrived, every few milliseconds.

    times: (T,) in the direction of the span, inside it, or (B, T) for spans of their own. What is computed does not
    depend on `path`, to rounding.
    """
    refuse_events(problem.field, "a batch")
    refuse_method(problem, tableau, controller)
    begun = perf_counter()
    if path == "kernel" and isinstance(tableau, Tableau):
        task = TrajectoryTask(problem, tableau, controller, budget, dtype)
        calls = yield from follow(task, times)
        counts = calls.evaluations, calls.accepted, calls.attempts - calls.accepted
        return Batch(calls.samples, calls.ending.astype(np.int8), calls.t, *counts, perf_counter() - begun, path)
    record = _Record(problem, tableau, times)
    loop = open_loop(problem, tableau, controller, budget, path, device, dtype)
    while True:
        try:
            steps = next(loop)
        except StopIteration as end:
            return record.batch(end.value, perf_counter() - begun, path)
        yield record.add(steps)


def is_compiled(path: str) -> bool:
    """Whether ten thousand trajectories take milliseconds on this back end, not seconds."""
    return path == "kernel"


class _Record:
    """States at the wanted times, and counts, filled in as blocks of steps arrive."""

    def __init__(self, problem: InitialValue, tableau: IntegrationMethod, times: Float[np.ndarray, "..."]) -> None:
        count = len(problem.start)
        self._sampled = Sampled(tableau, problem.start, problem.span, times)
        self._goals = problem.ends[1]
        self._arrived = 0
        self._evaluations, self._accepted, self._attempted = (np.zeros(count, dtype=np.int64) for _ in range(3))

    def add(self, steps: Steps) -> int:
        """Take a block; returns how many trajectories have arrived."""
        sample, good = host(steps.sample), host(steps.accepted).astype(bool)
        self._evaluations[sample] = host(steps.evaluations)  # of equal indices the last, the latest, stays
        self._attempted += np.bincount(sample, minlength=len(self._attempted))
        self._accepted += np.bincount(sample[good], minlength=len(self._accepted))
        attempts = AcceptedSteps.attempts(steps)
        self._sampled.add(attempts, good)
        self._arrived += int(np.count_nonzero((attempts.t1 == self._goals[sample]) & good))
        return self._arrived

    def batch(self, outcomes: tuple[Outcome, ...], seconds: float, path: Path) -> Batch:
        """Everything, once the loop has ended."""
        ending = np.array([ENDINGS.index(outcome.name) for outcome in outcomes], dtype=np.int8)
        t_end = np.array([np.nan if outcome.t is None else outcome.t for outcome in outcomes], dtype=np.float64)
        counts = self._evaluations, self._accepted, self._attempted - self._accepted
        return Batch(self._sampled.z, ending, t_end, *counts, seconds, path)
