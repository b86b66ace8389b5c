"""Eigenvalues of the layer's Jacobian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .jacobian_measures import JacobianMeasures

if TYPE_CHECKING:
    from jaxtyping import Bool, Complex, Float, Int


@dataclass(frozen=True)
class Spectrum:
    """J = df/dz where samples ended. S samples, at most 64 of them and fewer of a large layer; m eigenvalues each.

    eigenvalues (S, m) by descending modulus: all n, or of a layer too large for that the outer ones; converged (S, m)
    whether each is exact enough to be trusted, bounds (S, m) the residuals of those that were found by products, 0 of
    those of a whole matrix. at (S, n) the point: the fixed point that the chosen solver, a rival or Newton's method
    found, else where the chosen solver ended; solved (S,) whether it is a fixed point. samples (S,) which samples.
    radius (S,) the spectral radius, which is the rate of Picard's method; norm (S,) the largest singular value.
    damping (S,) the fraction beta in (0, 1] with the smallest radius of (1 - beta) I + beta J, NaN where none is
    below 1; damped_radius (S,) that radius. condition (S,) of I - J, infinite where 1 is an eigenvalue. What is not
    known of a large layer is NaN.
    """

    eigenvalues: Complex[np.ndarray, "S m"]
    converged: Bool[np.ndarray, "S m"]
    bounds: Float[np.ndarray, "S m"]
    at: Float[np.ndarray, "S n"]
    solved: Bool[np.ndarray, "S"]
    samples: Int[np.ndarray, "S"]
    radius: Float[np.ndarray, "S"]
    norm: Float[np.ndarray, "S"]
    damping: Float[np.ndarray, "S"]
    damped_radius: Float[np.ndarray, "S"]
    condition: Float[np.ndarray, "S"]
    measures: JacobianMeasures

    def place_of(self, sample: int) -> int | None:
        """Where along S a sample is; None where it was left out."""
        found = np.flatnonzero(self.samples == sample)
        return int(found[0]) if found.size else None
