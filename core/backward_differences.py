"""Backward differences of a solution at equal distances: rescaled, moved on, and as a polynomial."""

from __future__ import annotations

from math import comb

import numpy as np

HIGHEST = 5
"""The highest order; higher ones are not stable."""
ROWS = HIGHEST + 3
"""Differences that are kept: of the order 0 up to two more than the highest, by which the order may change."""
KAPPA = (0.0, -0.1850, -1.0 / 9.0, -0.0823, -0.0415, 0.0)
"""By order: the correction that makes errors smaller, or stability better. Shampine, Reichelt, table 1."""
GAMMA = tuple(sum(1.0 / index for index in range(1, order + 1)) for order in range(HIGHEST + 1))
ALPHA = tuple((1.0 - kappa) * gamma for kappa, gamma in zip(KAPPA, GAMMA, strict=True))
ERROR = tuple(kappa * gamma + 1.0 / (order + 1) for order, (kappa, gamma) in enumerate(zip(KAPPA, GAMMA, strict=True)))
"""By order: the local error, in units of the backward difference of the next order."""

UNIT = np.array([[(-1.0) ** i * comb(j, i) for j in range(HIGHEST + 1)] for i in range(HIGHEST + 1)])
"""From values at equal distances back in time to backward differences, and the other way round."""


def _monomials() -> np.ndarray:
    """Row i: the coefficients of theta^0, ..., theta^5 in prod_(j<i) (theta - 1 + j) / (j + 1), theta = 0 and 1 being
    the ends of the newest step: by these the differences give the polynomial through the newest points."""
    rows = np.zeros((HIGHEST + 1, HIGHEST + 1))
    product = np.polynomial.Polynomial([1.0])
    for order in range(HIGHEST + 1):
        rows[order, : order + 1] = product.coef
        product = product * np.polynomial.Polynomial([order - 1.0, 1.0]) / (order + 1)
    return rows


MONOMIALS = _monomials()
