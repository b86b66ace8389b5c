"""Where something happens on a curve of fixed points: folds, flips, oscillations that are born, curves that cross."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.polynomial import Chebyshev

from .arclength import CurvePoint, CurveTracer

if TYPE_CHECKING:
    from jaxtyping import Complex

_HALVINGS = 60
_NARROW = 1e-13
_NEAR = 1e-4
"""How far from its place an eigenvalue may be at a mark, and how singular I - df/dz must be there."""

_UPRIGHT = 1e-7
"""Of a tangent: its part along p, below which it is rounding."""
_ROUNDING = 1e-12
"""Of a test function, whose factors are at most 1."""

_NODES, _LEAST_NODES, _BESIDE = 9, 5, 0.05
"""Points about a crossing, how many must be found, and the part of the greatest determinant that is beside it."""

TestFunction = Callable[[CurvePoint], float]


class FoundMark(NamedTuple):
    """What happens at a point, and the eigenvalue of df/dz that says so."""

    kind: str
    point: CurvePoint
    multiplier: complex


def marks_between(tracer: CurveTracer, here: CurvePoint, there: CurvePoint, kind: str) -> list[FoundMark]:
    """The marks on the way from one point of a curve to the next, in that order, each where it is to rounding.

    fold: p turns back, and I - df/dz is singular. branch: another curve crosses, the determinant of the bordered matrix
    changes its sign. flip: an eigenvalue passes -1, Picard's method goes over to a cycle of period 2. torus: a complex
    pair passes the unit circle (Neimark and Sacker). hopf: a complex pair of df/dz - I passes the imaginary axis, and
    the flow z' = f - z begins to oscillate. kind: as the system's; of a "map" all of these are asked for, of a "root"
    problem 0 = g(z) only the first two, and of a flow, by Euler's step, those two and the last one.

    Source: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. (2004), ch. 10.
    """
    marks = []
    crosses = here.border * there.border < 0.0
    if crosses:
        marks.append(_mark("branch", tracer, here, there, _border))
    turns = here.tangent[-1] * there.tangent[-1] < 0.0
    # a curve that stands upright turns nowhere
    if turns and not crosses and max(abs(here.tangent[-1]), abs(there.tangent[-1])) > _UPRIGHT:
        marks.append(_mark("fold", tracer, here, there, _turn))
    for name in _ASKED[kind]:
        test = _TESTS[name]
        before, after = test(here), test(there)
        # along a curve of centres a test function is nothing but rounding
        if before * after < 0.0 and max(abs(before), abs(after)) > _ROUNDING:
            marks.append(_mark(name, tracer, here, there, test))
    found = [mark for mark in marks if mark is not None]
    return sorted(found, key=lambda mark: tracer.reach(here, mark.point))


def _turn(point: CurvePoint) -> float:
    return float(point.tangent[-1])


def _border(point: CurvePoint) -> float:
    return point.border


def _flip(point: CurvePoint) -> float:
    """det(df/dz + I), every factor made small."""
    return float(np.prod((point.eigenvalues + 1.0) / (2.0 + np.abs(point.eigenvalues))).real)


def _torus(point: CurvePoint) -> float:
    """The product of l_i l_j - 1 over all pairs: zero where two eigenvalues are reciprocal."""
    one, other = _pairs(point.eigenvalues)
    return float(np.prod((one * other - 1.0) / (1.0 + np.abs(one * other))).real) if one.size else 1.0


def _hopf(point: CurvePoint) -> float:
    """The product of m_i + m_j over all pairs of eigenvalues of df/dz - I: zero where two are opposite."""
    one, other = _pairs(point.eigenvalues - 1.0)
    return float(np.prod((one + other) / (1.0 + np.abs(one) + np.abs(other))).real) if one.size else 1.0


_TESTS: dict[str, TestFunction] = {"flip": _flip, "torus": _torus, "hopf": _hopf}
_ASKED = {"map": ("flip", "torus", "hopf"), "root": (), "ode": ("hopf",), "minimise": ()}
"""A gradient flow has a symmetric matrix, and never oscillates."""


def _pairs(values: Complex[np.ndarray, "n"]) -> tuple[np.ndarray, np.ndarray]:
    first, second = _places(len(values))
    return values[first], values[second]


@lru_cache(maxsize=32)
def _places(size: int) -> tuple[np.ndarray, ...]:
    return np.triu_indices(size, 1)


def _mark(kind: str, tracer: CurveTracer, here: CurvePoint, there: CurvePoint, test: TestFunction) -> FoundMark | None:
    """The mark where the test function changes its sign; None where nothing of the kind happens there."""
    point = _crossing(tracer, here, there) if kind == "branch" else _zero(tracer, here, there, test)
    multiplier = None if point is None else _multiplier(kind, point)
    if point is None or multiplier is None:
        return None
    return FoundMark(kind, point, complex(multiplier))


def _zero(tracer: CurveTracer, here: CurvePoint, there: CurvePoint, test: TestFunction) -> CurvePoint | None:
    """The point between the two where the test function is zero, by regula falsi that halves where it is slow."""
    low, high = 0.0, tracer.reach(here, there)
    at_low, at_high = test(here), test(there)
    best = here if abs(at_low) < abs(at_high) else there
    for number in range(_HALVINGS):
        if abs(high - low) <= _NARROW * max(1.0, abs(high)):
            break
        length = (low * at_high - high * at_low) / (at_high - at_low) if number % 3 < 2 else 0.5 * (low + high)
        found = tracer.between(here, there, length)
        if found is None:  # too near to a crossing
            break
        best = found
        value = test(best)
        if value == 0.0:
            break
        if value * at_low > 0.0:
            low, at_low = length, value
        else:
            high, at_high = length, value
    return best


def _crossing(tracer: CurveTracer, here: CurvePoint, there: CurvePoint) -> CurvePoint | None:
    """The point where another curve crosses, by a polynomial through points beside it: at it the equations of the
    curve are singular, and Newton's method goes astray."""
    reach = tracer.reach(here, there)
    lengths = 0.5 * reach * (1.0 - np.cos(np.pi * np.arange(_NODES) / (_NODES - 1)))
    inner = [tracer.between(here, there, length) for length in lengths[1:-1].tolist()]
    known = [(length, one) for length, one in zip(lengths, [here, *inner, there], strict=True) if one is not None]
    largest = max(abs(one.border) for _, one in known)
    beside = [(length, one) for length, one in known if abs(one.border) > _BESIDE * largest]
    if len(beside) < _LEAST_NODES:
        return _zero(tracer, here, there, _border)
    places = np.array([length for length, _ in beside])
    borders = Chebyshev.fit(places, [one.border for _, one in beside], len(beside) - 1, domain=[0.0, reach])
    zeros = borders.roots()
    zeros = zeros[(np.abs(zeros.imag) < 1e-9 * reach) & (zeros.real >= 0.0) & (zeros.real <= reach)].real
    if zeros.size != 1:
        return _zero(tracer, here, there, _border)
    points = np.array([one.x for _, one in beside])
    fits = [Chebyshev.fit(places, column, len(beside) - 1, domain=[0.0, reach]) for column in points.T]
    return tracer.described(np.array([fit(zeros[0]) for fit in fits]), here.tangent)


def _multiplier(kind: str, point: CurvePoint) -> complex | None:
    """The eigenvalue of df/dz that makes it such a point; None where there is none."""
    values = point.eigenvalues
    if kind in ("fold", "branch"):
        nearest = values[np.abs(values - 1.0).argmin()]
        return nearest if point.singular <= _NEAR else None
    if kind == "flip":
        nearest = values[np.abs(values + 1.0).argmin()]
        return nearest if abs(nearest + 1.0) <= _NEAR else None
    complex_ones = values[values.imag > 1e-6]
    if not complex_ones.size:
        return None  # two real ones that are reciprocal, or opposite: nothing happens there
    steps = complex_ones - 1.0
    away = np.abs(np.abs(complex_ones) - 1.0) if kind == "torus" else np.abs(steps.real) / np.abs(steps)
    return complex_ones[away.argmin()] if away.min() <= _NEAR else None
