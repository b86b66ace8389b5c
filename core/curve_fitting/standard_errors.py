"""How well data tell the parameters of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fit_loop import FitState
from .least_squares import LeastSquares

if TYPE_CHECKING:
    from jaxtyping import Float

_RANK = 1e-10


def standard_errors(problem: LeastSquares, state: FitState) -> dict[str, float]:
    """sqrt of the diagonal of s^2 (J^T J)^-1, s^2 = |r|^2 / (m - P), by name; NaN where J has no full rank,
    or is not finite.

    For errors of equal variance in every point, at a minimum of the sum of squares. Parameters at an end of their range
    are known by it, and have 0. Empty for another loss, elsewhere, and where there are no more points than parameters.
    Source: Bates, Watts, Nonlinear Regression Analysis and Its Applications, Wiley 1988, section 2.3.
    """
    end = state.end
    if end is None or not end.success or end.aimed or problem.loss.name != "squares":
        return {}
    at = state.at
    free = np.array([one.name not in end.at_ends for one in problem.coordinates])
    m, count = at.slopes.shape[0], int(free.sum())
    if m <= count or not count:
        return {}
    spread = float(at.residual @ at.residual) / (m - count)
    found = np.zeros(len(free))
    found[free] = np.sqrt(spread * _inverse_diagonal(at.slopes[:, free])) * problem.slopes_at(at.u)[free]
    return {one.name: value for one, value in zip(problem.coordinates, found.tolist(), strict=True)}


def _inverse_diagonal(slopes: Float[np.ndarray, "m P"]) -> Float[np.ndarray, "P"]:
    """The diagonal of (J^T J)^-1."""
    if not np.isfinite(slopes).all():
        return np.full(slopes.shape[1], np.nan)
    _, values, right = np.linalg.svd(slopes, full_matrices=False)
    if values.min() <= _RANK * values.max():
        return np.full(slopes.shape[1], np.nan)
    return np.asarray(((right.T / values) ** 2).sum(axis=1))
