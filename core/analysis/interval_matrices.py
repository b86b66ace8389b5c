"""Vectors and matrices of intervals: products, inverses and norms, with bounds that hold whatever rounding does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

Bounds = tuple["Float[np.ndarray, 'B ...']", "Float[np.ndarray, 'B ...']"]
"""The least and the most that every entry of a vector or matrix can be, for B boxes; NaN where nothing is known."""
_EPS = float(np.finfo(np.float64).eps)
_MORE = 1.0 + 64.0 * _EPS
_TINY = 1e-300
"""More than what underflow takes from a few products."""


def rounded_up(sums: Float[np.ndarray, "*k"]) -> Float[np.ndarray, "*k"]:
    """At least what sums and quotients of a few numbers that are not negative are without rounding."""
    more: np.ndarray = np.nextafter(sums * _MORE, np.inf)
    return more


def number_rounded_up(number: float) -> float:
    """The same of one number."""
    return math.nextafter(number * _MORE, math.inf)


def largest(bounds: Bounds) -> Float[np.ndarray, "B ..."]:
    """The largest absolute value of every entry."""
    most: np.ndarray = np.maximum(np.abs(bounds[0]), np.abs(bounds[1]))
    return most


def row_sums(matrix: Bounds) -> Float[np.ndarray, "B"]:
    """The norm of a matrix (B, n, n) that belongs to the largest norm, at most."""
    return rounded_up(largest(matrix).sum(axis=-1).max(axis=-1))


def corners(
    centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]
) -> tuple[Float[np.ndarray, "B n"], Float[np.ndarray, "B n"]]:
    """low and high of boxes that hold |z - centre| <= radius."""
    return np.nextafter(centre - radius, -np.inf), np.nextafter(centre + radius, np.inf)


def inner_corners(
    centre: Float[np.ndarray, "*B n"], radius: Float[np.ndarray, "*B n"]
) -> tuple[Float[np.ndarray, "*B n"], Float[np.ndarray, "*B n"]]:
    """low and high of boxes that lie in |z - centre| <= radius."""
    return np.nextafter(centre - radius, np.inf), np.nextafter(centre + radius, -np.inf)


def inverses(matrix: Bounds) -> Float[np.ndarray, "B n n"]:
    """About the inverse of the matrix in the middle; NaN where there is none."""
    with np.errstate(all="ignore"):
        middle = 0.5 * matrix[0] + 0.5 * matrix[1]
        scale = np.abs(middle).max(axis=(1, 2), keepdims=True)
        scaled = middle / scale
        regular = np.isfinite(scaled).all(axis=(1, 2)) & (np.abs(np.linalg.det(scaled)) > 0.0)
        inverse: np.ndarray = np.linalg.inv(np.where(regular[:, None, None], scaled, np.eye(middle.shape[1]))) / scale
    inverse[~regular] = np.nan
    return inverse


def product(matrix: Float[np.ndarray, "B n n"], vector: Bounds) -> Bounds:
    """Matrix times vector (B, n) of intervals."""
    low, high = _products(matrix, (vector[0][..., None], vector[1][..., None]))
    return low[..., 0], high[..., 0]


def defect(inverse: Float[np.ndarray, "B n n"], matrix: Bounds) -> Bounds:
    """I - Y M of a matrix Y and one of intervals."""
    low, high = _products(inverse, matrix)
    unit = np.eye(inverse.shape[-1])
    return np.nextafter(unit - high, -np.inf), np.nextafter(unit - low, np.inf)


def _products(matrix: Float[np.ndarray, "B n n"], other: Bounds) -> Bounds:
    """Matrix times matrix (B, n, k) of intervals: every sum and what rounding may do to it."""
    with np.errstate(all="ignore"):
        ends = [matrix[..., None] * end[:, None] for end in other]
        most = np.maximum(np.abs(ends[0]), np.abs(ends[1])).sum(axis=2)
        slack = 4.0 * (matrix.shape[-1] + 2) * _EPS * most + _TINY
        return np.minimum(*ends).sum(axis=2) - slack, np.maximum(*ends).sum(axis=2) + slack
