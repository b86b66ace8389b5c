"""How far two neighbouring solutions can part, or come together, at most."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class GronwallCone:
    """The distance d(t) = |z_b(t) - z_a(t)|_2 of two trajectories, forward in time, and its bounds by Gronwall's lemma.

    first, second: their numbers a and b, from 0. t (T,) from the start on, as far as both come; distance (T,).
    With J = df/dz at points of the segments between z_a(t) and z_b(t), t among the times: lipschitz L, the largest
    |J|_2; growth, the largest logarithmic norm mu(J), the top eigenvalue of (J + J^T)/2; decay, the largest mu(-J).
    Then d(0) e^(-L t) <= d(0) e^(-decay t) <= d(t) <= d(0) e^(growth t) <= d(0) e^(L t), for solutions. All are NaN
    where J is not finite.
    times, places: at how many times, and points of each segment, J was looked at: what lies between is not.
    size: the largest |z| of both. method: how the trajectories are followed, for people.
    """

    first: int
    second: int
    t: Float[np.ndarray, "T"]
    distance: Float[np.ndarray, "T"]
    lipschitz: float
    growth: float
    decay: float
    times: int
    places: int
    size: float
    method: str

    def rates(self) -> dict[str, float]:
        """Of the four exponentials, the lowest first."""
        return {
            "lower": -self.lipschitz,
            "lower_sharp": -self.decay,
            "upper_sharp": self.growth,
            "upper": self.lipschitz,
        }

    def bounds(self) -> dict[str, Float[np.ndarray, "T"]]:
        """The four bounds of the distance by their names."""
        since = np.abs(self.t - self.t[0])
        with np.errstate(over="ignore", under="ignore"):
            return {name: self.distance[0] * np.exp(rate * since) for name, rate in self.rates().items()}

    def leaves(self, part: float, rounding: float) -> float:
        """The first time at which the distance is beyond the sharp bounds by more than these parts, of the bound and of
        the trajectories' size; NaN where it stays between them. What is beyond is not the distance of two solutions."""
        bounds, slack = self.bounds(), rounding * self.size
        with np.errstate(invalid="ignore"):
            above = self.distance > bounds["upper_sharp"] * (1.0 + part) + slack
            below = self.distance < bounds["lower_sharp"] * (1.0 - part) - slack
        outside = above | below
        return float(self.t[int(np.argmax(outside))]) if outside.any() else math.nan
