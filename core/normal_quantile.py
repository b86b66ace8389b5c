"""Normal numbers from random words, by arithmetic that rounds alike in numpy and torch and wherever a number stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .array_library import ArrayLibrary
from .lane_rows import places, replaced, rows

_SPLIT = 0.425
"""How far from 1/2 the first rational function reaches."""
_MIDDLE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_TAIL = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
"""Numerator and denominator, highest power first."""
_LN2 = 0.6931471805599453
_ROOT_HALF = 0.7071067811865476
_SERIES = tuple(1.0 / (2 * power + 1) for power in range(11, -1, -1))
"""Of log m = 2 s (1 + s^2/3 + s^4/5 + ...), s = (m - 1)/(m + 1), enough for m from 1/sqrt(2) to sqrt(2)."""


def normal_numbers(library: ArrayLibrary, words: Any) -> Any:
    """Phi^-1((w + 1/2) / 2^32), float64, of words w from 0 to 2^32 - 1: none is beyond 6.34.

    The libraries' own logarithms and square roots may round a number in their own ways, or by its place in the array;
    sums, products and quotients do not, so these alone are used. Source: M. J. Wichura, Algorithm AS 241, Applied
    Statistics 37 (1988) 477; a word of 32 bits never needs its third rational function.
    """
    shape = words.shape
    share = (library.cast(words, library.module.float64).reshape(-1) + 0.5) * 2.0**-32
    centred = share - 0.5
    numbers = centred * _ratio(_MIDDLE, 0.180625 - centred * centred)
    outer = places(library, abs(centred) > _SPLIT)
    side = rows(library, centred, outer)
    far = _root(-_logarithm(library, 0.5 - abs(side)))
    beyond = library.module.copysign(_ratio(_TAIL, far - 1.6), side)
    return replaced(library, numbers, outer, beyond).reshape(shape)


def _logarithm(library: ArrayLibrary, numbers: Any) -> Any:
    mantissa, exponent = library.module.frexp(numbers)
    small = mantissa < _ROOT_HALF
    mantissa = library.where(small, 2.0 * mantissa, mantissa)
    whole = library.cast(exponent, library.module.float64) - library.cast(small, library.module.float64)
    s = (mantissa - 1.0) / (mantissa + 1.0)
    return whole * _LN2 + 2.0 * s * _polynomial(_SERIES, s * s)


def _root(numbers: Any) -> Any:
    """The square root of numbers from 2.5 to 23, by Heron's method."""
    root = 1.2 + 0.16 * numbers
    for _ in range(4):
        root = 0.5 * (root + numbers / root)
    return root


def _ratio(parts: tuple[Sequence[float], Sequence[float]], x: Any) -> Any:
    return _polynomial(parts[0], x) / _polynomial(parts[1], x)


def _polynomial(coefficients: Sequence[float], x: Any) -> Any:
    total = coefficients[0] * x + coefficients[1]
    for coefficient in coefficients[2:]:
        total = total * x + coefficient
    return total
