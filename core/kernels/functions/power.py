"""base^exponent as 2^(exponent log2 |base|), the logarithm as a sum of two doubles."""

from __future__ import annotations

from functools import reduce
from operator import mul

from ...language.powers import WHOLE_POWERS
from ..lanes import convert, reinterpret, select
from ..value import Type, Value, alike, spread
from .exponential import exp, exp2_of_sum
from .floating_format import INFINITY, NAN, clamped, multiply_add, sign_bit
from .logarithm import log, log2_of_positive
from .shared import shared

_RANGE = 1100.0
"""2^1100 is infinite, 2^-1100 is 0."""


def power(base: Value, exponent: Value | float) -> Value:
    """base^exponent as C has it. Largest error 1 ulp.

    Small whole numbers are products from the left, 1/2 is a square root.
    """
    if isinstance(exponent, Value):
        return _pow(base, exponent)
    if exponent == 0.0:
        return base.function.constant(base.type, 1.0)
    if exponent == 0.5:
        root = base.function.intrinsic("sqrt", base) + 0.0  # the root of -0.0 is -0.0, its power 0.0
        return select(base.equals(-INFINITY), INFINITY, root)
    if exponent == 1.0:
        return base
    if exponent == -1.0:
        return 1.0 / base
    if abs(exponent) in WHOLE_POWERS:
        product = reduce(mul, [base] * int(abs(exponent)))
        return product if exponent > 0.0 else 1.0 / product
    return _pow(base, base.function.constant(Type(base.type.element), exponent))


@shared
def _pow(base: Value, exponent: Value) -> Value:
    size = _size(abs(base), exponent)
    base, exponent = alike(base, exponent)
    floor, bits = base.function.intrinsic, f"i{base.type.bits}"
    half = exponent * 0.5
    whole = floor("floor", exponent).equals(exponent)
    odd = whole & floor("floor", half).differs(half)
    sign = select(odd, reinterpret(base, bits) & sign_bit(base.type), 0)
    signed = reinterpret(reinterpret(size, bits) | sign, base.type.element)
    undefined = (base < 0.0) & (base > -INFINITY) & ~whole
    certain = exponent.equals(0.0) | base.equals(1.0) | (base.equals(-1.0) & abs(exponent).equals(INFINITY))
    return select(certain, 1.0, select(undefined, NAN, signed))


def _size(base: Value, exponent: Value) -> Value:
    """base^exponent of a base that is not negative, but for what no product can tell (0 times infinity)."""
    if base.type.element == "float":
        return convert(exp(convert(exponent, "double") * log(convert(base, "double"))), "float")
    high, low = log2_of_positive(base)
    high = select(base < INFINITY, select(base.equals(0.0), -INFINITY, high), base)
    lanes = max(base.type.lanes, exponent.type.lanes)
    high, low, exponent = spread(high, lanes), spread(low, lanes), spread(exponent, lanes)
    with base.function.strict():
        product = high * exponent
        rest = multiply_add(high, exponent, -product) + low * exponent
        inside = abs(product) < _RANGE
        return exp2_of_sum(clamped(product, -_RANGE, _RANGE), select(inside, rest, 0.0))
