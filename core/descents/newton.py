"""Newton's method for a minimum: to the lowest point of the parabola that touches the objective."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..descent import DescentState, Optimiser
from ..objective import Objective

if TYPE_CHECKING:
    from jaxtyping import Float

_ENOUGH = 1e-4
"""Part of the promised fall that a step must bring, or it is halved."""
_HALVINGS = 40
_FLAT = 1e-10
"""An eigenvalue below this share of the largest counts as that share."""


@dataclass(frozen=True)
class Newton(Optimiser):
    """z <- z - t |H|^-1 grad phi(z), |H| the Hessian with the moduli of its eigenvalues.

    Where H is positive definite that is Newton's step; elsewhere it still goes downhill, away from saddles. t is
    halved from 1 until phi falls by 1e-4 t g^T |H|^-1 g. Order 2 near a minimum, whatever its curvature: it knows no
    learning rate.
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
        direction = _direction(objective.hessian(z), gradient)
        promised = _ENOUGH * (gradient * direction).sum(axis=1)
        value, length = objective.value(z), np.ones(len(z))
        for _ in range(_HALVINGS):
            there = objective.value(z + length[:, None] * direction)
            # where the fall is less than rounding a step is taken as it is
            short = ~(there <= value + length * promised + np.finfo(float).eps * np.abs(value))
            if not short.any():
                break
            length = np.where(short, 0.5 * length, length)
        move = length[:, None] * direction
        return DescentState(z + move, move)


def _direction(hessian: Float[np.ndarray, "S n n"], gradient: Float[np.ndarray, "S n"]) -> Float[np.ndarray, "S n"]:
    """-|H|^-1 g; NaN where H is not finite."""
    good = np.isfinite(hessian).all(axis=(1, 2))
    values, vectors = np.linalg.eigh(np.where(good[:, None, None], hessian, np.eye(hessian.shape[1])))
    sizes = np.abs(values)
    sizes = np.maximum(sizes, np.maximum(_FLAT * sizes.max(axis=1, keepdims=True), np.finfo(float).tiny))
    parts = (vectors * gradient[:, :, None]).sum(axis=1) / sizes
    return np.where(good[:, None], -(vectors * parts[:, None, :]).sum(axis=2), np.nan)


METHOD = Newton
