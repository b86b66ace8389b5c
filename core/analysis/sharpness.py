"""The sharpness of an objective: the largest eigenvalue of its Hessian, which limits the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..objective import Objective

if TYPE_CHECKING:
    from jaxtyping import Float

_MOST_NUMBERS = 4_000_000
"""Entries of all Hessians together; of more nothing is computed."""


def sharpness(objective: Objective, z: Float[np.ndarray, "... n"]) -> Float[np.ndarray, "..."]:
    """At every point; NaN where the Hessian is not finite, and everywhere where the points are too many."""
    found = np.full(z.shape[:-1], np.nan)
    if z.size * objective.size > _MOST_NUMBERS:
        return found
    with np.errstate(all="ignore"):
        hessian = objective.hessian(z)
    good = np.isfinite(hessian).all(axis=(-2, -1))
    found[good] = np.linalg.eigvalsh(hessian[good])[..., -1]
    return found
