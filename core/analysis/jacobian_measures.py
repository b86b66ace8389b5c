"""Norms of a layer's Jacobian, and the estimates of them and of its radius that products alone give."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..readings.jacobian_measures import JacobianMeasures

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

Products = Callable[[np.ndarray], np.ndarray]
"""v (S, n) -> J v (S, n), each sample with its own J."""

PROBES = 32
"""Random vectors of an estimate of the Frobenius norm."""
POWER_STEPS = 200
"""Of the power method: as many as deep equilibrium models are trained with."""


def measures(
    jacobians: Float[np.ndarray, "S n n"],
    eigenvalues: Complex[np.ndarray, "S n"],
    largest_norm: Float[np.ndarray, "S"],
) -> JacobianMeasures:
    """Every measure of whole matrices, with what `largest_norm` of other points is known."""
    frobenius = frobenius_norm(jacobians)
    products = matrix_products(jacobians)
    estimate, error = hutchinson(products, jacobians.shape[:2])
    return JacobianMeasures(
        infinity_norm=np.abs(jacobians).sum(axis=2).max(axis=1),
        frobenius=frobenius,
        hutchinson=estimate,
        hutchinson_error=error,
        power_estimate=power_estimate(products, jacobians.shape[:2]),
        abscissa=eigenvalues.real.max(axis=1),
        symmetric_top=symmetric_top(jacobians),
        departure=departure(frobenius, eigenvalues),
        largest_norm=np.fmax(largest_norm, spectral_norm(jacobians)),
    )


def matrix_products(jacobians: Float[np.ndarray, "S n n"]) -> Products:
    """v -> J v of whole matrices."""
    return lambda v: np.asarray((jacobians @ v[..., None])[..., 0])


def hutchinson(
    products: Products, shape: tuple[int, ...], probes: int = PROBES, seed: int = 0
) -> tuple[Float[np.ndarray, "S"], Float[np.ndarray, "S"]]:
    """The mean of |J v|^2 over `probes` vectors v of random signs, and its standard error; shape (S, n).

    E |J v|^2 = trace(J^T J) = |J|_F^2. Hutchinson, "A stochastic estimator of the trace of the influence matrix for
    Laplacian smoothing splines", Communications in Statistics 18 (1989).
    """
    random = np.random.default_rng(seed)
    squares = np.empty((probes, shape[0]))
    for index in range(probes):
        image = products(np.where(random.random(shape) < 0.5, -1.0, 1.0))
        squares[index] = np.square(image).sum(axis=1)
    return squares.mean(axis=0), squares.std(axis=0, ddof=1) / np.sqrt(probes)


def power_estimate(
    products: Products, shape: tuple[int, ...], steps: int = POWER_STEPS, seed: int = 0
) -> Float[np.ndarray, "S"]:
    """|v^T J v| / v^T v after v <- J v / |J v| was repeated; shape (S, n).

    The modulus of the leading eigenvalue where that is one real number; where it is a complex pair r e^{+-i a}, v
    turns for ever, and of J = r R(a) it is r |cos a|, whatever v.
    """
    v = np.random.default_rng(seed).normal(size=shape)
    estimate = np.zeros(shape[0])
    for _ in range(steps):
        length = np.sqrt(np.square(v).sum(axis=1))
        v = v / np.where(length > 0.0, length, 1.0)[:, None]
        image = products(v)
        estimate = np.abs((v * image).sum(axis=1))
        v = image
    return estimate


def spectral_norm(matrices: Float[np.ndarray, "*shape n n"]) -> Float[np.ndarray, "*shape"]:
    """The largest singular value of every matrix; NaN where it is not finite."""
    return _of_finite(lambda good: np.linalg.norm(good, ord=2, axis=(-2, -1)), matrices)


def frobenius_norm(matrices: Float[np.ndarray, "*shape n n"]) -> Float[np.ndarray, "*shape"]:
    """The root of the sum of squares."""
    return np.asarray(np.linalg.norm(matrices, axis=(-2, -1)))


def symmetric_top(matrices: Float[np.ndarray, "*shape n n"]) -> Float[np.ndarray, "*shape"]:
    """The largest eigenvalue of (J + J^T) / 2, which is the largest v^T J v over unit vectors v."""
    return _of_finite(lambda good: np.linalg.eigvalsh(0.5 * (good + good.swapaxes(-2, -1)))[..., -1], matrices)


def departure(frobenius: Float[np.ndarray, "S"], eigenvalues: Complex[np.ndarray, "S n"]) -> Float[np.ndarray, "S"]:
    """sqrt(|J|_F^2 - sum |lambda|^2), how far J is from normal.

    Henrici, "Bounds for iterates, inverses, spectral variation and fields of values of non-normal matrices", Numerische
    Mathematik 4 (1962). Of a normal matrix rounding leaves up to about 1e-8 |J|_F.
    """
    squares = np.square(np.abs(eigenvalues)).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(0.0, np.square(frobenius) - squares)))


def _of_finite(
    measure: Callable[[np.ndarray], np.ndarray], matrices: Float[np.ndarray, "*shape n n"]
) -> Float[np.ndarray, "*shape"]:
    found = np.full(matrices.shape[:-2], np.nan)
    good = np.isfinite(matrices).all(axis=(-2, -1))
    if good.any():
        found[good] = measure(matrices[good])
    return found
