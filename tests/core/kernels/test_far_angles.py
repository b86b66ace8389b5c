"""Sine, cosine and tangent of the numbers that lie nearest to multiples of pi/2, from the smallest to the largest."""

from __future__ import annotations

import math
from functools import cache

import mpmath
import numpy as np
import pytest

pytest.importorskip("llvmlite", reason="kernels are compiled by llvmlite")

from compiling import ELEMENTS, on_arrays

from core.kernels.elementary import OPERATIONS
from core.kernels.functions import far_angles

TRUTH = {"sin": (mpmath.sin, 0.8), "cos": (mpmath.cos, 0.8), "tan": (mpmath.tan, 2.0)}
"""Function to the truth and the stated error in units of the last place."""
DIGITS = {"double": 53, "float": 24}
LARGEST = {"double": 971, "float": 104}
"""Exponent of the last place of the largest number."""


@cache
def nearest_to_multiples(element: str) -> np.ndarray:
    """For every exponent e the whole m below 2^digits for which m 2^e is nearest to a multiple of pi/2."""
    found = []
    with mpmath.workprec(2600):
        for exponent in range(-24, LARGEST[element] + 1):
            rest = mpmath.mpf(2) ** exponent * 2 / mpmath.pi
            last, numerator = 0, 1  # denominators of the continued fraction of 2^e 2/pi
            while True:
                rest = 1 / (rest - mpmath.floor(rest))
                last, numerator = numerator, int(mpmath.floor(rest)) * numerator + last
                if numerator >= 2 ** DIGITS[element]:
                    break
            found.append(math.ldexp(last, exponent))
    return np.array(found)


@cache
def truth(name: str, element: str) -> list[mpmath.mpf]:
    with mpmath.workprec(2600):
        return [+TRUTH[name][0](mpmath.mpf(float(x))) for x in arguments(element)]


def arguments(element: str) -> np.ndarray:
    random = np.random.default_rng(7)
    far = np.ldexp(random.uniform(1.0, 2.0, 300), random.integers(10, 1023 if element == "double" else 127, 300))
    known = [6381956970095103 * 2.0**797, 2.0**30, 2.0**30 + 2**-22, 1e22, 1.5986289000543612e74, 16384.002]
    x = np.concatenate([nearest_to_multiples(element), far, known, [float(np.finfo(ELEMENTS[element]).max)]])
    with np.errstate(over="ignore"):
        x = x.astype(ELEMENTS[element])
    x = x[np.isfinite(x)]
    return np.concatenate([x, -x[::3]])


@pytest.mark.parametrize("lanes", [1, 16])
@pytest.mark.parametrize("element", ["double", "float"])
@pytest.mark.parametrize("name", TRUTH)
def test_the_error_is_within_the_stated_one(name: str, element: str, lanes: int) -> None:
    found = on_arrays(OPERATIONS[name], 1, lanes, element)(arguments(element))
    kind, bound = ELEMENTS[element], TRUTH[name][1]
    for x, value, exact in zip(arguments(element), found, truth(name, element), strict=True):
        unit = mpmath.mpf(float(np.spacing(np.abs(kind(float(exact))))))
        assert abs(mpmath.mpf(float(value)) - exact) <= bound * unit, float(x)


def test_the_arguments_are_as_near_as_any() -> None:
    """The double that is nearest of all to a multiple of pi/2, 6381956970095103 2^797, is among those found."""
    assert 6381956970095103 * 2.0**797 in nearest_to_multiples("double")


def test_the_digits_of_two_over_pi() -> None:
    with mpmath.workprec(1400):
        assert int(mpmath.floor(mpmath.mpf(2) ** 1216 * 2 / mpmath.pi)) == far_angles._TWO_OVER_PI


@pytest.mark.parametrize("lanes", [1, 16])
@pytest.mark.parametrize("element", ["double", "float"])
def test_no_angle_is_infinite(element: str, lanes: int) -> None:
    for name in TRUTH:
        found = on_arrays(OPERATIONS[name], 1, lanes, element)(np.array([np.inf, -np.inf, np.nan]))
        assert np.isnan(found).all()
