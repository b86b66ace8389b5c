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


def found_points(
    runs: Sequence[SolverRun], problem: FixedPoint, stop: StopRule, path: RootPath, device: str, dtype: str
) -> SolverRun:
    """The chosen solver's run (the first), with what others found for the samples that it did not solve.

    A rival's answer is taken first; where there is none, Newton's method is tried from the same start: why a solver
    fails is seen at the fixed point that repels it, not where it strayed to.
    """
    chosen = runs[0]
    solution, outcomes = chosen.solution.copy(), list(chosen.outcomes)
    for run in runs[1:]:
        _take(solution, outcomes, run.solution, run.outcomes)
    left = [index for index, outcome in enumerate(outcomes) if not outcome.success and outcome.name != "cancelled"]
    if left and _HELPER not in {run.solver for run in runs}:
        rows = None if problem.rows is None else problem.rows[left]
        helped = FixedPoint(problem.map, problem.start[left], rows)
        answer, ends = _newton(helped, replace(stop, whole_batch=False), path, device, dtype)
        for place, index in enumerate(left):
            if ends[place].success:
                solution[index], outcomes[index] = answer[place], ends[place]
    return replace(chosen, solution=solution, outcomes=tuple(outcomes))


def _take(
    solution: Float[np.ndarray, "S n"],
    outcomes: list[Outcome],
    other: Float[np.ndarray, "S n"],
    others: Sequence[Outcome],
) -> None:
    """Fill in the answers of another solver where there is none yet."""
    for index, outcome in enumerate(others):
        if outcome.success and not outcomes[index].success:
            solution[index], outcomes[index] = other[index], outcome


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
