"""Newton's method with the dense Jacobian."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..newton_matrix import marked_singular, newton_matrix, newton_step
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened


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
        move, singular = newton_step(library, newton_matrix(problem, state), state.f - state.z)
        z = state.moved(library, state.z + move)
        return replace(state, z=z, f=problem.value(z), move=move, fault=marked_singular(library, state, singular))


SOLVER = Newton
