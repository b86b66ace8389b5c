"""The norms of a matrix's powers, beside the powers of its spectral radius."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .arnoldi import Product, arnoldi, rightmost

if TYPE_CHECKING:
    from jaxtyping import Float

_SMALL = 64
"""Components up to which singular values are computed of the whole matrix."""
_DIGITS = 1e-6
"""Relative error of the square of a norm that is found by products."""


def power_norms(matrix: Float[np.ndarray, "n n"], most: int) -> Float[np.ndarray, "K+1"]:
    """|J^k|_2 for k = 0..most; NaN from where a power is not finite."""
    norms, power = np.full(most + 1, np.nan), np.eye(len(matrix))
    for k in range(most + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            power = matrix @ power if k else power
        if not np.isfinite(power).all():
            break
        norms[k] = _norm(power)
    return norms


def norm_by_products(product: Product, pullback: Product, size: int) -> float:
    """|A|_2, the root of the largest eigenvalue of A^T A, from v -> A v and v -> A^T v."""
    found = arnoldi(lambda v: pullback(product(v)), size, 1, rightmost, tolerance=_DIGITS, most_products=200)
    return float(np.sqrt(np.maximum(found.values[0].real, 0.0)))


def symmetric_top_by_products(product: Product, pullback: Product, size: int) -> float:
    """The largest eigenvalue of (A + A^T) / 2; NaN where it was not found."""
    found = arnoldi(lambda v: 0.5 * (product(v) + pullback(v)), size, 1, rightmost, tolerance=_DIGITS)
    return float(found.values[0].real) if found.converged[0] else float("nan")


def repeated(product: Product, times: int) -> Product:
    """v -> A^times v."""

    def power(v: np.ndarray) -> np.ndarray:
        for _ in range(times):
            v = product(v)
        return v

    return power


def _norm(power: Float[np.ndarray, "n n"]) -> float:
    scale = float(np.abs(power).max())
    if scale == 0.0:
        return 0.0
    if len(power) <= _SMALL:
        return float(np.linalg.norm(power, 2))
    scaled = power / scale  # squares of very small or large powers leave the range of numbers
    return scale * norm_by_products(lambda v: scaled @ v, lambda v: scaled.T @ v, len(power))
