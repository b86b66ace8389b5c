"""Why a root solver should stop: what its residuals, and the way it went, say of each sample.

Everything here is numpy on the host: a few numbers per sample and iteration.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .credible_steps import CredibleSteps

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

ENDINGS = (
    "running",
    "converged",
    "bad_input",
    "singular_jacobian",
    "nonfinite_map",
    "diverged",
    "float_floor",
    "cycle",
    "stagnated",
    "line_search",
    "local_minimum",
    "no_sign_change",
    "jump",
    "max_iterations",
    "max_evaluations",
    "max_time",
)
"""An ending is its place here."""
RUNNING, CONVERGED, BAD_INPUT, SINGULAR, NONFINITE, DIVERGED, FLOOR, CYCLE, STAGNATED = range(9)
LINE_SEARCH, LOCAL_MINIMUM, NO_SIGN_CHANGE, JUMP = range(9, 13)
"""Only a solver knows of these: its line search found no shorter residual; |f - z| has a minimum there that is no
root; an interval holds no change of sign, or one where f - z jumps."""

_GROWTH, _CERTAIN_GROWTH, _LARGE = 1e6, 1e12, 1e3
"""A residual, or a point, this many times its first size diverges: if it grew three times in a row, and anyway. From
a thousandfold on, a map without a number is called divergence and not a fault of the map."""
_FLOOR_ULPS, _FLOOR_ROUNDS = 64.0, 8
"""The floor: residuals of at most that many roundings of |z| that no longer fall, over that many iterations."""
_AWAY, _FAR = 1.05, 100.0
"""A point so many times farther than the first is no root where it was so many times farther away with each of the
last two records, or has more than half the first residual: out there much is small against it, or tends to 0."""
_WINDOW, _IMPROVEMENT, _LEVEL, _RESTLESS = 100, 0.999, 1.05, 10
"""Stagnation over two windows whose least residual does not fall: measures that are the same to a thousandth, or that
go up and down at least so many times and whose least and greatest neither fall nor grow. A sample that leaves a
repelling root for another does neither: its measure rises once and falls."""
LONGEST_PERIOD, CYCLE_EVERY, _STEADY = 16, 8, 2e-4
"""A cycle is looked for every so many records (see `recent_points`): its least residual does not fall."""


@dataclass
class _Memory:
    """The last numbers of every sample, newest last."""

    residual: deque[Float[np.ndarray, "S"]]
    measure: deque[Float[np.ndarray, "S"]]
    size: deque[Float[np.ndarray, "S"]]


class RootWatch:
    """Remembers the residual |f - z|, the measure and |z| of S samples and judges them.

    criterion: what the measure is, as in `StopRule`. One that is no fraction of |z| can be known no better than the
    rounding of z.
    """

    def __init__(self, tolerance: float, epsilon: float, criterion: str = "relative") -> None:
        self._tolerance, self.epsilon, self._criterion = tolerance, epsilon, criterion
        self._memory = _Memory(
            deque(maxlen=2 * _WINDOW), deque(maxlen=2 * _WINDOW), deque(maxlen=2 * LONGEST_PERIOD + 1)
        )
        self._count = 0
        self._steps = CredibleSteps(tolerance, epsilon)
        self._fresh: Bool[np.ndarray, "S"] | None = None
        self._first_residual: Float[np.ndarray, "S"] = np.empty(0)
        self._first_size: Float[np.ndarray, "S"] = np.empty(0)
        self._calm_residual = self._calm_size = self._first_size

    def forget(self, samples: Bool[np.ndarray, "S"]) -> None:
        """Judge these samples as if their next record were their first."""
        for column in (self._memory.residual, self._memory.measure, self._memory.size):
            for place, numbers in enumerate(column):
                column[place] = np.where(samples, np.inf, numbers)
        self._fresh = samples.copy()

    def glance(
        self,
        residual: Float[np.ndarray, "k S"],
        measure: Float[np.ndarray, "k S"],
        size: Float[np.ndarray, "k S"],
        active: Bool[np.ndarray, "S"],
    ) -> tuple[int, Int[np.ndarray, "S"] | None]:
        """How many of the next k records, in order, need no closer look: there a sample under way goes on, or plainly
        converges and is looked at no more; and the place of the record where it does, k or more where it does not.

        Those records are remembered, and `judge` would say the same of each. None: nobody converges in them.
        """
        if self._fresh is None or self._fresh.any():
            self._measure_first(residual[0], size[0])
        small = measure < self._tolerance
        count, ends = self._until_due(residual, active), None
        calm = self._calm(residual, size, small)
        if small.any():
            small &= active
            ends = np.where(small.any(axis=0), small.argmax(axis=0), len(residual))
            if calm is not None:
                calm |= np.arange(len(residual))[:, None] > ends
        if calm is not None:
            odd = (active & ~calm).any(axis=1)
            count = min(count, int(odd.argmax())) if odd.any() else count
        self._remember(residual[:count], measure[:count], size[:count])
        return count, None if ends is None or not count else np.where(ends < count, ends, len(residual))

    def judge(
        self, residual: Float[np.ndarray, "S"], measure: Float[np.ndarray, "S"], size: Float[np.ndarray, "S"]
    ) -> Int[np.ndarray, "S"]:
        """The ending of each sample after one more record, RUNNING where it should go on."""
        if self._fresh is None or self._fresh.any():
            self._measure_first(residual, size)
        ending = np.zeros(residual.shape, dtype=np.int64)
        broken = ~(np.isfinite(residual) & np.isfinite(size))
        if broken.any():
            large = _large(self._memory, self._first_residual, self._first_size)
            ending = np.where(broken, np.where(large, DIVERGED, NONFINITE), RUNNING)
        credible = self._remember(residual[None], measure[None], size[None])
        small, blurred = self._small(residual, measure, size, credible)
        for code, holds in (
            (CONVERGED, small & ~blurred),
            (FLOOR, blurred),
            (DIVERGED, self._diverges()),
            (FLOOR, self._at_floor()),
            (STAGNATED, self._stagnates()),
        ):
            if holds is not None and holds.any():
                ending = np.where((ending == RUNNING) & holds, code, ending)
        return ending

    def suspects_cycle(self, active: Bool[np.ndarray, "S"]) -> bool:
        """Whether it is time to compare points: now and then, if a residual hardly falls, of late not at all."""
        residual = self._memory.residual
        if self._count <= CYCLE_EVERY or self._count % CYCLE_EVERY != 1:
            return False
        if not (active & (residual[-1] > 0.5 * residual[-1 - CYCLE_EVERY])).any():
            return False
        steady = self.steady()
        return steady is None or bool((active & steady).any())

    @property
    def sizes(self) -> Float[np.ndarray, "k S"]:
        """|z| of the last records, as many as two turns of the longest cycle have, newest last."""
        return np.array(self._memory.size)

    def steady(self) -> Bool[np.ndarray, "S"] | None:
        """Whose least residual did not fall from one time of the longest period to the next; None: too early to say."""
        residual = self._memory.residual
        if len(residual) < 2 * LONGEST_PERIOD:
            return None
        recent = np.stack(list(residual)[-2 * LONGEST_PERIOD :]).reshape(2, LONGEST_PERIOD, -1).min(axis=1)
        return np.asarray(recent[1] >= (1.0 - _STEADY) * recent[0])

    def _calm(
        self, residual: Float[np.ndarray, "k S"], size: Float[np.ndarray, "k S"], small: Bool[np.ndarray, "k S"]
    ) -> Bool[np.ndarray, "k S"] | None:
        """Where `judge` would say no more than whether the measure is small, if it was not before; None: everywhere."""
        odd, largest = [], size.max()
        if not (residual.max() <= self._calm_residual.min() and largest <= self._calm_size.min()):
            odd.append(~((residual <= self._calm_residual) & (size <= self._calm_size)))
        early = max(0, 2 * _FLOOR_ROUNDS - 1 - len(self._memory.residual))
        if early < len(residual):
            low = ~(residual > (_FLOOR_ULPS * self.epsilon) * size) & ~small
            low[:early] = False
            odd.append(low)
        if small.any() and not (self._criterion == "relative" and largest <= _FAR * self._first_size.min()):
            doubtful = size > _FAR * self._first_size
            if self._criterion != "relative":
                doubtful |= (self._criterion == "step") | (self.epsilon * size > self._tolerance)
            odd.append(small & doubtful)
        return ~np.logical_or.reduce(odd) if odd else None

    def _until_due(self, residual: Float[np.ndarray, "k S"], active: Bool[np.ndarray, "S"]) -> int:
        """How many of the next records come before one where it is time to look for stagnation, or for a cycle."""
        first = max(self._count + 1, 2 * _WINDOW)
        count = min(len(residual), first + -first % (_WINDOW // 4) - self._count - 1)
        for place in range(-self._count % CYCLE_EVERY, count, CYCLE_EVERY):
            back = place - CYCLE_EVERY
            if self._count + place < CYCLE_EVERY:
                continue
            before = residual[back] if back >= 0 else self._memory.residual[back]
            if (active & (residual[place] > 0.5 * before)).any():
                return place
        return count

    def _remember(
        self,
        residual: Float[np.ndarray, "k S"],
        measure: Float[np.ndarray, "k S"],
        size: Float[np.ndarray, "k S"],
    ) -> Bool[np.ndarray, "S"] | None:
        """Keep these records; whose step is credible at the last of them, for a criterion that asks for it."""
        memory, credible = self._memory, None
        for column, numbers in ((memory.residual, residual), (memory.measure, measure), (memory.size, size)):
            column.extend(numbers)
        self._count += len(residual)
        if self._criterion == "step":
            for row in zip(residual, measure, size, strict=True):
                credible = self._steps.follow(*row)
        return credible

    def _measure_first(self, residual: Float[np.ndarray, "S"], size: Float[np.ndarray, "S"]) -> None:
        """With what residuals and points are compared that grow."""
        first, reach = np.maximum(residual, 1.0), np.fmax(np.maximum(size, 1.0), residual)
        if self._fresh is not None:
            first = np.where(self._fresh, first, self._first_residual)
            reach = np.where(self._fresh, reach, self._first_size)
        self._first_residual, self._first_size = first, reach
        self._calm_residual, self._calm_size = (
            np.minimum(_GROWTH * column, 0.5 * np.finfo(np.float64).max) for column in (first, reach)
        )
        if self._criterion == "step":
            self._steps.begin(np.ones(size.shape, dtype=bool) if self._fresh is None else self._fresh, size)
        self._fresh = np.zeros(residual.shape, dtype=bool)

    def _small(
        self,
        residual: Float[np.ndarray, "S"],
        measure: Float[np.ndarray, "S"],
        size: Float[np.ndarray, "S"],
        credible: Bool[np.ndarray, "S"] | None,
    ) -> tuple[Bool[np.ndarray, "S"], Bool[np.ndarray, "S"]]:
        """Where the measure is below the tolerance at what may be a root, and where only because z rounds so much."""
        small = measure < self._tolerance
        nowhere = np.zeros_like(small)
        if not small.any():
            return small, nowhere
        sizes = self._memory.size
        # a residual is known no better than to the rounding of z: far out it may be 0 by that alone
        astray = np.maximum(residual, self.epsilon * size) > 0.5 * self._first_residual
        if len(sizes) >= 3:
            astray |= (size > _AWAY * sizes[-2]) & (sizes[-2] > _AWAY * sizes[-3])
        small &= ~(astray & (size > _FAR * self._first_size))
        if self._criterion == "relative":
            return small, nowhere
        if credible is not None:
            small &= credible
        return small, small & (self.epsilon * size > self._tolerance)

    def _diverges(self) -> Bool[np.ndarray, "S"] | None:
        """Where a sample is on its way to infinity; None: nowhere."""
        residual, size = self._memory.residual, self._memory.size
        grown = None
        for column, first in ((residual, self._first_residual), (size, self._first_size)):
            large = column[-1] > _GROWTH * first
            if not large.any():
                continue
            rising = column[-1] > _CERTAIN_GROWTH * first
            if len(column) >= 3:
                rising |= large & (column[-1] > column[-2]) & (column[-2] > column[-3])
            grown = rising if grown is None else grown | rising
        return grown

    def _at_floor(self) -> Bool[np.ndarray, "S"] | None:
        """Where rounding is all that moves a sample; None: nowhere."""
        residual = self._memory.residual
        floor = _FLOOR_ULPS * self.epsilon * self._memory.size[-1]
        if len(residual) < 2 * _FLOOR_ROUNDS or not (residual[-1] <= floor).any():
            return None
        late = np.stack(list(residual)[-2 * _FLOOR_ROUNDS :]).reshape(2, _FLOOR_ROUNDS, -1)
        return np.asarray((late[1].max(axis=0) <= floor) & (late[1].min(axis=0) >= 0.99 * late[0].min(axis=0)))

    def _stagnates(self) -> Bool[np.ndarray, "S"] | None:
        """Where two windows brought a sample no nearer; None: nowhere, or it is not yet time to look."""
        measure = self._memory.measure
        if len(measure) < 2 * _WINDOW or self._count % (_WINDOW // 4):
            return None
        # a relative measure stays the same on the way to a root at 0, and only the residual falls
        residual = np.stack(self._memory.residual).reshape(2, _WINDOW, -1).min(axis=1)
        falls = residual[1] < _IMPROVEMENT * residual[0]
        late = np.stack(measure)
        rising = np.diff(late[_WINDOW:], axis=0) > 0.0
        restless = (rising[1:] != rising[:-1]).sum(axis=0) >= _RESTLESS
        windows = late.reshape(2, _WINDOW, -1)
        least, greatest = windows.min(axis=1), windows.max(axis=1)
        restless &= (least[1] >= _IMPROVEMENT * least[0]) & (greatest[1] <= _LEVEL * greatest[0])
        return np.asarray(~falls & (restless | (least.min(axis=0) >= _IMPROVEMENT * greatest.max(axis=0))))


def _large(memory: _Memory, first_residual: np.ndarray, first_size: np.ndarray) -> Bool[np.ndarray, "S"]:
    """Whether the record before was on its way to infinity."""
    if not memory.residual:
        return np.zeros(first_residual.shape, dtype=bool)
    return np.asarray((memory.residual[-1] > _LARGE * first_residual) | (memory.size[-1] > _LARGE * first_size))
