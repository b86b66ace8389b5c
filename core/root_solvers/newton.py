"""Newton's method with the dense Jacobian."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..array_library import ArrayLibrary
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened
from ..root_watch import SINGULAR


@dataclass(frozen=True)
class Newton(RootSolver):
    """(I - J) d = f(z) - z, z <- z + d with J = df/dz. Order 2 at a root where I - J is regular."""

    name: ClassVar[str] = "newton"
    title: ClassVar[str] = "Newton"
    citation: ClassVar[str] = "C. T. Kelley, Iterative Methods for Linear and Nonlinear Equations, SIAM (1995), ch. 5"
    help: ClassVar[str] = "Follows the linearised map: doubles the correct digits near a root; one Jacobian each."
    family: ClassVar[str] = "Newton"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 1
    jacobians: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> State:
        """Evaluate f at the start."""
        return replace(State(**opened(problem, z, active)), f=problem.value(z))

    def step(self, problem: BoundMap, state: State) -> State:
        """Solve the linearised equation, move, and evaluate there."""
        library = problem.library
        residual = state.f - state.z
        identity = library.eye(state.z.shape[1], state.z)
        matrix = identity - problem.jacobian(state.z)
        matrix = library.where(state.active[:, None, None], matrix, identity)
        move, singular = library.solve(matrix, residual)
        singular = singular | _singular_to_rounding(library, matrix, move, residual)
        move = library.where(singular[:, None], 0.0, move)
        z = state.moved(library, state.z + move)
        fault = library.where(singular, float(SINGULAR), library.full_like(state.fault, 0.0))
        return replace(state, z=z, f=problem.value(z), move=move, fault=fault)


def _singular_to_rounding(library: ArrayLibrary, matrix: Any, move: Any, residual: Any) -> Any:
    """Where a step is so long that the matrix is singular but for rounding: (S,).

    With rows and columns scaled to 1, a regular matrix of n rows makes no residual 1 / (4 n epsilon) times longer.
    """
    rows = library.largest(matrix)
    rows = library.where(rows > 0.0, rows, 1.0)
    columns = library.largest((matrix / rows).swapaxes(1, 2))[..., 0]
    reach = library.norm(move * columns) * (4.0 * matrix.shape[1] * library.epsilon(matrix))
    return reach > library.norm(residual / rows[..., 0])


SOLVER = Newton
