"""The proximal point method: implicit Euler for the gradient flow."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from ..descent import DescentState, Optimiser
from ..newton_descent import falling_share, newton_direction
from ..objective import Objective
from ..parameter import Range

if TYPE_CHECKING:
    from jaxtyping import Float

_ITERATIONS = 50
_SMALL = 1e-14
"""A correction of this share of 1 + |z| is the last one."""


@dataclass(frozen=True)
class ProximalPoint(Optimiser):
    """z_{k+1} = argmin phi(z) + |z - z_k|^2 / (2 eta), where z - z_k + eta grad phi(z) = 0: implicit Euler's step.

    An eigenvalue lambda of the Hessian becomes 1 / (1 + eta lambda): no learning rate is too large for a convex
    objective. Of one that is not, it is a minimum that Newton's method with |I + eta H| goes down to from z_k, its
    steps halved until that sum falls.
    """

    eta: Annotated[float, Range(1e-6, 10.0, log=True, symbol="η", help="learning rate")] = 0.001

    name: ClassVar[str] = "proximal_point"
    title: ClassVar[str] = "proximal point"
    citation: ClassVar[str] = "R. T. Rockafellar, SIAM J. Control Optim. 14 (1976) 877"
    help: ClassVar[str] = (
        "Takes the slope where it arrives: implicit Euler for the gradient flow, stable for every eta."
    )

    @property
    def reach(self) -> float:
        """1 / (1 + eta lambda) < 1 for every eta."""
        return inf

    def step(self, objective: Objective, state: DescentState) -> DescentState:
        """Solve for the next point; every sample until its own corrections are small."""
        begin, z = state.z, state.z
        going = np.isfinite(z).all(axis=1)
        for _ in range(_ITERATIONS):
            rest = z - begin + self.eta * objective.gradient(z)
            correction = newton_direction(np.eye(z.shape[1]) + self.eta * objective.hessian(z), rest)
            going = going & np.isfinite(correction).all(axis=1)
            if not going.any():
                break
            moved = z + self._share(objective, z, begin, correction, rest)[:, None] * correction
            size = np.abs(moved - z).max(axis=1)
            z = np.where(going[:, None], moved, z)
            going = going & (size > _SMALL * (1.0 + np.abs(z).max(axis=1)))
        return DescentState(z, z - begin)

    def _share(
        self, objective: Objective, z: np.ndarray, begin: np.ndarray, correction: np.ndarray, rest: np.ndarray
    ) -> Float[np.ndarray, "S"]:
        """How much of the correction makes eta phi + |z - z_k|^2 / 2 fall by enough."""

        def height(point: np.ndarray) -> np.ndarray:
            return np.asarray(self.eta * objective.value(point) + 0.5 * ((point - begin) ** 2).sum(axis=1))

        return falling_share(height, z, correction, (rest * correction).sum(axis=1))


METHOD = ProximalPoint
