"""Further roots: Newton's method on a problem from which the known ones are divided out."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..array_library import NUMPY
from .spread import spread

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

ArrayMap = Callable[[np.ndarray], np.ndarray]

POWER, SHIFT = 2, 1.0
_ITERATIONS = 50
_REACH = 0.25
"""Longest step, as a share of the box."""
_ROOT = 1e-7
"""Residual beside 1 + |z| above which no point is a root, however short its step."""
_STEP, _SAME = 1e-9, 1e-5
"""Of the box: a step below which a point has arrived, and a distance at which two roots are one."""
_ASIDE = 0.01
"""Of the box: how far beside the known roots further ones are looked for from."""
_POLISH = 4
_BLOCK = 4
"""Iterations per slice of work."""
_MARGIN = 1e-9
_MOST_ROOTS = 64


@dataclass(frozen=True)
class FoundRoot:
    """z (n,) with f(z) = z to rounding: the residual |f(z) - z|, the spectral radius of df/dz, and whether Picard's
    method converges to it from nearby (None where the radius is 1 to rounding). deflated: a plain Newton iteration
    from the starts did not come to it."""

    z: Float[np.ndarray, "n"]
    residual: float
    radius: float
    attracting: bool | None
    deflated: bool


def find_roots(
    f: ArrayMap,
    jacobian: ArrayMap,
    lower: Float[np.ndarray, "n"],
    upper: Float[np.ndarray, "n"],
    starts: Float[np.ndarray, "m n"] | None = None,
    seeds: int = 24,
    rounds: int = 12,
) -> tuple[FoundRoot, ...]:
    """Fixed points z = f(z) in the box widened by a tenth: multistart, then deflation until nothing new appears.

    f (S, n) -> (S, n), jacobian (S, n) -> (S, n, n). starts: tried beside `seeds` points that are spread in the box.
    rounds: 1 is multistart alone. Every further round begins at the same points and beside the known roots r_k, and
    divides these out of the residual g = f - z: it solves M(z) g(z) = 0 with M(z) = prod_k (1 / |z - r_k|^2 + 1),
    lengths measured in the box. The roots are sorted by their coordinates. `root_search` is the same in slices.

    Source: P. E. Farrell, A. Birkisson, S. W. Funke, Deflation techniques for finding distinct solutions of nonlinear
    partial differential equations, SIAM J. Sci. Comput. 37 (2015) A2026.
    """
    search = root_search(f, jacobian, lower, upper, starts, seeds, rounds)
    while True:
        try:
            next(search)
        except StopIteration as end:
            roots: tuple[FoundRoot, ...] = end.value
            return roots


def root_search(
    f: ArrayMap,
    jacobian: ArrayMap,
    lower: Float[np.ndarray, "n"],
    upper: Float[np.ndarray, "n"],
    starts: Float[np.ndarray, "m n"] | None = None,
    seeds: int = 24,
    rounds: int = 12,
) -> Generator[None, None, tuple[FoundRoot, ...]]:
    """`find_roots` that yields after every few iterations."""
    span = upper - lower
    points = spread(lower, upper, seeds)
    if starts is not None:
        points = np.concatenate([np.asarray(starts, dtype=np.float64).reshape(-1, lower.size), points])
    known, plain = np.empty((0, lower.size)), 0
    for number in range(rounds):
        beside = [known + side * _ASIDE * span for side in (1.0, -1.0)]
        ends = yield from deflated_newton(f, jacobian, np.concatenate([points, *beside]), known, span)
        with np.errstate(all="ignore"):
            ends = _polished(f, jacobian, ends)
        ends = ends[((ends >= lower - 0.1 * span) & (ends <= upper + 0.1 * span)).all(axis=1)]
        before = len(known)
        known = _merged(known, ends, span)
        plain = len(known) if number == 0 else plain
        # a round that finds no root more would be followed by the same one
        if len(known) == before or len(known) >= _MOST_ROOTS:
            break
    found = [_described(f, jacobian, z, index >= plain) for index, z in enumerate(known)]
    order = np.lexsort(np.round(known / span, 6).T[::-1]) if len(known) else np.empty(0, dtype=int)
    return tuple(found[index] for index in order)


def deflated_newton(
    f: ArrayMap,
    jacobian: ArrayMap,
    points: Float[np.ndarray, "m n"],
    known: Float[np.ndarray, "k n"],
    span: Float[np.ndarray, "n"],
) -> Generator[None, None, Float[np.ndarray, "r n"]]:
    """Where Newton's method on M(z) (f(z) - z) arrives from the points; those that do not arrive are left out.

    With d the Newton step of f - z, that of the deflated problem is d / (1 - d . grad log M): a rank-one change of the
    matrix by the Sherman-Morrison formula. No step is longer than a quarter of the box.
    """
    arrived: list[np.ndarray] = []
    for number in range(1, _ITERATIONS + 1):
        with np.errstate(all="ignore"):
            points, done = _iterated(f, jacobian, points, known, span)
        arrived.append(done)
        if not len(points):
            break
        if number % _BLOCK == 0:
            yield
    return np.concatenate(arrived)


def _iterated(
    f: ArrayMap, jacobian: ArrayMap, points: np.ndarray, known: np.ndarray, span: np.ndarray
) -> tuple[Float[np.ndarray, "m n"], Float[np.ndarray, "r n"]]:
    """One step of every point: those that go on, and those that have arrived."""
    g, slope = f(points) - points, jacobian(points) - np.eye(span.size)
    usable = np.isfinite(g).all(axis=1) & np.isfinite(slope).all(axis=(1, 2))
    points, g, slope = points[usable], g[usable], slope[usable]
    if not len(points):
        return points, points
    step, regular = _newton_step(slope, g)
    pull = np.einsum("mn,mn->m", _log_slope(points, known, span), step)
    deflated = step / np.where(pull == 1.0, np.finfo(float).eps, 1.0 - pull)[:, None]
    deflated *= np.minimum(1.0, _REACH / np.maximum(np.abs(deflated / span).max(axis=1, keepdims=True), 1e-300))
    near = (np.abs(step) <= _STEP * (np.abs(points) + span)).all(axis=1)
    # on the way to a minimum of |g| that is no root the matrix becomes singular, and the step says nothing
    small = np.linalg.norm(g, axis=1) <= _ROOT * (1.0 + np.linalg.norm(points, axis=1))
    done = near & regular & small & ~_close(points, known, span)
    arrived = (points + step)[done]
    points = (points + deflated)[~done & np.isfinite(deflated).all(axis=1)]
    return points[(np.abs(points) <= 1e3 * (1.0 + span)).all(axis=1)], arrived


def _log_slope(points: Float[np.ndarray, "m n"], known: Float[np.ndarray, "k n"], span: np.ndarray) -> np.ndarray:
    """The gradient of log M at the points."""
    away = (points[:, None, :] - known) / span
    distance = np.maximum(np.linalg.norm(away, axis=2, keepdims=True), 1e-150)
    # of log(1 / d^p + s): -p / (d^2 (1 + s d^p)) times the way from the root
    share = -POWER / (distance**2 * (1.0 + SHIFT * distance**POWER))
    return np.asarray((share * away).sum(axis=1) / span)


def _newton_step(
    slope: Float[np.ndarray, "m n n"], g: Float[np.ndarray, "m n"]
) -> tuple[Float[np.ndarray, "m n"], Bool[np.ndarray, "m"]]:
    """The step of every point, by least squares where the matrix is singular, and where it is regular."""
    step, singular = NUMPY.solve(slope, -g)
    if singular.any():
        step[singular] = (np.linalg.pinv(slope[singular]) @ -g[singular][..., None])[..., 0]
    return step, ~singular


def _polished(f: ArrayMap, jacobian: ArrayMap, points: Float[np.ndarray, "r n"]) -> Float[np.ndarray, "r n"]:
    """The points after a few steps of Newton's method; of each the one with the least residual."""
    unit = np.eye(points.shape[1])
    for _ in range(_POLISH if len(points) else 0):
        g = f(points) - points
        moved = points + _newton_step(jacobian(points) - unit, g)[0]
        better = np.linalg.norm(f(moved) - moved, axis=1) < np.linalg.norm(g, axis=1)
        points = np.where(better[:, None], moved, points)
    return points


def _close(points: np.ndarray, known: np.ndarray, span: np.ndarray) -> Bool[np.ndarray, "m"]:
    close: np.ndarray = (np.abs((points[:, None, :] - known) / span) <= _SAME).all(axis=2).any(axis=1)
    return close


def _merged(known: np.ndarray, found: np.ndarray, span: np.ndarray) -> Float[np.ndarray, "k n"]:
    for point in found:
        if not _close(point[None], known, span)[0]:
            cleaned = np.where(np.abs(point) < 1e-12 * span, 0.0, point)  # what rounding left of a zero
            known = np.concatenate([known, cleaned[None]])
    return known


def _described(f: ArrayMap, jacobian: ArrayMap, z: Float[np.ndarray, "n"], deflated: bool) -> FoundRoot:
    matrix = jacobian(z[None])[0]
    radius = float(np.abs(np.linalg.eigvals(matrix)).max()) if np.isfinite(matrix).all() else float("nan")
    attracting = None if not abs(radius - 1.0) > _MARGIN else radius < 1.0
    return FoundRoot(z, float(np.linalg.norm(f(z[None])[0] - z)), radius, attracting, deflated)
