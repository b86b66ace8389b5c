"""Shamanskii's method: a new Jacobian every p steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..newton_matrix import KeptMatrix, kept_step, without_matrix
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver


@dataclass(frozen=True)
class Shamanskii(RootSolver):
    """z <- z + (I - J)^-1 (f(z) - z) with the J of every p-th point. Order p + 1 in p steps; p = 1 is Newton."""

    every: Annotated[int, Range(1, 20, symbol="p", help="steps with one Jacobian")] = 2

    name: ClassVar[str] = "shamanskii"
    title: ClassVar[str] = "Shamanskii"
    citation: ClassVar[str] = "V. E. Shamanskii, Ukrain. Mat. Zh. 19 (1967) 133"
    help: ClassVar[str] = "Newton with a new Jacobian every few steps: order p + 1 for each."
    family: ClassVar[str] = "Newton"
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> KeptMatrix:
        """Evaluate f at the start."""
        return without_matrix(problem, z, active)

    def step(self, problem: BoundMap, state: KeptMatrix) -> KeptMatrix:
        """Renew the matrix when it is time, move, and evaluate there."""
        return kept_step(problem, state, renew=state.steps % self.every == 0)


SOLVER = Shamanskii
