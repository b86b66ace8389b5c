"""Normal distributions of one width in the plane: their sum's density, and its entropy."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float
else:
    np = deferred("numpy")  # data sets are listed before it is needed

_TOGETHER = 2_000_000
"""Distances between points and centres that are held at once."""
_MARGIN, _STEP = 9.0, 1.0 / 5.0
"""In standard deviations: how far beyond the outermost centres the grid goes, and how fine it is."""


@dataclass(frozen=True)
class GaussianMixture:
    """p(x) = sum_j w_j N(x; c_j, s^2 I). centres (M, 2); weights (M,), of sum 1; deviation: s.

    A curve along which normal noise lies is one too, with the nodes of a quadrature rule as centres, closer to each
    other than s.
    """

    centres: Float[np.ndarray, "M 2"]
    weights: Float[np.ndarray, "M"]
    deviation: float

    def log_density(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        """log p, which falls as it should where p itself is 0 in floating point."""
        rows = max(1, _TOGETHER // len(self.centres))
        parts = [self._log_sum(x[first : first + rows]) for first in range(0, len(x), rows)]
        return np.concatenate([np.empty(0), *parts]) - log(2.0 * pi * self.deviation**2)

    def entropy(self) -> float:
        """-integral p log p by the trapezoidal rule, which for such functions converges faster than any power."""
        margin, step = _MARGIN * self.deviation, _STEP * self.deviation
        low, high = self.centres.min(axis=0) - margin, self.centres.max(axis=0) + margin
        first, second = (np.arange(low[axis], high[axis] + step, step) for axis in range(2))
        grid = np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1).reshape(-1, 2)
        logarithm = self.log_density(grid)
        return float(-step * step * np.sum(np.exp(logarithm) * logarithm))

    def noised_score(
        self, x: Float[np.ndarray, "N 2"], kept: Float[np.ndarray, "N"], noise: Float[np.ndarray, "N"]
    ) -> Float[np.ndarray, "N 2"]:
        """grad log p of k X + q e at x, X of the mixture and e standard normal: k c_j are then the centres, and
        k^2 s^2 + q^2 the variance. kept, noise: k and q of every point."""
        variance = (kept * self.deviation) ** 2 + noise**2
        rows = max(1, _TOGETHER // len(self.centres))
        found = [np.empty((0, 2))]
        for first in range(0, len(x), rows):
            part = slice(first, first + rows)
            away = kept[part, None, None] * self.centres - x[part, None, :]
            exponent = np.log(self.weights) - (away**2).sum(axis=2) / (2.0 * variance[part, None])
            share = np.exp(exponent - exponent.max(axis=1, keepdims=True))
            pull = (share[:, :, None] * away).sum(axis=1) / share.sum(axis=1)[:, None]
            found.append(pull / variance[part, None])
        return np.concatenate(found)

    def _log_sum(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        square = (x[:, :1] - self.centres[:, 0]) ** 2 + (x[:, 1:] - self.centres[:, 1]) ** 2
        exponent = np.log(self.weights) - square / (2.0 * self.deviation**2)
        largest = exponent.max(axis=1)
        return np.asarray(largest + np.log(np.exp(exponent - largest[:, None]).sum(axis=1)))


def gauss_nodes(low: float, high: float, count: int) -> tuple[Float[np.ndarray, "M"], Float[np.ndarray, "M"]]:
    """The nodes of Gauss-Legendre quadrature from `low` to `high`, and weights of sum 1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return low + (high - low) * (nodes + 1.0) / 2.0, weights / 2.0
