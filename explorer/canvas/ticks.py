"""Where the numbers of an axis stand, and how they read."""

from __future__ import annotations

import math
from collections.abc import Iterable

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGEST_PLAIN = 1e5
_SMALLEST_PLAIN = 1e-4
_NARROW = 1e-5
"""Width of a range, as part of the numbers in it, below which these are written as differences."""
_PLAIN_DECADES = -2, 4
_WIDE = 1.5
"""Decades from which on whole ones suffice."""
_ROOMY = 2.0
"""Ticks for which an axis has room from which on there are others beside a decade that is alone."""


def linear_ticks(low: float, high: float, count: float, least: int = 0) -> tuple[float, list[float]]:
    """The step (1, 2 or 5 times a power of ten) that gives about `count` ticks, and the ticks in [low, high].

    Where these are fewer than `least`, some of the ticks of a smaller step.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return 1.0, []
    rough = (high - low) / max(count, 1.0)
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((factor * power for factor in (1.0, 2.0, 5.0, 10.0)), key=lambda step: abs(math.log(step / rough)))
    ticks = _multiples_of(step, low, high)
    smaller = (factor * power / 10.0 for factor in (50.0, 20.0, 10.0, 5.0, 2.0, 1.0))
    for finer in (one for one in smaller if one < step):
        if len(ticks) >= least:
            break
        step, ticks = finer, _thinned(_multiples_of(finer, low, high), count)
    return step, ticks


def _multiples_of(step: float, low: float, high: float) -> list[float]:
    return [index * step for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _thinned(ticks: list[float], count: float) -> list[float]:
    """At least two, closer together than elsewhere, for one alone would say little."""
    most = max(2, math.floor(2.0 * count))
    return ticks[:: max(1, -(-(len(ticks) - 1) // (most - 1)))]


def base_of(low: float, high: float) -> float:
    """A round number near the middle of a range so narrow that its numbers differ only far behind the point; else 0.

    Numbers are then written as differences from it.
    """
    width, middle = high - low, (low + high) / 2
    if not 0 < width < _NARROW * abs(middle):
        return 0.0
    return round(middle, -math.floor(math.log10(width)))


def decade_ticks(low: float, high: float, count: float) -> tuple[float, list[float]]:
    """Ticks of a logarithmic axis; low, high and the ticks are exponents of ten.

    Whole decades, every k-th where they are many; 2 and 5 times them too where hardly more than one is in sight.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return 1.0, []
    every = max(1, math.ceil((high - low) / max(count, 1.0)))
    first = math.ceil(low / every - 1e-9) * every
    decades = [float(exponent) for exponent in range(first, math.floor(high + 1e-9) + 1, every)]
    if len(decades) >= 2:
        return float(every), decades
    if high - low > _WIDE:
        whole = list(range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1))
        if len(whole) == 1 and count >= _ROOMY:
            return float(every), _within_decades(low, high, count)
        most = max(2, math.floor(2.0 * count))  # closer together than elsewhere, for one alone would say little
        every = max(1, -(-(len(whole) - 1) // (most - 1)))
        return float(every), [float(exponent) for exponent in whole[::every]]
    return float(every), _within_decades(low, high, count)


def _within_decades(low: float, high: float, count: float) -> list[float]:
    """1, 2 and 5 times the decades; where these leave hardly a number in sight, other times them."""
    found = _multiples(low, high, (1, 2, 5))
    if len(found) > 1:
        return found
    found = _multiples(low, high, range(1, 10))
    return found[:: max(1, -(-len(found) // max(2, math.floor(2.0 * count))))]


def _multiples(low: float, high: float, factors: Iterable[int]) -> list[float]:
    logarithms = [math.log10(factor) for factor in factors]
    every = (exponent + part for exponent in range(math.floor(low), math.floor(high) + 1) for part in logarithms)
    return [value for value in every if low <= value <= high]


def linear_text(value: float, step: float) -> str:
    """`value` with the digits that tell it from its neighbours `step` apart, with a real minus sign."""
    if abs(value) < step * 1e-6:
        return "0"
    if abs(value) >= _LARGEST_PLAIN or abs(value) < _SMALLEST_PLAIN:
        exponent = math.floor(math.log10(abs(value)) + 1e-12)
        digits = max(0, exponent - math.floor(math.log10(step) + 1e-9))
        mantissa = f"{value / 10.0**exponent:.{min(digits, 12)}f}"
        return f"{mantissa}·10{raised(exponent)}".replace("-", "−")
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{decimals}f}".replace("-", "−")


def decade_texts(exponents: list[float]) -> list[str]:
    """The ticks of a logarithmic axis: "10⁻³", or between decades "2·10⁻³", and there plainly from 0.01 to 5000."""
    whole = all(abs(exponent - round(exponent)) < 1e-9 for exponent in exponents)
    if whole or min(exponents) < _PLAIN_DECADES[0] or max(exponents) >= _PLAIN_DECADES[1]:
        return [_decade_text(exponent) for exponent in exponents]
    return [f"{10.0**exponent:.1g}" if exponent < 0 else f"{10.0**exponent:.0f}" for exponent in exponents]


def _decade_text(exponent: float) -> str:
    whole = math.floor(exponent + 1e-9)
    factor = round(10.0 ** (exponent - whole))
    power = f"10{raised(whole)}"
    return power if factor == 1 else f"{factor}·{power}"


def raised(exponent: int) -> str:
    """An exponent in superscript digits."""
    return str(exponent).translate(_SUPERSCRIPTS)
