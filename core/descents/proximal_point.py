"""The proximal point method: implicit Euler for the gradient flow."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from ..descent import DescentState, Optimiser
from ..objective import Objective
from ..parameter import Range

if TYPE_CHECKING:
    from jaxtyping import Float

_ITERATIONS = 50
_HALVINGS = 30
_SMALL = 1e-14
"""A correction of this share of 1 + |z| is the last one."""


@dataclass(frozen=True)
class ProximalPoint(Optimiser):
    """z_{k+1} = argmin phi(z) + |z - z_k|^2 / (2 eta), the root of z - z_k + eta grad phi(z) = 0.

    An eigenvalue lambda of the Hessian becomes 1 / (1 + eta lambda): no learning rate is too large for a convex
    objective. Newton's method with halved steps solves for z, from z_k on.
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
        unit = np.eye(z.shape[1])
        going = np.isfinite(z).all(axis=1)
        for _ in range(_ITERATIONS):
            rest = self._rest(objective, z, begin)
            matrix = unit + self.eta * objective.hessian(z)
            going = going & np.isfinite(rest).all(axis=1) & np.isfinite(matrix).all(axis=(1, 2))
            if not going.any():
                break
            correction = -_solved(np.where(going[:, None, None], matrix, unit), rest)
            moved = self._shortened(objective, z, begin, correction, rest)
            size = np.abs(moved - z).max(axis=1)
            z = np.where(going[:, None], moved, z)
            going = going & (size > _SMALL * (1.0 + np.abs(z).max(axis=1)))
        return DescentState(z, z - begin)

    def _rest(self, objective: Objective, z: np.ndarray, begin: np.ndarray) -> np.ndarray:
        return np.asarray(z - begin + self.eta * objective.gradient(z))

    def _shortened(
        self, objective: Objective, z: np.ndarray, begin: np.ndarray, correction: np.ndarray, rest: np.ndarray
    ) -> np.ndarray:
        """z and as much of the correction as makes the rest smaller."""
        length, before = np.ones(len(z)), (rest * rest).sum(axis=1)
        for _ in range(_HALVINGS):
            there = self._rest(objective, z + length[:, None] * correction, begin)
            longer = ~((there * there).sum(axis=1) <= before)
            if not longer.any():
                break
            length = np.where(longer, 0.5 * length, length)
        return np.asarray(z + length[:, None] * correction)


def _solved(matrix: Float[np.ndarray, "S n n"], right: Float[np.ndarray, "S n"]) -> Float[np.ndarray, "S n"]:
    """Of each sample; the right side itself where its matrix is singular."""
    good = np.abs(np.linalg.det(matrix)) > 0.0
    safe = np.where(good[:, None, None], matrix, np.eye(matrix.shape[1]))
    return np.asarray(np.linalg.solve(safe, right[:, :, None])[:, :, 0])


METHOD = ProximalPoint
