"""What optimisers with second derivatives share: a direction downhill, and how far along it a function falls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_ENOUGH = 1e-4
"""Part of the promised fall that a step must bring, or it is halved."""
_HALVINGS = 40
_FLAT = 1e-10
"""An eigenvalue below this share of the largest counts as that share."""


def newton_direction(
    hessian: Float[np.ndarray, "S n n"], gradient: Float[np.ndarray, "S n"]
) -> Float[np.ndarray, "S n"]:
    """-|H|^-1 g, |H| with the moduli of the eigenvalues of H; -g where H is 0, and NaN where it is not finite.

    Source: J. Nocedal, S. J. Wright, Numerical Optimization, 2006, section 3.4.
    """
    good = np.isfinite(hessian).all(axis=(1, 2))
    values, vectors = np.linalg.eigh(np.where(good[:, None, None], hessian, np.eye(hessian.shape[1])))
    sizes = np.abs(values)
    largest = sizes.max(axis=1, keepdims=True)
    sizes = np.maximum(sizes, np.where(largest > 0.0, _FLAT * largest, 1.0))
    parts = (vectors * gradient[:, :, None]).sum(axis=1) / sizes
    return np.where(good[:, None], -(vectors * parts[:, None, :]).sum(axis=2), np.nan)


def falling_share(
    height: Callable[[np.ndarray], np.ndarray],
    z: Float[np.ndarray, "S n"],
    direction: Float[np.ndarray, "S n"],
    slope: Float[np.ndarray, "S"],
) -> Float[np.ndarray, "S"]:
    """t = 1, 1/2, 1/4, ... with height(z + t d) <= height(z) + 1e-4 t slope, to rounding; slope: along d, below 0."""
    here, share = height(z), np.ones(len(z))
    for _ in range(_HALVINGS):
        there = height(z + share[:, None] * direction)
        short = ~(there <= here + _ENOUGH * share * slope + np.finfo(float).eps * np.abs(here))
        if not short.any():
            break
        share = np.where(short, 0.5 * share, share)
    return share
