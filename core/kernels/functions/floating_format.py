"""What the functions must know of a floating-point format, and the steps that several of them take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..lanes import fused, reinterpret, select
from ..value import Type, Value, spread


@dataclass(frozen=True)
class Format:
    """fraction: bits behind the leading one; bias: of the exponent."""

    fraction: int
    bias: int

    @property
    def rounder(self) -> float:
        """Added to a number it rounds to the nearest whole one, which then stands in the lowest bits."""
        return 1.5 * 2.0**self.fraction

    @property
    def smallest_normal(self) -> float:
        """The smallest number with all its bits."""
        return 2.0 ** (1 - self.bias)


FORMATS = {"double": Format(52, 1023), "float": Format(23, 127)}


def format_of(value: Value) -> Format:
    """The format of the lanes of `value`."""
    return FORMATS[value.type.element]


def sign_bit(type_: Type) -> int:
    """The sign alone, as an integer as wide as the elements of `type_`."""
    return -(1 << (type_.bits - 1))


def multiply_add(a: Value, b: Value | float, c: Value | float) -> Value:
    """a b + c, rounded once, for any mixture of lanes."""
    lanes = max(value.type.lanes for value in (a, b, c) if isinstance(value, Value))
    return fused(spread(a, lanes), b, c)


def quotient(above: Value, above_low: Value | float, below: Value, below_low: Value) -> Value:
    """(above + above_low)/(below + below_low), rounded little more than once; not near the ends of the range."""
    with above.function.strict():
        inverse = 1.0 / below
        rough = above * inverse
        excess = multiply_add(rough, below_low, multiply_add(rough, below, -above) - above_low)
        return multiply_add(-excess, inverse, rough)


def polynomial(x: Value, coefficients: Sequence[float]) -> Value:
    """The sum of coefficients[k] x^k, in pairs and pairs of pairs (Estrin), which have no long chain."""
    terms: list[Value | float] = list(coefficients)
    power = x
    while len(terms) > 1:
        pairs = [multiply_add(power, high, low) for low, high in zip(terms[::2], terms[1::2], strict=False)]
        terms = [*pairs, *terms[2 * len(pairs) :]]
        if len(terms) > 1:
            power = power * power
    return x.function.constant(x.type, terms[0]) if not isinstance(terms[0], Value) else terms[0]


def rounded(x: Value, scale: float) -> tuple[Value, Value]:
    """The whole number next to x scale: as a real, and as an integer in the lowest bits of lanes as wide."""
    form = format_of(x)
    with x.function.strict():
        shifted = multiply_add(x, scale, form.rounder)
        return shifted - form.rounder, reinterpret(shifted, f"i{x.type.bits}")


def with_sign_of(magnitude: Value, source: Value) -> Value:
    """`magnitude`, which is not negative, with the sign of `source`."""
    bits = f"i{source.type.bits}"
    sign = reinterpret(source, bits) & sign_bit(source.type)
    return reinterpret(reinterpret(magnitude, bits) | sign, source.type.element)


def clamped(x: Value, least: float, most: float) -> Value:
    """`x`, reals or integers, within limits; NaN stays NaN."""
    below = select(x > most, most, x)
    return select(below < least, least, below)


INFINITY, NAN = math.inf, math.nan
