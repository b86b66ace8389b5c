"""The eigenvalues of the Jacobian along a trajectory beside the steps that were taken there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..amplification import Amplification

if TYPE_CHECKING:
    from jaxtyping import Bool, Complex, Float

AT_EDGE = 0.7
"""A step is held back by stability where it uses more than this part of what stability allows."""


@dataclass(frozen=True)
class StabilitySteps:
    """Attempted steps of one trajectory, forward in time, thinned where they are very many.

    trajectory: which; title and order of the method, and its stability function. t (K,), h (K,): beginning and length
    of every step; accepted (K,). eigenvalues (K, n): of df/dz at its beginning, NaN where that is not finite.
    angle (A,), edge (A,): from pi/2 to pi, how far from 0 the region reaches there. real_limit, imaginary_limit: how
    far it reaches on the axes.
    """

    trajectory: int
    title: str
    order: int
    amplification: Amplification
    t: Float[np.ndarray, "K"]
    h: Float[np.ndarray, "K"]
    accepted: Bool[np.ndarray, "K"]
    eigenvalues: Complex[np.ndarray, "K n"]
    angle: Float[np.ndarray, "A"]
    edge: Float[np.ndarray, "A"]
    real_limit: float
    imaginary_limit: float

    @property
    def products(self) -> Complex[np.ndarray, "K n"]:
        """h lambda."""
        return np.asarray(self.h[:, None] * self.eigenvalues)

    @cached_property
    def used(self) -> Float[np.ndarray, "K"]:
        """The part of the step that stability allows which every step takes: the largest over what decays there.

        0 where nothing decays, or stability sets no limit.
        """
        z = self.products
        angle = np.abs(np.angle(z))
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = 1.0 / np.interp(angle, self.angle, 1.0 / self.edge)
            part = np.where(z.real < 0.0, np.abs(z) / reach, 0.0)
        return np.asarray(np.nan_to_num(part, nan=0.0, posinf=0.0).max(axis=1, initial=0.0))

    @property
    def held_back(self) -> float:
        """The share of the accepted steps that stability holds back."""
        return float((self.used[self.accepted] > AT_EDGE).mean()) if self.accepted.any() else 0.0

    def at(self, t: float) -> int:
        """The accepted step under way at time t; -1 where there is none."""
        good = np.flatnonzero(self.accepted)
        if not good.size:
            return -1
        return int(good[max(0, int(np.searchsorted(self.t[good], t, side="right")) - 1)])
