"""Gradient descent with momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..descent import DescentState, Optimiser
from ..objective import Objective
from ..parameter import Range


@dataclass(frozen=True)
class HeavyBall(Optimiser):
    """z_{k+1} = z_k - eta grad phi(z_k) + beta (z_k - z_{k-1}), beginning at rest.

    On a quadratic with eigenvalues from mu to L the best rate is (sqrt(L) - sqrt(mu)) / (sqrt(L) + sqrt(mu)), with
    beta its square and eta = 4 / (sqrt(L) + sqrt(mu))^2.
    """

    eta: Annotated[float, Range(1e-6, 10.0, log=True, symbol="η", help="learning rate")] = 0.001
    beta: Annotated[float, Range(0.0, 0.999, symbol="β", help="part of the last step that is kept")] = 0.9

    name: ClassVar[str] = "heavy_ball"
    title: ClassVar[str] = "heavy ball"
    citation: ClassVar[str] = "B. T. Polyak, USSR Comput. Math. Math. Phys. 4 (1964) 1"
    help: ClassVar[str] = "Keeps a part beta of its last step: rolls along a valley instead of bouncing across it."

    @property
    def reach(self) -> float:
        """Both roots of r^2 - (1 + beta - eta lambda) r + beta = 0 lie inside the unit circle."""
        return 2.0 + 2.0 * self.beta

    def step(self, objective: Objective, state: DescentState) -> DescentState:
        """Move on by a part of the last step, and against the gradient."""
        move = self.beta * state.move - self.eta * objective.gradient(state.z)
        return DescentState(state.z + move, move)


METHOD = HeavyBall
