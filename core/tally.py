"""What the runner itself keeps of a loop: evaluations spent, and which trajectories have arrived."""

from __future__ import annotations

import numpy as np

from .outcome import Outcome
from .telemetry import Steps, host


class Tally:
    """Counts for `count` trajectories on their way to time `goal`."""

    def __init__(self, count: int, start: float, goal: float) -> None:
        self._evaluations = np.zeros(count, dtype=np.int64)
        self._time = np.full(count, start)
        self._start, self._goal = start, goal

    def feed(self, steps: Steps) -> None:
        """Take a block of steps."""
        sample, accepted = host(steps.sample), host(steps.accepted).astype(bool)
        np.maximum.at(self._evaluations, sample, host(steps.evaluations))
        self._time[sample[accepted]] = host(steps.t1 if steps.until is None else steps.until)[
            accepted
        ]  # of several, the last one stays

    @property
    def evaluations(self) -> int:
        """Calls of the field so far, summed over the trajectories."""
        return int(self._evaluations.sum())

    @property
    def count(self) -> int:
        """How many trajectories there are."""
        return self._time.size

    @property
    def arrived(self) -> int:
        """How many trajectories have reached their goal."""
        return int((self._time == self._goal).sum())

    @property
    def share(self) -> float:
        """How much of the whole way is done, 0 to 1."""
        return float(np.mean((self._time - self._start) / (self._goal - self._start)))

    def cancelled(self) -> tuple[Outcome, ...]:
        """The outcomes of a run that is left here: what has arrived is a success, the rest was cancelled."""
        return tuple(Outcome("success", t) if t == self._goal else Outcome("cancelled", t) for t in self._time.tolist())
