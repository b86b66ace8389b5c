"""The order star of a one-step method: where its stability function R is larger than the exponential function."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .amplification import Amplification, Coefficients

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

_MOST = 24
"""Powers of z up to which R may agree with e^z."""
_ROUNDING = Fraction(1, 10**12)
"""Of the largest term: below it, a coefficient is what the decimals of a method leave of 0."""
_NEAR = 0.2
"""Of the radius on which the next power of z would be as large as the first: where the sectors are counted."""
_ANGLES = 2880
_EXACTLY = 0.25
"""Up to this |z| the difference is summed from exact coefficients."""


def order_star(method: Amplification, z: Complex[np.ndarray, "..."]) -> Complex[np.ndarray, "..."]:
    """e^z / R(z), for numbers or arrays: its modulus is at most 1 on the order star, |R(z)| >= |e^z|; 0 at a pole.

    Source: G. Wanner, E. Hairer, S. P. Norsett, Order stars and stability theorems, BIT 18 (1978) 475.
    """
    top, bottom = (np.polyval(_reversed(part), z) for part in (method.numerator, method.denominator))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(np.exp(z) * bottom / top)


def shading(method: Amplification, z: Complex[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """A number that is at most 1 where `order_star` is, also near 0, where |R| - |e^z| is far below rounding.

    There it is exp(-(r / |z|)^(p + 1) Re(R / e^z - 1)) from exact coefficients. The power, which is 1 where the rest
    begins, keeps it from being 1 but for rounding.
    """
    found = np.abs(order_star(method, z))
    order = linear_order(method)
    if order is None:
        return np.asarray(found)
    near = np.abs(z) < _EXACTLY
    here = z[near]
    size = np.maximum(np.abs(here), 1e-300)
    relative = _defect(method, order, here) * (_EXACTLY / size) ** (order + 1)
    found[near] = np.exp(-relative.real * np.where(here == 0.0, 0.0, 1.0))
    return np.asarray(found)


def _defect(method: Amplification, order: int, z: Complex[np.ndarray, "k"]) -> Complex[np.ndarray, "k"]:
    """R / e^z - 1 = (P - Q e^z) / (Q e^z) near 0, by the powers of z from p + 1 on."""
    series = z ** (order + 1) * np.polyval(_reversed(exact_defect(method)[order + 1 :]), z)
    return np.asarray(series / (np.polyval(_reversed(method.denominator), z) * np.exp(z)))


def poles_and_zeros(method: Amplification) -> tuple[Complex[np.ndarray, "q"], Complex[np.ndarray, "k"]]:
    """Where R is infinite, and where it is 0."""
    return np.roots(_reversed(method.denominator)), np.roots(_reversed(method.numerator))


@lru_cache(maxsize=64)
def exact_defect(method: Amplification) -> Coefficients:
    """The coefficients of 1, z, z^2, ... in P(z) - Q(z) e^z, exact but for the decimals of the method: the first
    that is not 0 is that of z^(p + 1), where p is the order for linear equations."""
    top, bottom = method.numerator, method.denominator
    found = []
    for power in range(_MOST):
        terms = [value / math.factorial(power - place) for place, value in enumerate(bottom[: power + 1])]
        own = top[power] if power < len(top) else Fraction(0)
        defect = own - sum(terms, start=Fraction(0))
        small = max([abs(own), *map(abs, terms)]) * _ROUNDING
        found.append(defect if abs(defect) > small else Fraction(0))
    return tuple(found)


def linear_order(method: Amplification) -> int | None:
    """p, where R(z) = e^z + C z^(p + 1) + ... with C not 0; None of a method that solves linear equations exactly."""
    if not method.numerator:
        return None
    first = next((power for power, value in enumerate(exact_defect(method)) if value), None)
    return None if first is None else first - 1


def fingers(method: Amplification) -> int | None:
    """How many sectors of the order star meet at 0, counted on a small circle around it: p + 1 for a method of order p.

    None of a method that solves linear equations exactly. The sign of |R| - |e^z| there is that of the real part of
    (P - Q e^z) / (Q e^z), whose numerator is summed from exact coefficients, since it is far below rounding.
    """
    order = linear_order(method)
    if order is None:
        return None
    defect = exact_defect(method)
    first, after = defect[order + 1], next((value for value in defect[order + 2 :] if value), Fraction(0))
    radius = _NEAR * min(1.0, float(abs(first / after)) if after else 1.0)
    z = radius * np.exp(2j * np.pi * (np.arange(_ANGLES) + 0.5) / _ANGLES)
    larger = _defect(method, order, z).real > 0.0
    return int((larger & ~np.roll(larger, 1)).sum())


def _reversed(coefficients: Coefficients) -> list[float]:
    """By falling powers."""
    return [float(value) for value in reversed(coefficients)]
