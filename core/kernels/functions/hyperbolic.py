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
    grown = split_exponential(most * 2.0).less_one()
    share = grown / (grown + 2.0)
    half = grown * 0.5
    # (1 - share) grown/2 is the same, and exact to its last rounding where it is small
    return with_sign_of(select(grown < 1.0, multiply_add(-half, share, half), share), x)


@shared
def sinh(x: Value) -> Value:
    """sinh x. Largest error 2.1 ulp."""
    most = clamped(abs(x), 0.0, RANGE[x.type.element][1])
    quarter = split_exponential(most).less_one(2)  # of e^x - 1, which may be beyond the numbers
    share = quarter / (quarter * 4.0 + 1.0)
    # with g = e^x - 1: (g + g/(g + 1))/2 where g is large, the same as g - g g/(g + 1)/2 where it is small
    small = multiply_add(quarter, share * -8.0, quarter * 4.0)
    value = select(quarter < 0.25, small, (quarter + share) * 2.0)
    tiny = most < 2.0**-30
    return with_sign_of(select(tiny, most, value), x)


@shared
def cosh(x: Value) -> Value:
    """cosh x. Largest error 1.35 ulp."""
    split = split_exponential(clamped(abs(x), 0.0, RANGE[x.type.element][1]))
    half = split.value(less=1)
    return half + 0.25 / half
