"""Adam: steps of about the learning rate in every component, whatever the slope."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from ..descent import DescentState, Optimiser
from ..objective import Objective
from ..parameter import Range

if TYPE_CHECKING:
    from jaxtyping import Float

_LEAST = 1e-8
"""Added to the root, so that a component without slope stands still."""


@dataclass(frozen=True)
class AdamState(DescentState):
    """first, second (S, n): running means of the gradient and of its square; count: iterations so far."""

    first: Float[np.ndarray, "S n"]
    second: Float[np.ndarray, "S n"]
    count: int


@dataclass(frozen=True)
class Adam(Optimiser):
    """m <- beta m + (1 - beta) g, v <- beta2 v + (1 - beta2) g^2, z <- z - eta m_k / (sqrt(v_k) + 1e-8).

    g = grad phi(z), m_k = m / (1 - beta^k) and v_k = v / (1 - beta2^k): the means without their beginning at 0. Near
    a minimum its steps do not shrink with the slope as those of gradient descent do.
    """

    eta: Annotated[float, Range(1e-6, 10.0, log=True, symbol="η", help="learning rate")] = 0.001
    beta: Annotated[float, Range(0.0, 0.999, symbol="β", help="how much of the mean gradient is kept")] = 0.9
    beta2: Annotated[float, Range(0.0, 0.9999, symbol="β₂", help="how much of the mean square is kept")] = 0.999

    name: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    citation: ClassVar[str] = "D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR (2015)"
    help: ClassVar[str] = "Every component moves by about eta however steep it is: narrow valleys no longer matter."

    @property
    def reach(self) -> float:
        """What it meets is the Hessian divided by the root of the mean square, which changes along the way."""
        return nan

    def init(self, z: Float[np.ndarray, "S n"]) -> AdamState:
        """Both means are 0."""
        return AdamState(z, np.zeros_like(z), np.zeros_like(z), np.zeros_like(z), 0)

    def step(self, objective: Objective, state: DescentState) -> AdamState:
        """Move against the mean gradient, component by component."""
        assert isinstance(state, AdamState)
        gradient, count = objective.gradient(state.z), state.count + 1
        first = self.beta * state.first + (1.0 - self.beta) * gradient
        second = self.beta2 * state.second + (1.0 - self.beta2) * gradient * gradient
        mean, square = first / (1.0 - self.beta**count), second / (1.0 - self.beta2**count)
        move = -self.eta * mean / (np.sqrt(square) + _LEAST)
        return AdamState(state.z + move, move, first, second, count)


METHOD = Adam
