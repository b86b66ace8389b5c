"""Equilibria in a box: Newton's method from a scan of starting points, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..readings.equilibria import Equilibrium
from ..vector_field import ArrayField, VectorField
from .classification import classify
from .spread import spread

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_ITERATIONS = 40
_LAGGARDS = 0.05
"""After a third of the iterations the search ends where less than this share of the points is still under way."""
_MOST_POINTS = 64


def find_equilibria(
    field: VectorField,
    lower: Float[np.ndarray, "n"],
    upper: Float[np.ndarray, "n"],
    time: float,
    seeds: int = 400,
) -> tuple[tuple[Equilibrium, ...], str]:
    """Roots of f(time, z) = 0 in the box [lower, upper] widened by a tenth, and a note where they are not isolated.

    Newton's method z <- z - J(z)^+ f(z) with the exact Jacobian from about `seeds` points spread evenly; a step
    is cut to a quarter of the box. A point counts as root where the step falls below 1e-9 of the box or of |z|
    and the residual below 1e-9 of the field's median size in the box.
    """
    span = upper - lower
    rate, jacobian = field.array(), field.jacobian()
    points = spread(lower, upper, seeds)
    with np.errstate(all="ignore"):
        scale = _field_scale(rate(time, points))
        roots = _newton(rate, jacobian, points, time, span, scale)
        inside = ((roots >= lower - 0.1 * span) & (roots <= upper + 0.1 * span)).all(axis=1)
        roots = _merge(roots[inside], span)
        found = [_describe(rate, jacobian, root, time) for root in roots[: 4 * _MOST_POINTS]]
    isolated = [point for point in found if not _singular(point)]
    singular = len(found) - len(isolated)
    if singular > max(4, 2 * field.size):
        return tuple(isolated[:_MOST_POINTS]), "a continuum of equilibria: the Jacobian is singular along it"
    return tuple(found[:_MOST_POINTS]), ""


def _field_scale(rates: Float[np.ndarray, "m n"]) -> float:
    sizes = np.linalg.norm(rates, axis=1)
    finite = sizes[np.isfinite(sizes)]
    return float(np.median(finite)) if finite.size and np.median(finite) > 0 else 1.0


def _newton(
    rate: ArrayField,
    jacobian: ArrayField,
    points: Float[np.ndarray, "m n"],
    time: float,
    span: np.ndarray,
    scale: float,
) -> Float[np.ndarray, "r n"]:
    roots: list[np.ndarray] = []
    reach = 0.25 * span
    few = _LAGGARDS * len(points)
    for iteration in range(_ITERATIONS):
        if iteration > _ITERATIONS // 3 and len(points) <= few:
            break
        value, slope = rate(time, points), jacobian(time, points)
        usable = np.isfinite(value).all(axis=1) & np.isfinite(slope).all(axis=(1, 2))
        points, value, slope = points[usable], value[usable], slope[usable]
        if not len(points):
            break
        step = -_solve(slope, value)
        step *= np.minimum(1.0, 1.0 / np.maximum(np.abs(step / reach).max(axis=1, keepdims=True), 1e-300))
        near = np.abs(points) + span
        done = (np.abs(step) <= 1e-9 * near).all(axis=1) & (np.linalg.norm(value, axis=1) <= 1e-9 * scale)
        if done.any():
            roots.append((points + step)[done])
        points = (points + step)[~done]
        points = points[(np.abs(points) <= 1e3 * near[~done]).all(axis=1)]
    return np.concatenate(roots) if roots else np.empty((0, span.size))


def _solve(slope: Float[np.ndarray, "m n n"], value: Float[np.ndarray, "m n"]) -> Float[np.ndarray, "m n"]:
    try:
        return np.asarray(np.linalg.solve(slope, value[..., None])[..., 0])
    except np.linalg.LinAlgError:  # one singular matrix fails the whole stack: least squares for all
        return np.asarray((np.linalg.pinv(slope) @ value[..., None])[..., 0])


def _merge(roots: Float[np.ndarray, "r n"], span: Float[np.ndarray, "n"]) -> Float[np.ndarray, "k n"]:
    """One of each cluster of roots closer than 1e-5 of the box, sorted by their coordinates."""
    kept: list[np.ndarray] = []
    remaining = roots
    while len(remaining) and len(kept) < 4 * _MOST_POINTS:
        first = remaining[0]
        kept.append(first)
        close: Bool[np.ndarray, "r"] = (np.abs(remaining - first) <= 1e-5 * span).all(axis=1)
        remaining = remaining[~close]
    if not kept:
        return np.empty((0, span.size))
    points = np.stack(kept)
    points[np.abs(points) < 1e-12 * span] = 0.0  # what rounding left of a zero
    return points[np.lexsort(np.round(points / span, 6).T[::-1])]


def _describe(rate: ArrayField, jacobian: ArrayField, root: Float[np.ndarray, "n"], time: float) -> Equilibrium:
    value = rate(time, root)
    slope = np.asarray(jacobian(time, root))
    if np.isfinite(slope).all():
        eigenvalues, eigenvectors = np.linalg.eig(slope)
    else:
        eigenvalues = np.full(root.size, np.nan)
        eigenvectors = np.full((root.size, root.size), np.nan)
    order = np.lexsort((-eigenvalues.imag, -eigenvalues.real))
    eigenvalues = np.asarray(eigenvalues[order], dtype=np.complex128)
    label, stable = classify(eigenvalues)
    return Equilibrium(
        point=root,
        residual=float(np.linalg.norm(value)),
        eigenvalues=eigenvalues,
        eigenvectors=np.asarray(eigenvectors[:, order], dtype=np.complex128),
        label=label,
        stable=stable,
    )


def _singular(point: Equilibrium) -> bool:
    size = np.abs(point.eigenvalues)
    return bool(size.min(initial=np.inf) <= 1e-6 * max(float(size.max(initial=0.0)), 1e-300))
