"""The eigenvalues that decide, of a Jacobian that is known by its products alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..layer_spectrum import best_damping
from .arnoldi import Product, Rank, RitzValues, arnoldi, modulus, rightmost

if TYPE_CHECKING:
    from jaxtyping import Bool, Complex, Float

WANTED = 16
"""Eigenvalues that are looked for on each side."""
_SAME = 1e-7
"""Of the largest modulus: two searches found the same eigenvalue where they are as near as this."""


@dataclass(frozen=True)
class OuterSpectrum:
    """Eigenvalues of largest modulus, those farthest right, and those that limit the best damping.

    values (m,) by descending modulus, with the bound (m,) of each residual and whether it converged (m,). radius,
    abscissa, damping and damped_radius are NaN where the eigenvalue that decides did not converge.
    """

    values: Complex[np.ndarray, "m"]
    bounds: Float[np.ndarray, "m"]
    converged: Bool[np.ndarray, "m"]
    radius: float
    abscissa: float
    damping: float
    damped_radius: float


def outer_spectrum(product: Product, size: int, wanted: int = WANTED) -> OuterSpectrum:
    """The outer eigenvalues of A (n, n) from v -> A v; see `arnoldi` for what the bounds mean."""
    by_modulus, by_real = arnoldi(product, size, wanted), arnoldi(product, size, wanted, rightmost)
    found = _joined(by_modulus, by_real)
    radius = _first(by_modulus, modulus)
    abscissa = _first(by_real, rightmost)
    damping = damped = np.nan
    if not np.isnan(radius + abscissa):
        damping, damped, found = _damping(product, size, found)
    order = np.lexsort((-found.values.imag, -np.round(np.abs(found.values), 12)))
    values, bounds, converged = (part[order] for part in (found.values, found.bounds, found.converged))
    return OuterSpectrum(values, bounds, converged, radius, abscissa, damping, damped)


def _damping(product: Product, size: int, found: RitzValues) -> tuple[float, float, RitzValues]:
    """The best damping beta, its radius, and the eigenvalues with those that limit it.

    beta turns the disc of radius r about 1 - 1 / beta into that of radius beta r about 0: the farthest eigenvalue from
    that centre decides, which need not be among those of largest modulus.
    """
    beta, damped = _best(found)
    if np.isnan(beta) or beta == 1.0:
        return beta, damped, found
    centre = 1.0 - 1.0 / beta
    farthest = arnoldi(product, size, 6, lambda values: np.abs(values - centre))
    found = _joined(found, farthest)
    if not farthest.converged[0]:
        return np.nan, np.nan, found
    return (*_best(found), found)


def _best(found: RitzValues) -> tuple[float, float]:
    beta, damped = best_damping(found.values[found.converged][None])
    return float(beta[0]), float(damped[0])


def _first(found: RitzValues, rank: Rank) -> float:
    return float(rank(found.values[:1])[0]) if found.converged[0] else float("nan")


def _joined(first: RitzValues, second: RitzValues) -> RitzValues:
    """Both, without what the second found again."""
    apart = np.abs(second.values[:, None] - first.values[None]).min(axis=1)
    new = ~(apart <= _SAME * float(np.abs(first.values).max(initial=1e-300)))
    return RitzValues(
        np.concatenate([first.values, second.values[new]]),
        np.concatenate([first.bounds, second.bounds[new]]),
        np.concatenate([first.converged, second.converged[new]]),
        first.products + second.products,
    )
