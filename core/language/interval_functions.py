"""The functions of one argument on intervals, widened by what the library's rounding may leave out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from .array_math import ARRAY

if TYPE_CHECKING:
    from jaxtyping import Float

Interval = tuple["Float[np.ndarray, 'B']", "Float[np.ndarray, 'B']"]
FUNCTION_ULPS = 16
"""Roundings by which a library's function may be off; the stated bounds are 4 and less."""
_LARGEST_ANGLE = 1e8
"""Beyond it sines are only known to lie between -1 and 1."""


def widened(low: Float[np.ndarray, "B"], high: Float[np.ndarray, "B"]) -> Interval:
    """The interval made larger by one rounding at both ends; what overflowed is at least the largest number."""
    return np.nextafter(low, -math.inf), np.nextafter(high, math.inf)


def far_widened(low: Float[np.ndarray, "B"], high: Float[np.ndarray, "B"]) -> Interval:
    """The interval made larger by what a library's function may be off; NaN at both ends where one is."""
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    unsure = np.isnan(low) | np.isnan(high)
    steps = [np.where(np.isinf(end), 0.0, FUNCTION_ULPS * np.spacing(np.abs(end))) for end in (low, high)]
    low, high = widened(low - steps[0], high + steps[1])
    return np.where(unsure, np.nan, low), np.where(unsure, np.nan, high)


def _rising(name: str, floor: float = -math.inf, ceiling: float = math.inf) -> Callable[[Interval], Interval]:
    """A function that never falls, with values between `floor` and `ceiling`."""

    def enclosure(a: Interval) -> Interval:
        function = ARRAY[name]
        low, high = far_widened(function(a[0]), function(a[1]))
        return np.maximum(low, floor), np.minimum(high, ceiling)

    return enclosure


def _falling(name: str, floor: float, ceiling: float) -> Callable[[Interval], Interval]:
    rising = _rising(name, floor, ceiling)
    return lambda a: rising((a[1], a[0]))


def _exact(name: str) -> Callable[[Interval], Interval]:
    """A function that never falls and does not round."""
    return lambda a: (np.asarray(ARRAY[name](a[0]), dtype=float), np.asarray(ARRAY[name](a[1]), dtype=float))


def _absolute(a: Interval) -> Interval:
    low, high = np.abs(a[0]), np.abs(a[1])
    inside = (a[0] <= 0.0) & (a[1] >= 0.0)
    return np.where(inside, 0.0, np.minimum(low, high)), np.maximum(low, high)


def _hyperbolic_cosine(a: Interval) -> Interval:
    return _rising("cosh", 1.0)(_absolute(a))


def _wave(name: str, crest: float) -> Callable[[Interval], Interval]:
    """sin or cos, with its crests at `crest` + 2 pi k."""

    def enclosure(a: Interval) -> Interval:
        ends = ARRAY[name](a[0]), ARRAY[name](a[1])
        low, high = far_widened(np.minimum(*ends), np.maximum(*ends))
        far = ~((np.abs(a[0]) < _LARGEST_ANGLE) & (np.abs(a[1]) < _LARGEST_ANGLE))
        top, bottom = (_meets(a, place) for place in (crest, crest + math.pi))
        unsure = np.isnan(a[0] + a[1])
        low = np.maximum(np.where(far | bottom, -1.0, low), -1.0)
        high = np.minimum(np.where(far | top, 1.0, high), 1.0)
        return np.where(unsure, np.nan, low), np.where(unsure, np.nan, high)

    return enclosure


def _meets(a: Interval, place: float) -> np.ndarray:
    """Whether `place` + 2 pi k lies in the interval for a whole k, or so near that rounding cannot tell."""
    turn = 2.0 * math.pi
    low, high = (a[0] - place) / turn, (a[1] - place) / turn
    slack = 1e-15 * (np.abs(low) + np.abs(high) + 1.0)
    found: np.ndarray = np.floor(high + slack) >= np.ceil(low - slack)
    return found


def _tangent(a: Interval) -> Interval:
    low, high = _rising("tan")(a)
    pole = _meets(a, 0.5 * math.pi) | _meets(a, -0.5 * math.pi) | ~(np.abs(a[0]) < _LARGEST_ANGLE)
    unsure = np.isnan(a[0] + a[1])
    low, high = np.where(pole, -math.inf, low), np.where(pole, math.inf, high)
    return np.where(unsure, np.nan, low), np.where(unsure, np.nan, high)


FUNCTIONS_OF_ONE: dict[str, Callable[[Interval], Interval]] = {
    "neg": lambda a: (-a[1], -a[0]),
    "abs": _absolute,
    "sin": _wave("sin", 0.5 * math.pi),
    "cos": _wave("cos", 0.0),
    "tan": _tangent,
    "cosh": _hyperbolic_cosine,
    "acos": _falling("acos", 0.0, math.pi * (1 + 1e-15)),
    "exp": _rising("exp", 0.0),
    "sqrt": _rising("sqrt", 0.0),
    "softplus": _rising("softplus", 0.0),
    "sigmoid": _rising("sigmoid", 0.0, 1.0),
    "tanh": _rising("tanh", -1.0, 1.0),
    "erf": _rising("erf", -1.0, 1.0),
    "relu": _exact("relu"),
    "floor": _exact("floor"),
    "sign": _exact("sign"),
    "step": _exact("step"),
    **{
        name: _rising(name)
        for name in ("asin", "atan", "sinh", "asinh", "acosh", "atanh", "log", "ln", "log10", "log2")
    },
}
