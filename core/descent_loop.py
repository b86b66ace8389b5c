"""The loop of an optimiser: many starts at once, each until it has arrived or a reason says that it will not."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from .budget import Budget
from .descent import Optimiser
from .objective import Objective
from .outcome import Outcome
from .telemetry import DescentRecords

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_MULTIPLE = 8
"""The batch is padded to whole vector registers: the last, partial one rounds some functions differently."""
_BLOCK = 64
"""Iterations between two looks at what was measured: measuring many points at once costs little more than one."""
_FAR = 1e6
"""Times the distance of the start from 0, and uphill from it: a sample has bounced out."""


def descend(
    objective: Objective,
    start: Float[np.ndarray, "S n"],
    optimiser: Optimiser,
    tolerance: float = 1e-8,
    budget: Budget = Budget(steps=2000),  # noqa: B008 - a frozen value
) -> Generator[DescentRecords, None, tuple[Outcome, ...]]:
    """Go downhill from every start; yields blocks of iterations, returns one outcome per start.

    A sample has converged where its gradient is at most `tolerance` times as long as at its start, has reached the
    floor of rounding where it no longer moves, and has bounced out where it is far off and higher than it began. It
    makes at most budget.steps iterations. What it computes does not depend on the others, bit for bit.
    """
    deadline = perf_counter() + budget.seconds
    run = _Run(objective, start, optimiser, tolerance)
    most = min(budget.steps, budget.evaluations)
    while run.under_way:
        yield run.block(min(_BLOCK, most - run.number))
        if run.number >= most:
            run.end("max_iterations" if budget.steps <= budget.evaluations else "max_evaluations")
        elif perf_counter() > deadline:
            run.end("max_time")
    return run.outcomes()


class _Run:
    """The samples under way, padded by copies of the last one; S samples in L lanes."""

    def __init__(
        self, objective: Objective, start: Float[np.ndarray, "S n"], optimiser: Optimiser, tolerance: float
    ) -> None:
        self._objective, self._optimiser, self._tolerance = objective, optimiser, tolerance
        self._count = len(start)
        padded = np.concatenate([start, np.repeat(start[-1:], -self._count % _MULTIPLE, axis=0)])
        good = np.isfinite(padded).all(axis=1)
        self._state = optimiser.init(np.where(good[:, None], padded, 0.0))
        self._active = good[: self._count].copy()
        self._far = _FAR * (1.0 + np.abs(self._state.z[: self._count]).max(axis=1, initial=0.0))
        self._first_loss, self._first_slope = np.zeros(self._count), np.zeros(self._count)
        self._last_loss = np.zeros(self._count)
        self._names = ["bad_input"] * self._count
        self._last = np.zeros(self._count, dtype=np.int64)
        self._opened = False
        self.number = 0

    @property
    def under_way(self) -> bool:
        """Whether any sample is."""
        return bool(self._active.any())

    def block(self, iterations: int) -> DescentRecords:
        """So many iterations more, with the start before the first of them."""
        places = [] if self._opened else [self._state.z]
        with np.errstate(all="ignore"):
            for _ in range(iterations):
                self._state = self._optimiser.step(self._objective, self._state)
                places.append(self._state.z)
            z = np.stack(places)
            loss = self._objective.value(z)[:, : self._count]
            gradient = self._objective.gradient(z)[:, : self._count]
            z, slope = z[:, : self._count], np.sqrt((gradient * gradient).sum(axis=-1))
            numbers = np.arange(self.number + 1 - len(places) + iterations, self.number + iterations + 1)
            if not self._opened:
                self._first_loss, self._first_slope = loss[0], slope[0]
                self._opened = True
            self.number += iterations
            active = self._judge(numbers, z, loss, slope)
        return DescentRecords(numbers, z, loss, slope, active)

    def end(self, name: str) -> None:
        """End every sample that is under way."""
        for sample in np.flatnonzero(self._active).tolist():
            self._names[sample] = name
        self._active[:] = False

    def outcomes(self) -> tuple[Outcome, ...]:
        """Of every sample."""
        return tuple(Outcome(name, last, True) for name, last in zip(self._names, self._last.tolist(), strict=True))

    def _judge(
        self,
        numbers: np.ndarray,
        z: Float[np.ndarray, "k S n"],
        loss: Float[np.ndarray, "k S"],
        slope: Float[np.ndarray, "k S"],
    ) -> Bool[np.ndarray, "k S"]:
        """End the samples that have a reason to within a block; where the block has records of a sample."""
        broken = ~(np.isfinite(z).all(axis=-1) & np.isfinite(loss) & np.isfinite(slope))
        converged = slope <= self._tolerance * self._first_slope
        out = (np.abs(z).max(axis=-1, initial=0.0) > self._far) & (loss > self._first_loss)
        still = np.zeros_like(broken)
        if len(z) >= _BLOCK:
            still[-1] = (z == z[:1]).all(axis=(0, 2))
        ending = broken | converged | out | still
        record = np.argmax(ending, axis=0)
        over = self._active & ending.any(axis=0)
        last = np.where(over, record, len(z) - 1)
        active = self._active & ~broken & (np.arange(len(z))[:, None] <= last)
        for sample in np.flatnonzero(over).tolist():
            at = record[sample]
            rising = (loss[at - 1, sample] if at else self._last_loss[sample]) > self._first_loss[sample]
            reasons = {
                "bounced_out": out[at, sample] or (broken[at, sample] and rising),
                "nonfinite_objective": broken[at, sample],
                "converged": converged[at, sample],
                "float_floor": True,
            }
            self._names[sample] = next(name for name, holds in reasons.items() if holds)
        recorded = active.any(axis=0)
        self._last[recorded] = numbers[(len(z) - 1 - np.argmax(active[::-1], axis=0))[recorded]]
        self._last_loss = loss[-1]
        self._active = self._active & ~over
        return np.asarray(active)
