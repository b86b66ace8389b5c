"""Halley's method, in any number of unknowns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..newton_matrix import marked_singular, newton_matrix, newton_step
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened


@dataclass(frozen=True)
class Halley(RootSolver):
    """((I - J) - J'[a] / 2) d = f(z) - z, z <- z + d, with Newton's step a and J'[a], the derivative of J along a.

    Order 3 at a root where I - J is regular. For one unknown and g = z - f(z), d = -2 g g' / (2 g'^2 - g g''). Where
    the second matrix alone is singular, the step is Newton's. The derivative of a Jacobian counts as a Jacobian.
    """

    name: ClassVar[str] = "halley"
    title: ClassVar[str] = "Halley"
    citation: ClassVar[str] = (
        "E. Halley, Phil. Trans. R. Soc. 18 (1694) 136; "
        "J. M. Gutierrez, M. A. Hernandez, Bull. Austral. Math. Soc. 55 (1997) 113"
    )
    help: ClassVar[str] = "Follows the curvature too: triples the correct digits near a root; two derivatives each."
    family: ClassVar[str] = "Newton"
    opening: ClassVar[int] = 1
    jacobians: ClassVar[int] = 2

    def init(self, problem: BoundMap, z: Any, active: Any) -> State:
        """Evaluate f at the start."""
        return replace(State(**opened(problem, z, active)), f=problem.value(z))

    def step(self, problem: BoundMap, state: State) -> State:
        """Bend the matrix along Newton's step, solve again, move, and evaluate there."""
        library = problem.library
        residual = state.f - state.z
        matrix = newton_matrix(problem, state)
        newton, singular = newton_step(library, matrix, residual)
        bent = matrix - 0.5 * library.where(state.active[:, None, None], problem.curvature(state.z, newton), 0.0)
        move, straight = newton_step(library, bent, residual)
        move = library.where((straight | singular)[:, None], newton, move)
        z = state.moved(library, state.z + move)
        return replace(state, z=z, f=problem.value(z), move=move, fault=marked_singular(library, state, singular))


SOLVER = Halley
