"""What happens between two cycles of a family: a fold, a period doubling, a Neimark-Sacker or a branch point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..readings.cycle_families import CycleEvent
from .cycle_tracer import CyclePoint, CycleTracer

if TYPE_CHECKING:
    from jaxtyping import Complex

Test = Callable[[CyclePoint], float]

_ROUNDS = 24
_SHARP = 1e-10
"""Of a step: how sharply a mark is located."""
_ASIDE = 0.02
"""Of what is left of it: how far beside a place that could not be reached another is tried."""
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


def marks_between(tracer: CycleTracer, here: CyclePoint, there: CyclePoint, length: float) -> list[FoundMark]:
    """The marks on the way of a length along the tangent at `here` to `there`, in their order."""
    if max(abs(here.multipliers[0] - 1.0), abs(there.multipliers[0] - 1.0)) > _TRUSTED:
        return []
    found: list[tuple[float, FoundMark]] = []
    turns = _changes(_along_p, here, there, _DECIDES)
    tests: list[tuple[CycleEvent, Test]] = [("flip", _minus_one), ("torus", _pair)]
    if turns:
        tests.append(("fold", _along_p))
    else:
        tests.append(("branch", _one))
    for kind, test in tests:
        if not _changes(test, here, there, _DECIDES):
            continue
        place = _located(tracer, here, there, length, test)
        multiplier = _says(kind, place[1].multipliers[1:])
        if multiplier is not None:
            found.append((place[0], FoundMark(kind, place[1], multiplier)))
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
) -> tuple[float, CyclePoint]:
    """Where the test is 0: the rule of false position, whose end that stays counts half (Illinois).

    Where Newton's method fails beside the place, as at a branch point, it is sought from both sides as far as it goes.
    """
    low, high = (0.0, test(here), here), (length, test(there), there)
    for _ in range(_ROUNDS):
        begin, end = low[0], high[0]
        place = end - high[1] * (end - begin) / (high[1] - low[1])
        if abs(end - begin) <= _SHARP * length:
            break
        found, aside = tracer.at(here, place), _ASIDE * (end - begin)
        for other in (place + aside, place - aside) if found is None else ():
            found, place = tracer.at(here, other), other
            if found is not None:
                break
        if found is None:
            break
        value, before = test(found[0]), high[0]
        if value == 0.0:
            return place, found[0]
        low = high if value * high[1] < 0.0 else (low[0], 0.5 * low[1], low[2])
        high = place, value, found[0]
        if abs(place - before) <= _SHARP * length:
            return place, found[0]
    return place, _interpolated(low, high)


def _interpolated(low: tuple[float, float, CyclePoint], high: tuple[float, float, CyclePoint]) -> CyclePoint:
    """Between two cycles on one mesh, where the test would be 0."""
    value, other = low[1], high[1]
    one, last = low[2].orbit, high[2].orbit
    nearest = low[2] if abs(value) < abs(other) else high[2]
    return replace(nearest, orbit=one.moved(last.moved(one, -1.0), value / (value - other)))
