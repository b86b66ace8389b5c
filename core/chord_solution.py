"""The chord method for the equations of a step, written out: what `solve_stages` does with it, in less time."""

from __future__ import annotations

from typing import Any

from .linear_system import LinearSystem, WholeSystem
from .root_problem import BoundMap
from .stage_stopping import MOST, StageSolution, StageStopping


def solve_by_chord(
    problem: BoundMap, guess: Any, size: Any, scale: Any, tolerance: float, renewed: bool = False
) -> StageSolution:
    """z <- z + (I - J_0)^-1 (f(z) - z) from `guess` (L, n), J_0 = df/dz there; arguments as of `solve_stages`.

    renewed: with J of every iteration's own z, which is Newton's method. The numbers of a whole matrix are, bit for
    bit, those of the solver `Chord`: of its state only what a step needs is kept, and of the matrix everything that
    does not change is computed once.
    """
    library = problem.library
    active = library.module.isfinite(guess).all(1)
    everyone = bool(active.all())
    z, f = guess, problem.value(guess)
    system = _system(problem, guess, None if everyone else active)
    stopping = StageStopping(library, guess, size, scale, tolerance, first=0)
    calls, iterations = stopping.nothing + 1.0, stopping.nothing
    for count in range(MOST["Newton"]):
        residual = f - z
        if renewed and count:
            system = _system(problem, z, None if everyone else active)
        move = system.solve(residual)
        singular = ~library.module.isfinite(move).all(-1)
        move = library.where(singular[:, None], 0.0, move)
        singular = singular | system.too_long(move, residual)
        moved = z + library.where(singular[:, None], 0.0, move)
        start, z = z, moved if everyone else library.where(active[:, None], moved, z)
        iterations = iterations + active
        active = stopping.after(count, z - start, singular, active)
        if not bool(active.any()):
            break
        everyone = everyone and bool(active.all())
        f, calls = problem.value(z), calls + active
    return StageSolution(z, stopping.solved, calls, iterations)


def _system(problem: BoundMap, z: Any, active: Any) -> LinearSystem:
    """Systems with I - J at z; the unit matrix for a sample that is not active, whose Jacobian need not be finite."""
    if problem.system is not None:
        return problem.system(z)
    library = problem.library
    identity = library.eye(z.shape[1], z)
    matrix = identity - problem.jacobian(z)
    return WholeSystem(library, matrix if active is None else library.where(active[:, None, None], matrix, identity))
