"""Solving the equations of a step with a root solver: as exactly as the step needs it, and no further."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .chord_solution import solve_by_chord
from .root_problem import BoundMap
from .root_solver import RootSolver
from .root_solvers.chord import Chord
from .root_solvers.newton import Newton
from .stage_stopping import MOST, MOST_WITHOUT_MATRIX, StageSolution, StageStopping


def solve_stages(
    solver: RootSolver, problem: BoundMap, guess: Any, size: Any, scale: Any, tolerance: float
) -> StageSolution:
    """Iterate from `guess` (L, n) until the error that is left, estimated from the last two moves, is small.

    size (L, n): of the numbers that a solution is added to, whose rounding it shares. scale (L, n): moves are measured
    as root mean square of move / scale. With the rate theta = |move_k| / |move_(k-1)|, what is left is at most
    theta / (1 - theta) |move_k|, and is to be below `tolerance`.
    Source: Hairer, Wanner, Solving Ordinary Differential Equations II, IV.8.
    """
    if type(solver) is Chord:
        return solve_by_chord(problem, guess, size, scale, tolerance)
    if type(solver) is Newton and problem.system is not None:
        return solve_by_chord(problem, guess, size, scale, tolerance, renewed=True)
    return solve_by(solver, problem, guess, size, scale, tolerance)


def solve_by(
    solver: RootSolver, problem: BoundMap, guess: Any, size: Any, scale: Any, tolerance: float
) -> StageSolution:
    """`solve_stages` with any solver."""
    library = problem.library
    active = library.module.isfinite(guess).all(1)
    state = replace(solver.init(problem, guess, active), everyone=bool(active.all()))
    stopping = StageStopping(library, guess, size, scale, tolerance, first=1 - solver.opening)
    calls, iterations = stopping.nothing + float(solver.opening), stopping.nothing
    for count in range(MOST.get(solver.family, MOST_WITHOUT_MATRIX)):
        start = state.z
        moved = solver.moved_only(problem, state)
        state = solver.step(problem, state) if moved is None else moved
        iterations = iterations + active
        if moved is None:
            spent = float(solver.evaluations) if state.spent is None else state.spent[:, 0]
            calls = calls + active * spent
        if count == 0 and not solver.opening:
            continue  # the first evaluation, at the guess
        active = stopping.after(count, state.z - start, state.fault > 0.0, active)
        if not bool(active.any()):
            break
        state = replace(state, active=active, everyone=False)
        if moved is not None:  # only now: nobody needs f at a solution
            state, calls = replace(state, f=problem.value(state.z)), calls + active
    return StageSolution(state.z, stopping.solved, calls, iterations)
