"""How large the Jacobian of a layer is, measured in several ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class JacobianMeasures:
    """Of J = df/dz at S points; NaN where one is not known, as of a layer too large for its whole matrix.

    infinity_norm (S,): the largest sum of moduli in a row. frobenius (S,): the root of the sum of squares.
    hutchinson (S,): the mean of |J v|^2 over random signs v, an estimate of frobenius^2; hutchinson_error (S,) its
    standard error, that is what another draw would change it by.
    power_estimate (S,): |v^T J v| / v^T v after many steps of the power method: what is often reported as the radius,
    and is not where the leading eigenvalues are a complex pair.
    abscissa (S,): the largest Re lambda; the flow z' = f(z) - z is stable where it is below 1.
    symmetric_top (S,): the largest eigenvalue of (J + J^T) / 2. Below 1, I - J is monotone with 1 less it: the flow's
    every distance shrinks, not only in the end.
    departure (S,): the root of frobenius^2 - sum |lambda|^2, Henrici's departure from normality; 0 of a normal J.
    largest_norm (S,): the largest |J|_2 met at random points of the search box, and at the point itself; f may still
    stretch more elsewhere, it does stretch as much there.
    """

    infinity_norm: Float[np.ndarray, "S"]
    frobenius: Float[np.ndarray, "S"]
    hutchinson: Float[np.ndarray, "S"]
    hutchinson_error: Float[np.ndarray, "S"]
    power_estimate: Float[np.ndarray, "S"]
    abscissa: Float[np.ndarray, "S"]
    symmetric_top: Float[np.ndarray, "S"]
    departure: Float[np.ndarray, "S"]
    largest_norm: Float[np.ndarray, "S"]
