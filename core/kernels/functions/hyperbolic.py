"""tanh, sinh and cosh, from e^x - 1 where that keeps small arguments exact."""

from __future__ import annotations

from ..lanes import select
from ..value import Value
from .exponential import RANGE, split_exponential
from .floating_format import clamped, multiply_add, with_sign_of
from .shared import shared

_FLAT = {"double": 20.0, "float": 10.0}
"""From here on tanh is 1 to the last bit."""


@shared
def tanh(x: Value) -> Value:
    """tanh x. Largest error 2.1 ulp."""
    most = clamped(abs(x), 0.0, _FLAT[x.type.element])
    split = split_exponential(most * 2.0)
    power = split.power()
    grown = multiply_add(power, split.growth, power - 1.0)
    return with_sign_of(grown / (grown + 2.0), x)


@shared
def sinh(x: Value) -> Value:
    """sinh x. Largest error 2.1 ulp."""
    most = clamped(abs(x), 0.0, RANGE[x.type.element][1])
    split = split_exponential(most)
    power = split.power(less=2)
    quarter = multiply_add(power, split.growth, power - 0.25)  # of e^x - 1, which may be beyond the numbers
    value = (quarter + quarter / (quarter * 4.0 + 1.0)) * 2.0
    tiny = most < 2.0**-30
    return with_sign_of(select(tiny, most, value), x)


@shared
def cosh(x: Value) -> Value:
    """cosh x. Largest error 1.35 ulp."""
    split = split_exponential(clamped(abs(x), 0.0, RANGE[x.type.element][1]))
    half = split.times_power(split.growth + 1.0, less=1)
    return half + 0.25 / half
