"""The period of a system's right-hand side in time, where the formula tells it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .large_derivatives import has_long_vectors
from .program import Node, lowered
from .safe_math import SAFE
from .system import System

_TURNS = 64
"""Periods of the slowest wave within which all have to come back at once."""
_SAME = 1e-9
_WAVES = ("sin", "cos", "tan")


@dataclass(frozen=True)
class _InTime:
    """How a value hangs on time: a + slope t, where a does not, or a wave of these angular frequencies.

    value: the number, where it is one that hangs on nothing but parameters.
    """

    value: float | None = None
    slope: float = 0.0
    rates: frozenset[float] = frozenset()


def forcing_period(system: System, values: Sequence[float]) -> float | None:
    """The shortest T > 0 that is known with f(t + T, z) = f(t, z); None where there is none, or where it is not known.

    values: of the parameters, in the order of the text; where they make no finite number of omega or b, the period is
    not known. Time has to stand in sines, cosines and tangents of a + omega t or in mod(a + omega t, b), where omega
    and b hang on parameters alone, and their periods need a common multiple.
    """
    if system.autonomous or system.module is not None or has_long_vectors(system):
        return None
    program = lowered(system)
    found: list[_InTime | None] = []
    for node in program.nodes[: max(program.outputs) + 1]:
        inner = [found[place] for place in node.arguments]
        known = [one for one in inner if one is not None]
        found.append(_of(node, known, values) if len(known) == len(inner) else None)
    rates: set[float] = set()
    for place in program.outputs:
        one = found[place]
        if one is None or one.slope:
            return None
        rates |= one.rates
    return _common(sorted(rates)) if rates else None


def _of(node: Node, inner: Sequence[_InTime], values: Sequence[float]) -> _InTime | None:
    """How a node hangs on time; None where that is no wave and no straight line."""
    operation = node.operation
    if operation == "number":
        return _InTime(node.value)
    if operation == "parameter":
        return _InTime(_finite(values[node.index]) if node.index < len(values) else None)
    if operation in ("time", "state"):
        return _InTime(slope=1.0 if operation == "time" else 0.0)
    rates = frozenset[float]().union(*(one.rates for one in inner))
    if not any(one.slope for one in inner):
        numbers = [one.value for one in inner if one.value is not None]
        constant = len(numbers) == len(inner) and operation in SAFE
        return _InTime(_finite(float(SAFE[operation](*numbers))) if constant else None, rates=rates)
    if rates:
        return None
    if operation in _WAVES:
        return _InTime(rates=frozenset([abs(inner[0].slope)]))
    if operation == "mod" and inner[1].value and not inner[1].slope:
        return _InTime(rates=frozenset([2.0 * math.pi * abs(inner[0].slope / inner[1].value)]))
    slope = _finite(_slope(operation, inner))
    return None if slope is None else _InTime(slope=slope)


def _finite(value: float | None) -> float | None:
    """`value`; None where it is NaN or infinite, and nothing can be built on it."""
    return value if value is not None and math.isfinite(value) else None


def _slope(operation: str, inner: Sequence[_InTime]) -> float | None:
    """Of an operation on straight lines that is one too."""
    if operation == "neg":
        return -inner[0].slope
    if operation == "add":
        return inner[0].slope + inner[1].slope
    if operation == "sub":
        return inner[0].slope - inner[1].slope
    if operation == "mul":
        for line, factor in (inner, inner[::-1]):
            if factor.value is not None:
                return line.slope * factor.value
    if operation == "div" and inner[1].value:
        return inner[0].slope / inner[1].value
    return None


def _common(rates: Sequence[float]) -> float | None:
    """The shortest time in which waves of all these frequencies turn a whole number of times."""
    if not all(0.0 < rate < math.inf for rate in rates) or math.isinf(_TURNS * rates[-1] / rates[0]):
        return None
    for turns in range(1, _TURNS + 1):
        counts = [turns * rate / rates[0] for rate in rates]
        if all(abs(count - round(count)) <= _SAME * count for count in counts):
            return _finite(2.0 * math.pi * turns / rates[0])
    return None
