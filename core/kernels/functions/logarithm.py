"""Logarithms: x = 2^k m with m between sqrt(1/2) and sqrt(2), and log m = 2 atanh(s) with s = (m - 1)/(m + 1)."""

from __future__ import annotations

import struct

from ..lanes import convert, reinterpret, select
from ..value import Value
from .floating_format import INFINITY, NAN, format_of, multiply_add, polynomial
from .shared import shared

_LN2 = {"double": (0.6931471805592082, 7.371002565167799e-13), "float": (0.693115234375, 3.194618329871446e-05)}
"""ln 2 as a head whose products with whole exponents are exact, and a tail."""
_SERIES = {
    "double": (
        0.666666666666667, 0.3999999999989889, 0.28571428626253864, 0.22222211089376664, 0.181828924326972,
        0.153316117176995, 0.1461780719892111,
    ),
    "float": (0.6666666865348816, 0.4000012278556824, 0.28550779819488525, 0.23331613838672638),
}  # fmt: skip
"""(2 atanh(s)/s - 2)/s^2 in powers of s^2, for s of numbers between sqrt(1/2) and sqrt(2)."""
_TAIL = (
    0.2, 0.14285714285713444, 0.11111111111358235, 0.09090909053014479, 0.07692311092397405, 0.06666479967765646,
    0.05888633731565916, 0.05139474354113051, 0.060145686170720296,
)  # fmt: skip
"""(atanh(s)/s - 1 - s^2/3)/s^4 in powers of s^2, over the same range."""
_THIRD, _THIRD_REST = 0.3333333333333333, 1.850371707708594e-17
_TWICE_LOG2_E, _TWICE_LOG2_E_REST = 2.8853900817779268, 4.0710547481862066e-17
_LOG10_2, _LOG10_2_REST = 0.3010299956639812, -2.8037281277851704e-18
_LOG2_E, _LOG10_E = 1.4426950408889634, 0.4342944819032518
_ROOT_HALF = 0.7071067811865476


def _split(x: Value) -> tuple[Value, Value]:
    """k and m of positive, finite x."""
    form = format_of(x)
    tiny = x < form.smallest_normal
    k, m = _split_normal(select(tiny, x * 2.0**form.fraction, x))
    return select(tiny, k - float(form.fraction), k), m


def _split_normal(x: Value) -> tuple[Value, Value]:
    form, element = format_of(x), x.type.element
    number, whole = ("<d", "<q") if element == "double" else ("<f", "<i")
    least = struct.unpack(whole, struct.pack(number, _ROOT_HALF))[0]
    bits = reinterpret(x, f"i{x.type.bits}")
    exponent = (bits - least) >> form.fraction
    m = reinterpret(bits - (exponent << form.fraction), element)
    rounder = x.function.constant(x.type, form.rounder)
    with x.function.strict():
        k = reinterpret(exponent + reinterpret(rounder, bits.type.element), element) - form.rounder
    return k, m


def log_of_positive(x: Value) -> Value:
    """ln x of positive, finite x."""
    return _joined(*_split(x))


def log_of_normal(x: Value) -> Value:
    """ln x of positive, normal x; of 0 and infinity a number as far out as the exponents reach."""
    return _joined(*_split_normal(x))


def _joined(k: Value, m: Value) -> Value:
    """k ln 2 + ln m."""
    element = m.type.element
    head, tail = _LN2[element]
    f = m - 1.0
    s = f / (f + 2.0)
    square = s * s
    series = square * polynomial(square, _SERIES[element])
    with m.function.strict():
        # k head is exact, and what its sum with f loses is added to the small terms
        whole = multiply_add(k, head, f)
        lost = f - multiply_add(k, -head, whole)
        small = multiply_add(s, multiply_add(f * 0.5, f, series), multiply_add(k, tail, lost))
        return whole + multiply_add(f * -0.5, f, small)


def _with_limits(x: Value, logarithm: Value) -> Value:
    """-infinity at 0, NaN below, infinity and NaN kept."""
    positive = select(x < INFINITY, logarithm, x)
    return select(x <= 0.0, select(x < 0.0, x.function.constant(x.type, NAN), -INFINITY), positive)


@shared
def log(x: Value) -> Value:
    """ln x. Largest error 0.8 ulp."""
    return _with_limits(x, log_of_positive(x))


@shared
def log1p_of_fraction(u: Value) -> Value:
    """ln(1 + u) for u in [0, 1]."""
    with u.function.strict():
        whole = u + 1.0
        lost = u - (whole - 1.0)
    return log_of_positive(whole) + lost / whole


def log2_of_positive(x: Value) -> tuple[Value, Value]:
    """log2 x of positive, finite doubles as a sum of two, its error below 2^-65 of itself."""
    k, m = _split(x)
    first, *others = _TAIL
    with x.function.strict():
        f, below = m - 1.0, m + 1.0
        inverse = 1.0 / below
        s = f * inverse
        s_low = (multiply_add(-s, below, f) - s * (m - (below - 1.0))) * inverse
        square = s * s
        square_low = multiply_add(s, s, -square) + s * s_low * 2.0
        # log2 x = k + g (1 + w) with g = 2 s log2(e) and 1 + w = atanh(s)/s
        tail = multiply_add(square, polynomial(square, others), first)
        added = multiply_add(square, tail, _THIRD_REST)
        factor = added + _THIRD
        factor_low = multiply_add(square_low, tail, added - (factor - _THIRD))
        w = square * factor
        w_low = multiply_add(square, factor, -w) + (square * factor_low + square_low * factor)
        g = s * _TWICE_LOG2_E
        g_low = multiply_add(s, _TWICE_LOG2_E, -g) + (s_low * _TWICE_LOG2_E + s * _TWICE_LOG2_E_REST)
        product = g * w
        product_low = multiply_add(g, w, -product) + (g * w_low + g_low * w)
        head = k + g
        head_low = g - (head - k)  # |k| >= 1 > |g|, or k is 0
        whole = head + product
        whole_low = product - (whole - head)
        low = whole_low + head_low + (g_low + product_low)
        high = whole + low
        return high, low - (high - whole)


@shared
def log2(x: Value) -> Value:
    """log2 x, exact at powers of 2. Largest error 0.51 ulp."""
    if x.type.element == "float":
        return convert(log(convert(x, "double")) * _LOG2_E, "float")
    return _with_limits(x, log2_of_positive(x)[0])


@shared
def log10(x: Value) -> Value:
    """log10 x, exact at powers of 10. Largest error 0.51 ulp."""
    if x.type.element == "float":
        return convert(log(convert(x, "double")) * _LOG10_E, "float")
    high, low = log2_of_positive(x)
    with x.function.strict():
        product = high * _LOG10_2
        rest = multiply_add(high, _LOG10_2, -product) + (low * _LOG10_2 + high * _LOG10_2_REST)
        return _with_limits(x, product + rest)
