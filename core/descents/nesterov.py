"""Nesterov's accelerated gradient with a constant momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..descent import DescentState, Optimiser
from ..objective import Objective
from ..parameter import Range


@dataclass(frozen=True)
class Nesterov(Optimiser):
    """y = z_k + beta (z_k - z_{k-1}), z_{k+1} = y - eta grad phi(y), beginning at rest."""

    eta: Annotated[float, Range(1e-6, 10.0, log=True, symbol="η", help="learning rate")] = 0.001
    beta: Annotated[float, Range(0.0, 0.999, symbol="β", help="part of the last step that is kept")] = 0.9

    name: ClassVar[str] = "nesterov"
    title: ClassVar[str] = "Nesterov"
    citation: ClassVar[str] = "Y. Nesterov, Introductory Lectures on Convex Optimization, Kluwer (2004), section 2.2"
    help: ClassVar[str] = "Looks at the slope where its momentum is about to bring it: brakes before it overshoots."

    @property
    def reach(self) -> float:
        """Both roots of r^2 - (1 + beta)(1 - eta lambda) r + beta (1 - eta lambda) = 0 lie inside the unit circle."""
        return (2.0 + 2.0 * self.beta) / (1.0 + 2.0 * self.beta)

    def step(self, objective: Objective, state: DescentState) -> DescentState:
        """Move on by a part of the last step, then against the gradient that is met there."""
        ahead = self.beta * state.move
        move = ahead - self.eta * objective.gradient(state.z + ahead)
        return DescentState(state.z + move, move)


METHOD = Nesterov
