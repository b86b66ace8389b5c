"""What happens between two cycles of a family: a fold, a period doubling, a Neimark-Sacker or a branch point."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..readings.cycle_families import CycleEvent
from .cycle_tracer import CyclePoint, CycleTracer
from .orbit_collocation import MeshedOrbit

if TYPE_CHECKING:
    from jaxtyping import Complex

Test = Callable[[CyclePoint], float]

_ROUNDS, _FAILURES = 24, 3
"""Places that are tried; it is given up where Newton's method fails at so many."""
_SHARP, _NEAR = 1e-10, 1e-6
"""Of a step: how sharply a mark is located; and how near to each other two cycles are between which a cubic is exact,
while nearer to a branch point rounding moves those that Newton's method finds."""
_ASIDE = 0.1
"""Of the way to what is known: how far on both sides of a place that could not be reached others are tried."""
_DECIDES = 1e-7
"""A multiplier less far from 1, and a tangent that leads less along p, are nothing but rounding."""
_TRUSTED = 1e-3
"""Where the multiplier along the flow, which is 1, has a larger error, no other is trusted."""
_UNIT = 1e-2
"""How near to the unit circle a complex pair must be where it is said to pass it."""


@dataclass(frozen=True)
class FoundMark:
    """A mark: its cycle, and the multiplier that says so."""

    kind: CycleEvent
    point: CyclePoint
    multiplier: complex


def marks_between(
    tracer: CycleTracer, here: CyclePoint, there: CyclePoint, length: float
) -> Generator[None, None, list[FoundMark]]:
    """The marks on the way of a length along the tangent at `here` to `there`, in their order; yields between solves.

    A family that turns back has a fold there where a multiplier passes 1. Where none does, the determinant of the
    equations bordered by the tangent changes its sign: another family crosses, as at a pitchfork. Source: H. B. Keller,
    in: Applications of Bifurcation Theory (1977) 359.
    """
    if max(abs(here.multipliers[0] - 1.0), abs(there.multipliers[0] - 1.0)) > _TRUSTED:
        return []
    found: list[tuple[float, FoundMark]] = []
    tests: list[tuple[CycleEvent, Test]] = [("flip", _minus_one), ("torus", _pair)]
    if _changes(_along_p, here, there, _DECIDES):
        tests.append(("fold" if _changes(_one, here, there, 0.0) else "branch", _along_p))
    else:
        tests.append(("branch", _one))
    for kind, test in tests:
        if not _changes(test, here, there, _DECIDES):
            continue
        place, point = yield from _located(tracer, here, there, length, test)
        multiplier = None if point is None else _says(kind, point.multipliers[1:])
        if point is not None and multiplier is not None:
            found.append((place, FoundMark(kind, point, multiplier)))
    return [mark for _, mark in sorted(found, key=lambda one: one[0])]


def _changes(test: Test, here: CyclePoint, there: CyclePoint, least: float) -> bool:
    one, other = test(here), test(there)
    return one * other < 0.0 and min(abs(one), abs(other)) > least


def _along_p(point: CyclePoint) -> float:
    return point.tangent.p


def _minus_one(point: CyclePoint) -> float:
    return _bounded(_across(point) + 1.0)


def _one(point: CyclePoint) -> float:
    return _bounded(_across(point) - 1.0)


def _pair(point: CyclePoint) -> float:
    across = _across(point)
    first, second = np.triu_indices(len(across), 1)
    return _bounded(across[first] * across[second] - 1.0) if len(first) else 1.0


def _across(point: CyclePoint) -> Complex[np.ndarray, "n_minus_1"]:
    """The multipliers across the flow; those too small to be computed are 0."""
    return np.asarray(np.nan_to_num(point.multipliers[1:]))


def _bounded(factors: Complex[np.ndarray, "k"]) -> float:
    """A product that changes its sign with one of its factors, real or in conjugate pairs."""
    return float(np.prod(factors / (1.0 + np.abs(factors))).real)


def _says(kind: CycleEvent, across: Complex[np.ndarray, "n_minus_1"]) -> complex | None:
    """The multiplier at a mark; None where it is another thing, as two real ones whose product is 1."""
    across = np.nan_to_num(across)
    if kind == "torus":
        upper = across[across.imag > 0.0]
        if not len(upper):
            return None
        nearest = complex(upper[np.abs(np.abs(upper) - 1.0).argmin()])
        return nearest if abs(abs(nearest) - 1.0) <= _UNIT else None
    at = -1.0 if kind == "flip" else 1.0
    nearest = complex(across[np.abs(across - at).argmin()])
    return nearest if abs(nearest - at) <= _UNIT else None


def _located(
    tracer: CycleTracer, here: CyclePoint, there: CyclePoint, length: float, test: Test
) -> Generator[None, None, tuple[float, CyclePoint | None]]:
    """Where the test is 0: the rule of false position, whose end that stays counts half (Illinois).

    Where Newton's method fails, as at a branch point, the cycle is the one between both sides if that solves the
    equations; if it does not, it is sought nearer. None where no cycle there solves them.
    """
    low, high, failures = (0.0, test(here), here), (length, test(there), there), 0
    for _ in range(_ROUNDS):
        begin, end = low[0], high[0]
        place = end - high[1] * (end - begin) / (high[1] - low[1])
        guess = _between(tracer, here, low, high, place)
        if abs(end - begin) <= _NEAR * length:
            return place, tracer.solved(here, guess)
        found = tracer.near(here, guess)
        yield
        if found is None:
            solved, failures = tracer.solved(here, guess), failures + 1
            if solved is not None or failures == _FAILURES:
                return place, solved
            sides = []
            for known in (low, high):
                beside = place + _ASIDE * (known[0] - place)
                found = tracer.near(here, _between(tracer, here, low, high, beside))
                yield
                value = 0.0 if found is None else test(found[0])
                sides.append((beside, value, found[0]) if found is not None and value * known[1] > 0.0 else known)
            low, high = sides
            continue
        value, before = test(found[0]), high[0]
        if value == 0.0:
            return place, found[0]
        low = high if value * high[1] < 0.0 else (low[0], 0.5 * low[1], low[2])
        high = place, value, found[0]
        if abs(place - before) <= _SHARP * length:
            return place, found[0]
    return place, None


def _between(
    tracer: CycleTracer,
    here: CyclePoint,
    low: tuple[float, float, CyclePoint],
    high: tuple[float, float, CyclePoint],
    place: float,
) -> MeshedOrbit:
    """Between two cycles over lengths along the tangent at `here`, by Hermite's cubic through both."""
    (begin, _, one), (end, _, last) = low, high
    gap = end - begin
    s = (place - begin) / gap
    orbit = one.orbit.moved(last.orbit.moved(one.orbit, -1.0), s**2 * (3.0 - 2.0 * s))
    for point, factor in ((one, s * (1.0 - s) ** 2), (last, -(s**2) * (1.0 - s))):
        along = tracer.product(here.tangent, point.tangent, here.orbit)
        orbit = orbit.moved(point.tangent, factor * gap / along)
    return orbit
