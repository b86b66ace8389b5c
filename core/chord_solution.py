"""The chord method for the equations of a step, written out: what `solve_stages` does with it, in less time."""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary
from .dense_matrices import inverse, product
from .root_problem import BoundMap
from .stage_stopping import MOST, StageSolution, StageStopping


def solve_by_chord(problem: BoundMap, guess: Any, size: Any, scale: Any, tolerance: float) -> StageSolution:
    """z <- z + (I - J_0)^-1 (f(z) - z) from `guess` (L, n), J_0 = df/dz there; arguments as of `solve_stages`.

    The numbers are, bit for bit, those of the solver `Chord`: of its state only what a step needs is kept, and of the
    matrix everything that does not change is computed once.
    """
    library = problem.library
    active = library.module.isfinite(guess).all(1)
    everyone = bool(active.all())
    z, f = guess, problem.value(guess)
    identity = library.eye(guess.shape[1], guess)
    matrix = identity - problem.jacobian(guess)
    if not everyone:
        matrix = library.where(active[:, None, None], matrix, identity)
    inverted, kept = inverse(library, matrix), _Scaled(library, matrix)
    stopping = StageStopping(library, guess, size, scale, tolerance, first=0)
    calls, iterations = stopping.nothing + 1.0, stopping.nothing
    for count in range(MOST["Newton"]):
        residual = f - z
        move = product(library, inverted, residual)
        singular = ~library.module.isfinite(move).all(-1)
        move = library.where(singular[:, None], 0.0, move)
        singular = singular | kept.too_long(move, residual)
        moved = z + library.where(singular[:, None], 0.0, move)
        start, z = z, moved if everyone else library.where(active[:, None], moved, z)
        iterations = iterations + active
        active = stopping.after(count, z - start, singular, active)
        if not bool(active.any()):
            break
        everyone = everyone and bool(active.all())
        f, calls = problem.value(z), calls + active
    return StageSolution(z, stopping.solved, calls, iterations)


class _Scaled:
    """What `singular_to_rounding` reads of a matrix."""

    def __init__(self, library: ArrayLibrary, matrix: Any) -> None:
        rows = library.largest(matrix)
        self._rows = library.where(rows > 0.0, rows, 1.0)
        self._columns = library.largest((matrix / self._rows).swapaxes(1, 2))[..., 0]
        self._library, self._share = library, 4.0 * matrix.shape[1] * library.epsilon(matrix)

    def too_long(self, move: Any, residual: Any) -> Any:
        """Where a step is so long that the matrix is singular but for rounding: (L,)."""
        norm = self._library.norm
        return norm(move * self._columns) * self._share > norm(residual / self._rows[..., 0])
