"""Gradient descent with momentum on |f(z) - z|^2 / 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..energy_descent import EnergyDescent, EnergyState, energy_gradient
from ..parameter import Range
from ..root_problem import BoundMap


@dataclass(frozen=True)
class HeavyBall(EnergyDescent):
    """v <- beta v - eta (J - I)^T (f - z), z <- z + v.

    On a linear map, with kappa = lambda_max / lambda_min, its best rate is (sqrt kappa - 1) / (sqrt kappa + 1), for
    eta = 4 / (sqrt lambda_max + sqrt lambda_min)^2 and the square of that rate as beta.
    """

    beta: Annotated[float, Range(0.0, 0.999, symbol="β", help="fraction of the last step that goes on")] = 0.5

    name: ClassVar[str] = "heavy_ball"
    title: ClassVar[str] = "heavy ball on |f − z|²"
    citation: ClassVar[str] = "B. T. Polyak, USSR Comput. Math. Math. Phys. 4 (1964) 1"
    help: ClassVar[str] = "Rolls down the slope of |f - z|² and keeps part of its speed."

    def step(self, problem: BoundMap, state: EnergyState) -> EnergyState:
        """Roll and evaluate there."""
        gradient = energy_gradient(problem, state)
        velocity = self.beta * state.velocity - self.eta * gradient
        return self._descended(problem, state, gradient, velocity, velocity, self.eta / (1.0 - self.beta))


SOLVER = HeavyBall
