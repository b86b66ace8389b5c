"""Solving the equations of a step with a root solver: as exactly as the step needs it, and no further."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .root_problem import BoundMap
from .root_solver import RootSolver
from .step_rules import root_mean_square

_MOST, _MOST_WITHOUT_MATRIX = 12, 60
"""Iterations of a solver of Newton's family, and of any other."""
_GROWTH = 2.0
"""A move so many times longer than the one before will not end in a solution."""
_FLOOR_ULPS = 16.0
"""A move of at most that many roundings is none."""


@dataclass(frozen=True)
class StageSolution:
    """z (L, n): the solution, where `solved` (L,); calls, iterations (L,): evaluations of the map and iterations."""

    z: Any
    solved: Any
    calls: Any
    iterations: Any


def solve_stages(
    solver: RootSolver, problem: BoundMap, guess: Any, size: Any, scale: Any, tolerance: float
) -> StageSolution:
    """Iterate from `guess` (L, n) until the error that is left, estimated from the last two moves, is small.

    size (L, n): of the numbers that a solution is added to, whose rounding it shares. scale (L, n): moves are measured
    as root mean square of move / scale. With the rate theta = |move_k| / |move_(k-1)|, what is left is at most
    theta / (1 - theta) |move_k|, and is to be below `tolerance`.
    Source: Hairer, Wanner, Solving Ordinary Differential Equations II, IV.8.
    """
    library, module = problem.library, problem.library.module
    active = module.isfinite(guess).all(1)
    state = replace(solver.init(problem, guess, active), everyone=bool(active.all()))
    nothing = library.full_like(guess[:, 0], 0.0)
    calls, iterations = nothing + float(solver.opening), nothing
    solved, before = active & False, nothing
    least = _FLOOR_ULPS * library.epsilon(guess) * root_mean_square(size / scale)
    most = _MOST if solver.family == "Newton" else _MOST_WITHOUT_MATRIX
    for count in range(most):
        start = state.z
        moved = solver.moved_only(problem, state)
        state = solver.step(problem, state) if moved is None else moved
        iterations = iterations + active
        if moved is None:
            spent = float(solver.evaluations) if state.spent is None else state.spent[:, 0]
            calls = calls + active * spent
        if count == 0 and not solver.opening:
            continue  # the first evaluation, at the guess
        move = root_mean_square((state.z - start) / scale)
        first = count == 1 - solver.opening
        rate = move / library.where(before > 0.0, before, 1.0)
        left = move if first else move * rate / (1.0 - rate)
        falls = (before > 0.0) & (rate < 1.0) & (left <= tolerance)
        done = active & ((move <= least) | (falls if not first else move <= 1e-3 * tolerance))
        lost = (state.fault > 0.0) | ~(move < float("inf")) | ((rate > _GROWTH) & (not first))
        solved = solved | done & ~lost
        active = active & ~(done | lost)
        before = move
        if not bool(active.any()):
            break
        state = replace(state, active=active, everyone=False)
        if moved is not None:  # only now: nobody needs f at a solution
            state, calls = replace(state, f=problem.value(state.z)), calls + active
    return StageSolution(state.z, solved, calls, iterations)
