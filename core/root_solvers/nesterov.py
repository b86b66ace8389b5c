"""Nesterov's accelerated gradient on |f(z) - z|^2 / 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..energy_descent import EnergyDescent, EnergyState, energy_gradient
from ..parameter import Range
from ..root_problem import BoundMap


@dataclass(frozen=True)
class Nesterov(EnergyDescent):
    """v <- beta v - eta (J - I)^T (f - z), z <- z + beta v - eta (J - I)^T (f - z), with v the new one.

    z is the point ahead, where the gradient is taken: x <- z - eta grad E(z), z <- x + beta (x - x'), with x' the x
    before. On a linear map the rate is the largest |mu| with mu^2 = (1 - eta lambda) ((1 + beta) mu - beta).
    """

    beta: Annotated[float, Range(0.0, 0.999, symbol="β", help="fraction of the last step that is gone ahead")] = 0.5

    name: ClassVar[str] = "nesterov"
    title: ClassVar[str] = "Nesterov on |f − z|²"
    citation: ClassVar[str] = "Y. Nesterov, Soviet Math. Dokl. 27 (1983) 372"
    help: ClassVar[str] = "Takes the slope of |f - z|² ahead, where its speed will carry it."

    def step(self, problem: BoundMap, state: EnergyState) -> EnergyState:
        """Go down the gradient, then ahead, and evaluate there."""
        gradient = energy_gradient(problem, state)
        velocity = self.beta * state.velocity - self.eta * gradient
        step = self.beta * velocity - self.eta * gradient
        return self._descended(problem, state, gradient, velocity, step, self.eta / (1.0 - self.beta))


SOLVER = Nesterov
