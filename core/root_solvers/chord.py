"""The chord method: Newton's step with the matrix of the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..newton_matrix import KeptMatrix, kept_move, kept_step, without_matrix
from ..root_problem import BoundMap
from ..root_solver import RootSolver


@dataclass(frozen=True)
class Chord(RootSolver):
    """z <- z + (I - J_0)^-1 (f(z) - z) with J_0 = df/dz at the start.

    It converges linearly, with the spectral radius of I - (I - J_0)^-1 (I - J) as its rate, J at the root.
    """

    name: ClassVar[str] = "chord"
    title: ClassVar[str] = "chord"
    citation: ClassVar[str] = "C. T. Kelley, Iterative Methods for Linear and Nonlinear Equations, SIAM (1995), ch. 5.4"
    help: ClassVar[str] = "Newton with the Jacobian of the start: cheap iterations, linear convergence."
    family: ClassVar[str] = "Newton"
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> KeptMatrix:
        """Evaluate f at the start."""
        return without_matrix(problem, z, active)

    def step(self, problem: BoundMap, state: KeptMatrix) -> KeptMatrix:
        """Move by the inverse of the start's matrix, and evaluate there."""
        return kept_step(problem, state, renew=state.steps == 0)

    def moved_only(self, problem: BoundMap, state: KeptMatrix) -> KeptMatrix:
        """Move by the inverse of the start's matrix."""
        return kept_move(problem, state, renew=state.steps == 0)


SOLVER = Chord
