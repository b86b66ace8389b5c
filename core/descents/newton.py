"""Newton's method for a minimum: to the lowest point of the parabola that touches the objective."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

from ..descent import DescentState, Optimiser
from ..newton_descent import falling_share, newton_direction
from ..objective import Objective


@dataclass(frozen=True)
class Newton(Optimiser):
    """z <- z - t |H|^-1 grad phi(z), |H| the Hessian with the moduli of its eigenvalues.

    Where H is positive definite that is Newton's step; elsewhere it still goes downhill, away from saddles, and where
    H is 0 against the gradient. t is halved from 1 until phi falls by 1e-4 t g^T |H|^-1 g. Order 2 near a minimum,
    whatever its curvature: it knows no learning rate.
    """

    name: ClassVar[str] = "newton"
    title: ClassVar[str] = "Newton"
    citation: ClassVar[str] = "J. Nocedal, S. J. Wright, Numerical Optimization, 2006, section 3.4"
    help: ClassVar[str] = "Divides the slope by the curvature: few steps, each with the Hessian and its eigenvalues."

    @property
    def reach(self) -> float:
        """One step ends in the minimum of a quadratic."""
        return inf

    def step(self, objective: Objective, state: DescentState) -> DescentState:
        """To the minimum of the parabola, or part of the way where the objective does not fall there."""
        z, gradient = state.z, objective.gradient(state.z)
        direction = newton_direction(objective.hessian(z), gradient)
        share = falling_share(objective.value, z, direction, (gradient * direction).sum(axis=1))
        move = share[:, None] * direction
        return DescentState(z + move, move)


METHOD = Newton
