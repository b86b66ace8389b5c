"""Picard's iterates of a differential equation, beside its solution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class PicardIterates:
    """y_{k+1}(t) = z0 + int_{t0}^t f(s, y_k(s)) ds for k = 0..K, with y_0 = z0, of one trajectory.

    trajectory: its number, from 0. components: names of the n components. t (T,) evenly over the span, from t0 on.
    iterates (K + 1, T, n): NaN from where an iterate leaves the range of numbers, or grows faster than three digits of
    it can be computed. known_until (K + 1,): up to which time each is known. accuracy (K + 1,): by how much twice as
    many pieces of the span changed each, as a part of its size.
    solution (T, n): of a run with very small tolerances; NaN after the time `until`, from where it is not known.
    distances (K + 1,): the largest |y_k(t) - z(t)| up to `until`, infinite for an iterate that does not come so far;
    NaN where there is no solution.
    lipschitz: L, a bound of |df/dz|_2 on boxes around the solution and the iterates, by interval arithmetic; NaN where
    none is known. bounds (K + 1,): (L |until - t0|)^k / k! times the distance of y_0, which no distance exceeds.
    """

    trajectory: int
    components: tuple[str, ...]
    t: Float[np.ndarray, "T"]
    iterates: Float[np.ndarray, "K1 T n"]
    known_until: Float[np.ndarray, "K1"]
    accuracy: Float[np.ndarray, "K1"]
    solution: Float[np.ndarray, "T n"]
    until: float
    distances: Float[np.ndarray, "K1"]
    lipschitz: float
    bounds: Float[np.ndarray, "K1"]

    @property
    def end(self) -> float:
        """The end of the span."""
        return float(self.t[-1])

    @property
    def trusted(self) -> bool:
        """Whether the solution is known to the end of the span."""
        return math.isfinite(self.until) and self.until == self.end
