"""The integration loop for one trajectory at a time in Python floats: small formula systems, no torch."""

from __future__ import annotations

import sys
from collections.abc import Generator
from dataclasses import dataclass
from math import copysign, isfinite, nan
from time import perf_counter

import numpy as np

from .budget import Budget
from .outcome import Outcome
from .problem import InitialValue
from .python_step import PythonStep, Row
from .step_controller import StepController, StepMemory
from .step_rules import (
    LEAST_ERROR,
    LEAST_PREVIOUS,
    SHORT,
    STRETCH,
    UNDERFLOW,
    attempt_evaluations,
    initial_step,
    opening_evaluations,
    overflow_threshold,
)
from .telemetry import Steps, Unwanted

_BLOCK = 100
"""Attempts between two yields: about a millisecond, so that a cancel is answered at once."""
_HUGE = overflow_threshold(sys.float_info.max)


def integrate(
    problem: InitialValue, stepper: PythonStep, controller: StepController, budget: Budget
) -> Generator[Steps, Unwanted, tuple[Outcome, ...]]:
    """Follow each start of `problem` in turn; yields blocks of attempted steps, returns one outcome per start.

    The same steps, reasons and counts as `ode_loop.integrate`, to rounding.
    """
    deadline = perf_counter() + budget.seconds
    outcomes: list[Outcome] = []
    for sample, (start, span) in enumerate(zip(problem.start.tolist(), problem.ends.T.tolist(), strict=True)):
        trajectory = _Trajectory(_Rules(stepper, controller, budget, tuple(span)), tuple(start))
        outcomes.append((yield from _follow(trajectory, sample, deadline)))
    return tuple(outcomes)


def _follow(trajectory: _Trajectory, sample: int, deadline: float) -> Generator[Steps, Unwanted, Outcome]:
    ending = trajectory.ending()
    while True:
        rows: list[Row] = []
        while ending is None and len(rows) < _BLOCK:
            rows.append(trajectory.attempt())
            ending = trajectory.ending()
        if rows:
            unwanted = yield trajectory.block(sample, rows)
            if unwanted is not None and sample in unwanted:
                ending = "cancelled"
        if ending is None and perf_counter() > deadline:
            ending = "max_time"
        if ending is not None:
            return Outcome(ending, trajectory.t)


@dataclass(frozen=True)
class _Rules:
    """What stays the same along a trajectory."""

    stepper: PythonStep
    controller: StepController
    budget: Budget
    span: tuple[float, float]


class _Trajectory:
    """One trajectory under way: where it is, and how large the next attempt is."""

    def __init__(self, rules: _Rules, start: Row) -> None:
        self._stepper, self._controller, self._budget = rules.stepper, rules.controller, rules.budget
        tableau = rules.stepper.tableau
        self._smallest, self._largest = rules.controller.limits
        self._shortest, self._longest = rules.controller.shortest, rules.controller.longest
        self._reuse = tableau.first_same_as_last
        begin = 1 + len(start) * (1 + (tableau.end_stage or 0))
        self._next_slope = slice(begin, begin + len(start))
        self._order = tableau.error_order
        self._opening = opening_evaluations(tableau, rules.controller.adaptive)
        self._cost = attempt_evaluations(tableau)
        self._most = min(rules.budget.steps, (rules.budget.evaluations - self._opening) // self._cost)
        self._attempts = 0
        self.t, self._end = rules.span
        self._z = start
        self._before, self._rejected = StepMemory(LEAST_PREVIOUS, LEAST_PREVIOUS, 1.0), False
        self._trouble: str | None = None
        """Why the last attempt gave no numbers, if it did not."""
        self._ended = self._open()

    def _open(self) -> str | None:
        """Find the first slope and step; the name of what forbids it, if anything does."""
        if not all(map(isfinite, self._z)):
            return "bad_input"
        if self._most <= 0:
            return "max_evaluations"
        length, controller = self._end - self.t, self._controller
        self._first = self._stepper.slope(self.t, self._z) if self._opening else ()
        if not all(map(isfinite, self._first)):
            return "nonfinite_rhs"
        step = controller.first_step
        if step is None:
            step = self._initial_step(length)
        self._aim(step if length > 0 else -step)
        return None

    def _initial_step(self, length: float) -> float:
        stepper = self._stepper

        def slope(t: np.ndarray, z: np.ndarray) -> np.ndarray:
            return np.array([stepper.slope(t.item(), tuple(z[0].tolist()))])

        arrays = (np.array([self.t]), np.array([self._z]), np.array([self._first]))
        with np.errstate(all="ignore"):
            return float(initial_step(np, slope, *arrays, length, stepper.tolerances, self._order)[0])

    def _aim(self, h: float) -> None:
        """Choose where the next attempt ends."""
        if abs(h) > self._longest:
            h = copysign(self._longest, h)
        elif 0.0 < abs(h) < self._shortest:
            h = copysign(self._shortest, h)
        last = h != 0.0 and (self._end - self.t) / h <= STRETCH
        self._h = h
        self._target = self._end if last else self.t + h
        self._stuck = not last and self.t + UNDERFLOW * h == self.t

    def ending(self) -> str | None:
        """Why no further attempt is made, or None."""
        if self._ended is not None:
            return self._ended
        if self.t == self._end:
            return "success"
        if self._stuck:
            return self._trouble or "step_underflow"
        if self._attempts >= self._most:
            return "max_steps" if self._attempts >= self._budget.steps else "max_evaluations"
        return None

    def attempt(self) -> Row:
        """Try one step: (t0, t1, *z0, error, *z1, *stages) with a NaN error where it gave no numbers."""
        t, t1, z, controller = self.t, self._target, self._z, self._controller
        h = t1 - t
        first = self._first if self._reuse else self._stepper.slope(t, z)
        result = self._stepper.step(t, h, z, first)
        self._attempts += 1
        error = result[0]
        if error <= 1.0:
            factor = controller.after_acceptance(max(error, LEAST_ERROR), self._before, self._order)
            factor = min(max(factor, self._smallest), 1.0 if self._rejected else self._largest)
            size = len(z)
            self.t, self._z, self._first = t1, result[1 : size + 1], result[self._next_slope]
            self._before = StepMemory(max(error, LEAST_PREVIOUS), self._before.previous, factor)
            self._rejected, self._trouble = False, None
            h = self._h  # not t1 - t, whose rounding would let a fixed step wander
        elif error > 1.0:
            factor = max(controller.after_rejection(error, self._order), self._smallest)
            self._rejected, self._trouble = True, None
        else:
            factor, self._rejected, self._trouble = self._smallest, True, self._nonfinite(result)
            if not controller.adaptive:
                self._ended = self._trouble
        if self._rejected:
            self._before = self._before._replace(growth=self._before.growth * factor)
        self._aim(h * factor)
        if self._rejected and abs(h) <= SHORT * self._shortest:
            self._stuck = True
        return (t, t1, *z, *result)

    def _nonfinite(self, result: Row) -> str:
        """Whether the state overflowed, or the field has no value here."""
        size = len(self._z)
        overflown = max(map(abs, self._z)) > _HUGE or all(map(isfinite, result[1 + size :]))
        return "nonfinite_state" if overflown else "nonfinite_rhs"

    def block(self, sample: int, rows: list[Row]) -> Steps:
        """The last attempts as one record."""
        table = np.array(rows)
        size, count = len(self._z), len(rows)
        error = table[:, 2 + size]
        accepted = error <= 1.0
        before = self._opening + (self._attempts - count) * self._cost
        return Steps(
            sample=np.full(count, sample),
            t0=table[:, 0],
            t1=table[:, 1],
            z0=table[:, 2 : 2 + size],
            z1=table[:, 3 + size : 3 + 2 * size],
            stages=table[:, 3 + 2 * size :].reshape(count, -1, size),
            error=np.where(np.isnan(error), np.inf, error) if self._controller.adaptive else np.full(count, nan),
            accepted=accepted,
            evaluations=before + self._cost * np.arange(1, count + 1),
        )
