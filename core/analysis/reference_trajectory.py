"""A trajectory so exact that others are measured by it, and how far it can be believed."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..budget import Budget
from ..integration_method import IntegrationMethod
from ..readings.integrator_race import TRUSTED, ReferenceRun
from .integrator_run import Followed, Question, follow

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_RTOL, _LOOSER = 1e-13, 100.0
_QUICK_RTOL = 1e-11
_ATOL = 1e-14
"""Of the size of the component that stays smallest."""
_EVALUATIONS = {"kernel": 6_000_000, "python": 300_000, "numpy": 100_000, "torch": 60_000}
_CANDIDATES = 2
"""Methods of each kind that are tried, those of the highest order first: implicit ones pass a stiff stretch."""
_NO_CURE = ("nonfinite_state", "nonfinite_rhs", "step_underflow", "bad_input")
"""Endings that no other method would escape: the solution goes no further."""
_LEAST_SECONDS = 0.01
_GUESS = 1e-4
"""Tolerances of the run that tells how large the solution is."""


class Reference:
    """The finer one of two runs with very small tolerances."""

    def __init__(self, reading: ReferenceRun, run: Followed) -> None:
        self.reading = reading
        self._run = run

    @classmethod
    def found(
        cls, question: Question, rtol: float | None = None, seconds: float = Budget.seconds
    ) -> Generator[None, None, Reference]:
        """The first method that reaches the end with very small tolerances; where none does, the first one tried.

        rtol: of the finer run; None: 1e-13, or 1e-11 for a quick answer. seconds: after which no run goes on.
        """
        until = perf_counter() + seconds
        wanted = replace(question, path="auto", dtype="float64")
        first: Reference | None = None
        for tableau in candidates(question.embedded):
            budget = replace(_budget(wanted, tableau), seconds=max(until - perf_counter(), _LEAST_SECONDS))
            guess = yield from follow(wanted, tableau, None, (_GUESS, _GUESS), budget)
            rtol = rtol or (_QUICK_RTOL if question.quick else _RTOL)
            atol = max(_ATOL * _smallest_size(guess.z), np.finfo(np.float64).tiny) * rtol / _RTOL
            loose = _LOOSER * rtol, _LOOSER * atol
            budget = replace(budget, seconds=max(until - perf_counter(), _LEAST_SECONDS))
            coarse = yield from follow(wanted, tableau, None, loose, budget)
            fine = coarse
            if coarse.outcome.success:
                budget = replace(budget, seconds=max(until - perf_counter(), _LEAST_SECONDS))
                fine = yield from follow(wanted, tableau, None, (rtol, atol), budget)
            found = cls(_reading(tableau.title, rtol if fine is not coarse else loose[0], fine, coarse), fine)
            if fine.outcome.success or fine.outcome.name in _NO_CURE or perf_counter() >= until:
                return found
            first = first or found
        assert first is not None  # the catalogue always has a method with an error estimate
        return first

    @property
    def end(self) -> Float[np.ndarray, "n"]:
        """The last state."""
        return np.asarray(self._run.z[-1])

    def end_floor(self, dtype: str) -> float:
        """An error at the end that small is that of rounding, or the reference's own; 0 where there is no reference."""
        if not self.reading.trusted:
            return 0.0
        return max(0.1 * self.reading.end_gap, 4.0 * float(np.finfo(dtype).eps) * self.reading.size)

    def at(self, t: Float[np.ndarray, "K"]) -> Float[np.ndarray, "K n"]:
        """The states at the times t of the span; NaN where it has not come."""
        return np.asarray(self._run.steps.at(t)[0])

    def knows(self, t: Float[np.ndarray, "..."]) -> Bool[np.ndarray, "..."]:
        """Whether it says anything of the times t of the span."""
        way = np.sign(self.reading.t[-1] - self.reading.t[0])
        return np.asarray(way * t <= way * self.reading.good_until)  # False where that is no number

    def states(self, t: Float[np.ndarray, "K"]) -> Float[np.ndarray, "K n"]:
        """The same, NaN too where the reference has nothing more to say."""
        states, known = np.full((len(t), self._run.z.shape[1]), np.nan), self.knows(t)
        states[known] = self.at(t[known])
        return states

    def distance(self, t: Float[np.ndarray, "K"], z: Float[np.ndarray, "K n"]) -> Float[np.ndarray, "K"]:
        """|z - reference| at the times t; NaN where `states` are."""
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that blew up
            return np.asarray(np.linalg.norm(z - self.states(t), axis=1))


def _reading(title: str, rtol: float, fine: Followed, coarse: Followed) -> ReferenceRun:
    gap = np.full(len(fine.t), np.inf)
    if fine is not coarse:
        gap = np.linalg.norm(fine.z - coarse.steps.at(fine.t)[0], axis=1)
    with np.errstate(over="ignore"):  # of a run that blew up
        size = float(np.linalg.norm(fine.z, axis=1).max())
    bad = ~(gap <= TRUSTED * size)
    first = int(np.argmax(bad)) if bad.any() else len(gap)
    good_until = float(fine.t[first - 1]) if first else math.nan
    return ReferenceRun(title, rtol, fine.outcome, fine.t, fine.z, gap, size, good_until, fine.evaluations)


def _smallest_size(z: Float[np.ndarray, "K n"]) -> float:
    """The largest value of the component that stays smallest without being 0."""
    sizes = np.abs(z).max(axis=0)
    return float(sizes[sizes > 0.0].min(initial=1.0)) if (sizes > 0.0).any() else 1.0


def candidates(embedded: tuple[IntegrationMethod, ...]) -> list[IntegrationMethod]:
    """The methods that are tried, in turn: those of the highest order of each kind, and of implicit ones of one order
    those with the fewest stages. An explicit one that chooses its steps itself is none: its order says little."""
    known = [method for method in embedded if method.stiff or not method.chooses_steps]
    ordered = sorted(known, key=lambda method: (-method.order, method.stages if method.stiff else 0))
    kinds = ([method for method in ordered if method.stiff == stiff] for stiff in (False, True))
    return [method for kind in kinds for method in kind[:_CANDIDATES]]


def _budget(question: Question, method: IntegrationMethod) -> Budget:
    most = _EVALUATIONS[question.back_end(method)]
    return Budget(steps=most, evaluations=most)
