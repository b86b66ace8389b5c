"""Gradient descent on |f(z) - z|^2 / 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..energy_descent import EnergyDescent, EnergyState, energy_gradient
from ..root_problem import BoundMap


@dataclass(frozen=True)
class GradientDescent(EnergyDescent):
    """z <- z - eta (J - I)^T (f - z). On a linear map it converges at the rate max |1 - eta lambda|."""

    name: ClassVar[str] = "gradient_descent"
    title: ClassVar[str] = "descent on |f − z|²"
    citation: ClassVar[str] = "A. Cauchy, C. R. Acad. Sci. Paris 25 (1847) 536"
    help: ClassVar[str] = "Goes down the slope of |f - z|²: from anywhere, slowly, into minima that are no roots too."

    def step(self, problem: BoundMap, state: EnergyState) -> EnergyState:
        """Go down the gradient and evaluate there."""
        gradient = energy_gradient(problem, state)
        step = -self.eta * gradient
        return self._descended(problem, state, gradient, step, step, self.eta)


SOLVER = GradientDescent
