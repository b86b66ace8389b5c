"""Gradient descent: Euler's method for the gradient flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..descent import DescentState, Optimiser
from ..objective import Objective
from ..parameter import Range


@dataclass(frozen=True)
class GradientDescent(Optimiser):
    """z <- z - eta grad phi(z). An eigenvalue lambda of the Hessian becomes 1 - eta lambda."""

    eta: Annotated[float, Range(1e-6, 10.0, log=True, symbol="η", help="learning rate")] = 0.001

    name: ClassVar[str] = "gradient_descent"
    title: ClassVar[str] = "gradient descent"
    citation: ClassVar[str] = "A.-L. Cauchy, Comptes rendus 25 (1847) 536"
    help: ClassVar[str] = "Goes straight downhill by eta times the gradient: Euler's method for the gradient flow."

    @property
    def reach(self) -> float:
        """|1 - eta lambda| < 1."""
        return 2.0

    def step(self, objective: Objective, state: DescentState) -> DescentState:
        """Move against the gradient."""
        move = -self.eta * objective.gradient(state.z)
        return DescentState(state.z + move, move)


METHOD = GradientDescent
