"""Eigenvalues of the layer's Jacobian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Complex, Float


@dataclass(frozen=True)
class Spectrum:
    """J = df/dz where each sample ended. S samples, at most 64 of them; n eigenvalues each.

    eigenvalues (S, n) by descending modulus; at (S, n) the point: the fixed point that the chosen solver, a rival or
    Newton's method found, else where the chosen solver ended; solved (S,) whether it is a fixed point.
    radius (S,) the spectral radius, which is the rate of Picard's method; norm (S,) the largest singular value.
    damping (S,) the fraction beta in (0, 1] with the smallest radius of (1 - beta) I + beta J, NaN where none is
    below 1; damped_radius (S,) that radius. condition (S,) of I - J, infinite where 1 is an eigenvalue.
    """

    eigenvalues: Complex[np.ndarray, "S n"]
    at: Float[np.ndarray, "S n"]
    solved: Bool[np.ndarray, "S"]
    radius: Float[np.ndarray, "S"]
    norm: Float[np.ndarray, "S"]
    damping: Float[np.ndarray, "S"]
    damped_radius: Float[np.ndarray, "S"]
    condition: Float[np.ndarray, "S"]
