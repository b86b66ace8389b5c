"""What is left of one budget that several runs share, one after the other."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from .budget import Budget


class RemainingBudget:
    """Evaluations and seconds of `budget`, from now on; the steps are each run's own."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._evaluations = budget, budget.evaluations
        self._deadline = perf_counter() + budget.seconds

    @property
    def late(self) -> bool:
        """Whether the seconds are over: runs of a few steps do not ask themselves."""
        return perf_counter() > self._deadline

    def left(self) -> Budget:
        """What the next run may spend: as good as nothing where all is spent."""
        seconds = max(self._deadline - perf_counter(), 1e-9)
        return replace(self._budget, evaluations=max(self._evaluations, 1), seconds=seconds)

    def spend(self, evaluations: int) -> None:
        """Take the evaluations of a run that is over."""
        self._evaluations -= evaluations
