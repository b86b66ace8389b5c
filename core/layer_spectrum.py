"""The spectrum of a layer's Jacobian, and what it says about the rates of solvers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

_HALVINGS = 60
_GOLDEN = (5.0**0.5 - 1.0) / 2.0


def spectrum(jacobians: Float[np.ndarray, "S n n"]) -> Complex[np.ndarray, "S n"]:
    """Eigenvalues by descending modulus, of conjugate pairs the upper one first; NaN where J is not finite."""
    found = np.full(jacobians.shape[:2], np.nan + 0j)
    good = np.isfinite(jacobians).all(axis=(1, 2))
    if good.any():
        values = np.linalg.eigvals(jacobians[good]).astype(np.complex128)
        order = np.lexsort((-values.imag, -np.round(np.abs(values), 12)))
        found[good] = np.take_along_axis(values, order, axis=1)
    return found


def radius(eigenvalues: Complex[np.ndarray, "S n"]) -> Float[np.ndarray, "S"]:
    """The spectral radius max |lambda|."""
    return np.asarray(np.abs(eigenvalues).max(axis=1))


def best_damping(
    eigenvalues: Complex[np.ndarray, "S n"],
) -> tuple[Float[np.ndarray, "S"], Float[np.ndarray, "S"]]:
    """The beta in (0, 1] with the smallest radius of (1 - beta) I + beta J, and that radius.

    A maximum of convex functions of beta is convex, so golden sections find its minimum. Where no beta converges,
    which is where some lambda has a real part of 1 or more, beta is NaN and the radius that of J itself.
    """
    low, high = np.zeros(len(eigenvalues)), np.ones(len(eigenvalues))
    for _ in range(_HALVINGS):
        width = _GOLDEN * (high - low)
        left, right = high - width, low + width
        falls = _damped(eigenvalues, left) > _damped(eigenvalues, right)
        low, high = np.where(falls, left, low), np.where(falls, high, right)
    beta = 0.5 * (low + high)
    beta = np.where(_damped(eigenvalues, np.ones_like(beta)) <= _damped(eigenvalues, beta), 1.0, beta)
    damped = _damped(eigenvalues, beta)
    hopeless = ~(eigenvalues.real.max(axis=1) < 1.0)
    return np.where(hopeless, np.nan, beta), np.where(hopeless, radius(eigenvalues), damped)


def _damped(eigenvalues: Complex[np.ndarray, "S n"], beta: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S"]:
    return np.asarray(np.abs(1.0 - beta[:, None] * (1.0 - eigenvalues)).max(axis=1))
