"""The solution between two steps, from the stages that were computed anyway."""

from __future__ import annotations

from functools import cache

import numpy as np
from jaxtyping import Float

from .tableau import Tableau


def interpolate(
    tableau: Tableau,
    t0: Float[np.ndarray, "k"],
    t1: Float[np.ndarray, "k"],
    z0: Float[np.ndarray, "k n"],
    z1: Float[np.ndarray, "k n"],
    stages: Float[np.ndarray, "k s n"],
    theta: Float[np.ndarray, "m"] | Float[np.ndarray, "k m"],
) -> Float[np.ndarray, "k m n"]:
    """The states at t0 + theta (t1 - t0) inside each of k recorded steps.

    z(t0 + theta h) = z0 + h sum_i b_i(theta) k_i; the cubic Hermite polynomial through both ends and their slopes
    where the tableau has no dense output. theta in [0, 1]: the same m places in every step, or m of each step's own.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.6.
    """
    h = (t1 - t0)[:, None, None]
    powers = np.asarray(theta, dtype=np.float64)[..., None]
    if tableau.dense is None:
        return _hermite(h, z0[:, None], z1[:, None], stages[:, :1], stages[:, -1:], powers)
    coefficients = _coefficients(tableau)
    weights = powers ** np.arange(1, coefficients.shape[0] + 1) @ coefficients
    return np.asarray(z0[:, None] + h * (weights @ stages))


@cache
def _coefficients(tableau: Tableau) -> Float[np.ndarray, "powers s"]:
    """dense[i][j] as floats, transposed: the row of theta^(j+1) with one number per stage."""
    rows = tableau.dense or ()
    coefficients = np.zeros((max(len(row) for row in rows), len(rows)))
    for stage, row in enumerate(rows):
        coefficients[: len(row), stage] = [float(number) for number in row]
    return coefficients


def _hermite(
    h: np.ndarray, z0: np.ndarray, z1: np.ndarray, f0: np.ndarray, f1: np.ndarray, theta: np.ndarray
) -> np.ndarray:
    """Cubic through (0, z0) and (1, z1) with slopes h f0 and h f1."""
    rise = z1 - z0
    bend = (1.0 - 2.0 * theta) * rise + (theta - 1.0) * h * f0 + theta * h * f1
    return np.asarray((1.0 - theta) * z0 + theta * z1 + theta * (theta - 1.0) * bend)
