"""Newton's method with the dense Jacobian."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..newton_matrix import marked_singular, newton_matrix, newton_step
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened


@dataclass(frozen=True)
class Newton(RootSolver):
    """(I - J) d = f(z) - z, z <- z + d with J = df/dz. Order 2 at a root where I - J is regular.

    With `plain_steps` it begins from f(...f(start)) instead of the start, as far as that is a number; they are no
    iterations, and only their evaluations count.
    """

    plain_steps: Annotated[int, Range(0, 100, help="how often f is applied to the start before the first step")] = 0

    name: ClassVar[str] = "newton"
    title: ClassVar[str] = "Newton"
    citation: ClassVar[str] = "C. T. Kelley, Iterative Methods for Linear and Nonlinear Equations, SIAM (1995), ch. 5"
    help: ClassVar[str] = "Follows the linearised map: doubles the correct digits near a root; one Jacobian each."
    family: ClassVar[str] = "Newton"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 1
    jacobians: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> State:
        """Evaluate f at the start, or where the plain steps lead."""
        state = replace(State(**opened(problem, z, active)), f=problem.value(z))
        if not self.plain_steps:
            return state
        library = problem.library
        for _ in range(self.plain_steps):
            z = state.moved(library, library.where(library.module.isfinite(state.f).all(-1)[:, None], state.f, state.z))
            state = replace(state, z=z, f=problem.value(z))
        nothing = library.full_like(state.fault, 0.0)
        return replace(state, spent=library.stack([nothing + 1.0 + self.plain_steps, nothing], axis=1))

    def step(self, problem: BoundMap, state: State) -> State:
        """Solve the linearised equation, move, and evaluate there."""
        state = self.moved_only(problem, state)
        return replace(state, f=problem.value(state.z))

    def moved_only(self, problem: BoundMap, state: State) -> State:
        """Solve the linearised equation and move."""
        library = problem.library
        move, singular = newton_step(library, newton_matrix(problem, state), state.f - state.z)
        z, fault = state.moved(library, state.z + move), marked_singular(library, state, singular)
        return replace(state, z=z, move=move, fault=fault, spent=None)


SOLVER = Newton
