"""The matrix I - J of Newton's method, its step, and steps with a matrix from an earlier point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from . import dense_matrices
from .array_library import ArrayLibrary
from .root_problem import BoundMap
from .root_solver import State, opened
from .root_watch import SINGULAR


def newton_matrix(problem: BoundMap, state: State) -> Any:
    """I - J at z (S, n, n); the identity for a sample that has ended, whose Jacobian need not be finite."""
    identity = problem.library.eye(state.z.shape[1], state.z)
    matrix = identity - problem.jacobian(state.z)
    return problem.library.where(state.active[:, None, None], matrix, identity)


def newton_step(library: ArrayLibrary, matrix: Any, residual: Any) -> tuple[Any, Any]:
    """d (S, n) with matrix d = residual, and where the matrix is singular (S,): d is 0 there."""
    move, singular = library.solve(matrix, residual)
    singular = singular | singular_to_rounding(library, matrix, move, residual)
    return library.where(singular[:, None], 0.0, move), singular


def singular_to_rounding(library: ArrayLibrary, matrix: Any, move: Any, residual: Any) -> Any:
    """Where a step is so long that the matrix is singular but for rounding: (S,).

    With rows and columns scaled to 1, a regular matrix of n rows makes no residual 1 / (4 n epsilon) times longer.
    """
    rows = library.largest(matrix)
    rows = library.where(rows > 0.0, rows, 1.0)
    columns = library.largest((matrix / rows).swapaxes(1, 2))[..., 0]
    reach = library.norm(move * columns) * (4.0 * matrix.shape[1] * library.epsilon(matrix))
    return reach > library.norm(residual / rows[..., 0])


def marked_singular(library: ArrayLibrary, state: State, singular: Any) -> Any:
    """The faults (S,) of a step that does not exist where `singular`, and does elsewhere."""
    return library.where(singular, float(SINGULAR), library.full_like(state.fault, 0.0))


@dataclass(frozen=True)
class KeptMatrix(State):
    """With I - J of an earlier point and its inverse, both (S, n, n), and the number of steps so far."""

    matrix: Any
    inverse: Any
    steps: int


def without_matrix(problem: BoundMap, z: Any, active: Any) -> KeptMatrix:
    """The state at the starts, f evaluated there, before there is a matrix."""
    state = KeptMatrix(**opened(problem, z, active), matrix=None, inverse=None, steps=0)
    return replace(state, f=problem.value(z))


def kept_step(problem: BoundMap, state: KeptMatrix, renew: bool) -> KeptMatrix:
    """Newton's step with the matrix that is kept, or first renewed, and f evaluated there."""
    state = kept_move(problem, state, renew)
    return replace(state, f=problem.value(state.z))


def kept_move(problem: BoundMap, state: KeptMatrix, renew: bool) -> KeptMatrix:
    """The step's move alone, one product with the inverse: f remains that of the point before."""
    library = problem.library
    residual = state.f - state.z
    matrix, inverse = state.matrix, state.inverse
    if renew:
        matrix = newton_matrix(problem, state)
        inverse = dense_matrices.inverse(library, matrix)
    move = dense_matrices.product(library, inverse, residual)
    singular = ~library.module.isfinite(move).all(-1)
    move = library.where(singular[:, None], 0.0, move)
    singular = singular | singular_to_rounding(library, matrix, move, residual)
    move = library.where(singular[:, None], 0.0, move)
    z = state.moved(library, state.z + move)
    nothing = library.full_like(state.fault, 0.0)
    return replace(
        state,
        z=z,
        move=move,
        fault=marked_singular(library, state, singular),
        spent=library.stack([nothing + 1.0, nothing + float(renew)], axis=1),
        matrix=matrix,
        inverse=inverse,
        steps=state.steps + 1,
    )
