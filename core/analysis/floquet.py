"""Floquet multipliers from the derivative of a flow once around a closed orbit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

_NOISE = 1e-11
"""Multipliers below this part of the largest entry of the derivative are rounding."""


def floquet_multipliers(
    matrix: Float[np.ndarray, "n n"], along: Float[np.ndarray, "n"], volume: float
) -> Complex[np.ndarray, "n"]:
    """Eigenvalues of the derivative of the flow over a period: first the one along the flow, then those across it by
    descending size; NaN for those that are rounding beside the largest.

    along: the velocity where the orbit begins. volume: the integral of the field's divergence around it, the logarithm
    of the product of all multipliers. In a basis whose first vector lies along the flow the derivative is block
    triangular, so those across it are the eigenvalues of one block, which double ones at 1 do not spoil.
    """
    n = len(along)
    basis = np.linalg.svd(along[:, None])[0]
    turned = basis.T @ matrix @ basis
    across = np.linalg.eigvals(turned[1:, 1:]).astype(np.complex128)
    across = across[np.argsort(-np.abs(across), kind="stable")]
    lost = np.flatnonzero(np.abs(across) < _NOISE * np.abs(matrix).max())
    if n == 2:
        lost = np.array([0])
    if len(lost) == 1:
        others = np.delete(across, lost)
        with np.errstate(over="ignore"):
            across[lost] = np.exp(volume) / (np.prod(others).real if len(others) else 1.0)
    elif len(lost):
        across[lost] = np.nan
    return np.concatenate([[turned[0, 0]], across])
