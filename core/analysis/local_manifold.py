"""A saddle's manifolds of one dimension beside it: where branches of them begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..readings.equilibria import Equilibrium
from ..vector_field import VectorField
from .classification import BAND

if TYPE_CHECKING:
    from jaxtyping import Float

_FARTHEST, _HALVINGS = 1e-4, 14
"""Where a branch begins, as a share of the lengths, and how often that is halved while the curve is not known there."""
_EXACT = 1e-8
"""How much the velocity may differ from the one along the curve, as a share of it."""
_APART = 1e-3
"""Over what share of the lengths the second derivative is taken, from exact first ones."""


class BranchStart(NamedTuple):
    """points (2, n): on both sides of the saddle; eigenvalue; share: how far from it, of the lengths."""

    points: Float[np.ndarray, "2 n"]
    eigenvalue: float
    share: float


def branch_starts(field: VectorField, saddle: Equilibrium, size: Float[np.ndarray, "n"]) -> tuple[BranchStart, ...]:
    """Where the branches of an equilibrium begin, unstable ones first; none unless it has eigenvalues of both signs.

    size (n,): the lengths that count as 1. Only where one eigenvalue alone is positive, or negative, is that manifold
    a curve, z(s) = p + s v + s^2 a + O(s^3) with J v = lambda v and, as it is invariant,
    (2 lambda I - J) a = D^2 f(v, v) / 2, a matrix that is regular: 2 lambda is no eigenvalue. s is halved until the
    velocity agrees with lambda (s v + 2 s^2 a) to 1e-8. Source: S. Wiggins, Introduction to Applied Nonlinear Dynamical
    Systems and Chaos, 2nd ed. 2003, chapter 3.
    """
    values = saddle.eigenvalues
    band = BAND * float(np.abs(values).max(initial=0.0))
    if not np.isfinite(values).all() or not ((values.real > band).any() and (values.real < -band).any()):
        return ()
    found = []
    for chosen in (values.real > band, values.real < -band):
        places = np.flatnonzero(chosen)
        if len(places) == 1:
            start = _start(field, saddle, int(places[0]), size)
            if start is not None:
                found.append(start)
    return tuple(found)


def _start(field: VectorField, saddle: Equilibrium, place: int, size: Float[np.ndarray, "n"]) -> BranchStart | None:
    point, value = saddle.point, float(saddle.eigenvalues[place].real)
    vector = saddle.eigenvectors[:, place].real
    vector = vector / np.abs(vector / size).max()
    vector = vector * np.sign(vector[np.flatnonzero(np.abs(vector / size) > BAND)[0]])
    rate, jacobian = field.array(), field.jacobian()
    with np.errstate(all="ignore"):
        step = _APART * vector
        slope = np.asarray(jacobian(0.0, point))
        twice = (np.asarray(jacobian(0.0, point + step)) - np.asarray(jacobian(0.0, point - step))) @ vector
        bend = (
            np.linalg.lstsq(2.0 * value * np.eye(len(point)) - slope, 0.25 * twice / _APART, rcond=None)[0]
            if (np.isfinite(twice).all() and np.isfinite(slope).all())
            else np.zeros(len(point))
        )
        for halving in range(_HALVINGS):
            share = _FARTHEST * 0.5**halving
            s = share * np.array([[1.0], [-1.0]])
            along = value * (s * vector + 2.0 * s**2 * bend)
            points = point + s * vector + s**2 * bend
            miss = np.abs((rate(0.0, points) - along) / size).max()
            if miss <= _EXACT * abs(value) * share + _rounding(point, slope, size):
                return BranchStart(points, value, share)
    return None


def _rounding(point: Float[np.ndarray, "n"], slope: Float[np.ndarray, "n n"], size: Float[np.ndarray, "n"]) -> float:
    """What the velocity at a root is for rounding alone."""
    most = np.abs(slope) @ np.maximum(np.abs(point), 1e-3 * size)
    return float(16.0 * np.finfo(np.float64).eps * (most / size).max())
