"""Circles around 0 with normal noise in the plane: their density, and its entropy."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int
else:
    np = deferred("numpy")  # data sets are listed before it is needed

_FAR = 50.0
"""From here on twelve terms of the asymptotic series of I_0 are exact in float64."""
_TERMS = 12
_MARGIN, _NODES = 9.0, 24
"""Standard deviations beyond the outermost circle, and the nodes of the quadrature in every one of them."""


@dataclass(frozen=True)
class NoisyCircles:
    """One circle as likely as another, the angle uniform, normal noise added. radii: of the circles; deviation: s.

    p(x) = mean over R of exp(-(|x|^2 + R^2) / 2 s^2) I_0(|x| R / s^2) / (2 pi s^2), the density of Rice.
    Source: S. O. Rice, Mathematical analysis of random noise, Bell System Technical Journal 24 (1945), eq. 3.10-11.
    """

    radii: tuple[float, ...]
    deviation: float

    def log_density(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        """log p, which falls as it should where p itself is 0 in floating point."""
        return self._of_radius(np.hypot(x[:, 0], x[:, 1]))

    def points(self, which: Int[np.ndarray, "N"], turn: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N 2"]:
        """Places without noise: on which circle, from 0, and how far around it, 0 to 1."""
        radius, angle = np.array(self.radii)[which], 2.0 * pi * turn
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)

    def entropy(self) -> float:
        """-integral of 2 pi r p log p by Gauss-Legendre quadrature over pieces as long as s."""
        pieces = int(max(self.radii) / self.deviation + _MARGIN) + 1
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        radius = self.deviation * (np.arange(pieces)[:, None] + (nodes + 1.0) / 2.0)
        logarithm = self._of_radius(radius.ravel()).reshape(radius.shape)
        ring = 2.0 * pi * radius * np.exp(logarithm) * logarithm
        return float(-self.deviation / 2.0 * np.sum(ring * weights))

    def _of_radius(self, radius: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N"]:
        variance, circles = self.deviation**2, np.array(self.radii)
        exponent = log_scaled_bessel(radius[:, None] * circles / variance)
        exponent -= (radius[:, None] - circles) ** 2 / (2.0 * variance)
        largest = exponent.max(axis=1)
        total = np.log(np.exp(exponent - largest[:, None]).sum(axis=1))
        return np.asarray(largest + total - log(2.0 * pi * variance * len(circles)))


def log_scaled_bessel(argument: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """log(I_0(k) exp(-k)) of k >= 0, also where I_0 itself is beyond the largest number.

    exp(-k) I_0(k) ~ (2 pi k)^(-1/2) sum_n ((2 n - 1)!!)^2 / (n! (8 k)^n) of large k.
    Source: M. Abramowitz, I. A. Stegun, Handbook of mathematical functions, 1964, 9.7.1.
    """
    near, far = np.minimum(argument, _FAR), np.maximum(argument, _FAR)
    term = series = np.ones_like(far)
    for order in range(1, _TERMS + 1):
        term = term * (2 * order - 1) ** 2 / (8.0 * order * far)
        series = series + term
    return np.asarray(np.where(argument < _FAR, np.log(np.i0(near)) - near, np.log(series / np.sqrt(2.0 * pi * far))))
