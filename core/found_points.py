"""Where a layer is looked at once its solvers have ended: at a fixed point, whoever found it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from . import catalogue
from .budget import Budget
from .experiment import RootFinding
from .lengths import length
from .outcome import Outcome
from .readings.iterations import SolverRun
from .root_loop import iterate
from .root_path import RootPath
from .root_problem import FixedPoint
from .stop_rule import StopRule
from .telemetry import Iterates, host

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_HELPER = "newton"
_HELP = Budget(steps=60, seconds=0.2)
"""Of one attempt; none is begun after the first took so long."""
_NEAR = 0.1
_STAYS = frozenset({"cycle", "stagnated", "max_iterations", "max_evaluations", "max_time", "float_floor"})
"""Endings of a solver that stays about a fixed point though it does not come to it."""


def found_points(
    runs: Sequence[SolverRun], problem: FixedPoint, stop: StopRule, path: RootPath, device: str, dtype: str
) -> SolverRun:
    """The chosen solver's run (the first), with what others found for the samples that it did not solve.

    A rival's answer is taken first. Where there is none, Newton's method is tried, from the middle of the way that the
    solver goes to and fro, from its last point and from its start, and of its answers the one nearest to that middle
    is taken: why a solver fails is seen at the fixed point that it goes about and that repels it.
    """
    chosen = runs[0]
    solution, outcomes = chosen.solution.copy(), list(chosen.outcomes)
    for run in runs[1:]:
        _take(solution, outcomes, run)
    left = [place for place, end in enumerate(outcomes) if not end.success and end.name != "cancelled"]
    if left and _HELPER not in {run.solver for run in runs}:
        orbits = [_orbit(chosen, place, problem.start[place]) for place in left]
        middles = np.array([orbit.mean(axis=0) for orbit in orbits])
        begun = perf_counter()
        nearest, settled = np.full(len(left), np.inf), np.zeros(len(left), dtype=bool)
        for starts in (middles, chosen.solution[left], problem.start[left]):
            asked = np.flatnonzero(~settled & np.isfinite(starts).all(axis=1))
            if not asked.size or perf_counter() - begun > _HELP.seconds:
                continue
            rows = None if problem.rows is None else problem.rows[left][asked]
            helped = FixedPoint(problem.map, starts[asked], rows)
            answers, ends = _newton(helped, replace(stop, whole_batch=False), path, device, dtype)
            for answer, end, place in zip(answers, ends, asked.tolist(), strict=True):
                distance = length(answer - middles[place])
                if end.success and distance < nearest[place]:
                    nearest[place], settled[place] = distance, _is_about(orbits[place], answer)
                    solution[left[place]], outcomes[left[place]] = answer, end
    return replace(chosen, solution=solution, outcomes=tuple(outcomes))


def _orbit(run: SolverRun, sample: int, start: Float[np.ndarray, "n"]) -> Float[np.ndarray, "R n"]:
    """The second half of a sample's way; of one that leads to infinity, or nowhere, its start."""
    way: np.ndarray = run.z[np.isfinite(run.z[:, sample]).all(axis=1), sample]
    stays = len(way) > 0 and run.outcomes[sample].name in _STAYS
    return way[len(way) // 2 :] if stays else start[None]


def _is_about(orbit: Float[np.ndarray, "R n"], point: Float[np.ndarray, "n"]) -> bool:
    """Whether a point lies among those of an orbit, or half its size beside them."""
    least, greatest = orbit.min(axis=0), orbit.max(axis=0)
    room = 0.5 * float((greatest - least).max())
    return bool(((least - room <= point) & (point <= greatest + room)).all())


def _take(solution: Float[np.ndarray, "S n"], outcomes: list[Outcome], other: SolverRun) -> None:
    """Fill in the answers of another solver where there is none yet."""
    for index, outcome in enumerate(other.outcomes):
        if outcome.success and not outcomes[index].success:
            solution[index], outcomes[index] = other.solution[index], outcome


def solved_points(
    problem: FixedPoint, choice: RootFinding, stop: StopRule, budget: Budget, path: RootPath
) -> tuple[Float[np.ndarray, "S n"], tuple[Outcome, ...]]:
    """Where the chosen solver ends in float64 on the processor, and its outcomes."""
    solver = catalogue.chosen_solver(choice)
    return _ends(problem, iterate(problem, solver, stop, replace(budget, steps=choice.iterations), path))


def near_points(
    problem: FixedPoint, stop: StopRule, path: RootPath
) -> tuple[Float[np.ndarray, "S n"], Bool[np.ndarray, "S"]]:
    """Where Newton's method ends in float64 from points that another is on its way from, and which of these are roots
    so near that the other can be thought to come to them: within a tenth of 1 + |z|."""
    points, outcomes = _newton(problem, stop, path, "cpu", "float64")
    moved = length(points - problem.start) <= _NEAR * (1.0 + length(problem.start))
    return points, moved & np.array([outcome.success for outcome in outcomes])


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
