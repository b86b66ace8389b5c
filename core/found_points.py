"""Where a layer is looked at once its solvers have ended: at a fixed point, whoever found it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from . import catalogue
from .budget import Budget
from .experiment import RootFinding
from .outcome import Outcome
from .readings.iterations import SolverRun
from .root_loop import iterate
from .root_path import RootPath
from .root_problem import FixedPoint
from .stop_rule import StopRule
from .telemetry import Iterates, host

if TYPE_CHECKING:
    from jaxtyping import Float

_HELPER = "newton"
_HELP = Budget(steps=60, seconds=0.2)
_ABOUT = frozenset({"cycle", "stagnated", "max_iterations", "max_evaluations", "max_time", "float_floor"})
"""Endings of a solver that stays about a fixed point though it does not come to it."""


def found_points(
    runs: Sequence[SolverRun], problem: FixedPoint, stop: StopRule, path: RootPath, device: str, dtype: str
) -> SolverRun:
    """The chosen solver's run (the first), with what others found for the samples that it did not solve.

    A rival's answer is taken first; where there is none, Newton's method is tried from where the solver goes to and
    fro, then from its start: why it fails is seen at the fixed point that repels it, not where it strayed to.
    """
    chosen = runs[0]
    solution, outcomes = chosen.solution.copy(), list(chosen.outcomes)
    for run in runs[1:]:
        _take(solution, outcomes, run.solution, run.outcomes, range(len(outcomes)))
    if _HELPER not in {run.solver for run in runs}:
        about = [index for index, outcome in enumerate(chosen.outcomes) if outcome.name in _ABOUT]
        for starts, places in ((chosen.solution, about), (problem.start, range(len(outcomes)))):
            left = [place for place in places if not outcomes[place].success and outcomes[place].name != "cancelled"]
            if left:
                helped = FixedPoint(problem.map, starts[left], None if problem.rows is None else problem.rows[left])
                answer = _newton(helped, replace(stop, whole_batch=False), path, device, dtype)
                _take(solution, outcomes, *answer, left)
    return replace(chosen, solution=solution, outcomes=tuple(outcomes))


def _take(
    solution: Float[np.ndarray, "S n"],
    outcomes: list[Outcome],
    other: Float[np.ndarray, "S n"],
    others: Sequence[Outcome],
    places: Sequence[int],
) -> None:
    """Fill in the answers of another solver, to the samples in `places`, where there is none yet."""
    for answer, outcome, place in zip(other, others, places, strict=True):
        if outcome.success and not outcomes[place].success:
            solution[place], outcomes[place] = answer, outcome


def solved_points(
    problem: FixedPoint, choice: RootFinding, stop: StopRule, budget: Budget, path: RootPath
) -> tuple[Float[np.ndarray, "S n"], tuple[Outcome, ...]]:
    """Where the chosen solver ends in float64 on the processor, and its outcomes."""
    solver = catalogue.chosen_solver(choice)
    return _ends(problem, iterate(problem, solver, stop, replace(budget, steps=choice.iterations), path))


def _newton(
    problem: FixedPoint, stop: StopRule, path: RootPath, device: str, dtype: str
) -> tuple[Float[np.ndarray, "S n"], tuple[Outcome, ...]]:
    return _ends(problem, iterate(problem, catalogue.root_solver(_HELPER), stop, _HELP, path, device, dtype))


def _ends(
    problem: FixedPoint, loop: Generator[Iterates, None, tuple[Outcome, ...]]
) -> tuple[Float[np.ndarray, "S n"], tuple[Outcome, ...]]:
    """The last good point of every sample, and its outcome."""
    solution = problem.start.copy()
    while True:
        try:
            block = next(loop)
        except StopIteration as end:
            return solution, end.value
        for z, active in zip(host(block.z), block.active, strict=True):
            solution[active] = z[active]
