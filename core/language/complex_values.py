"""Complex numbers as pairs of real scalar expressions: the algebra by which complex systems become real ones.

A value whose imaginary part is the constant 0 is real, and functions of it are those of real numbers: sqrt(p) of a
negative p has no value. Logarithms, roots and powers are principal: their cut is the negative real axis, which itself
counts as its upper side (log, arg and powers of parts tell the zeros apart: with an imaginary part of -0 it is the
lower side). Lengths square the parts: of numbers beyond 1e150 or below 1e-150, in float32 1e18 and 1e-18, they, roots
and logarithms are infinite or too small. A reciprocal of 0 or of infinity is no number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from .powers import EULER, WHOLE_POWERS
from .scalar_terms import ONE, ZERO, applied, choice, is_number, minus, negative, over, plus, times
from .tree import Expression, name, number

LARGEST_PRODUCT = 64
"""The exponent up to which a whole power is a product."""
_HALF = number(0.5)
_EVEN = (2.0, 4.0, 6.0, 8.0)


@dataclass(frozen=True)
class ComplexValue:
    """re + i im"""

    re: Expression
    im: Expression = ZERO

    @property
    def is_real(self) -> bool:
        """Whether the imaginary part is known to be 0."""
        return is_number(self.im, 0.0)


IMAGINARY_UNIT = ComplexValue(ZERO, ONE)
Function = Callable[["ComplexValues", ComplexValue], ComplexValue]


def real_norms(expression: Expression) -> Expression:
    """`expression` with lengths written out for complex vectors: sqrt(dot(re(a), re(a)) + dot(im(a), im(a)))."""
    if not expression.arguments:
        return expression
    arguments = tuple(map(real_norms, expression.arguments))
    if expression.operation == "norm":
        parts = [Expression(part, arguments) for part in ("re", "im")]
        return Expression("sqrt", (Expression("add", tuple(Expression("dot", (part, part)) for part in parts)),))
    return replace(expression, arguments=arguments)


class ComplexValues:
    """Takes scalar expressions of complex values apart.

    known: what names stand for; a name that is not among them is real. `helpers` collects the parts that are used
    several times, in an order in which each uses only earlier ones.
    """

    def __init__(self, known: Mapping[str, ComplexValue]) -> None:
        self.known = {"i": IMAGINARY_UNIT, **known}
        self.helpers: list[tuple[str, Expression]] = []
        self._labels: dict[Expression, str] = {}
        self._found: dict[int, tuple[Expression, ComplexValue]] = {}

    def value(self, expression: Expression) -> ComplexValue:
        """The parts of `expression`. One that stands in many sums is the same object, and is taken apart once."""
        if id(expression) not in self._found:
            # kept beside its parts, so that no other expression takes its place in memory
            self._found[id(expression)] = expression, self._parts(expression)
        return self._found[id(expression)][1]

    def named(self, label: str, part: Expression) -> Expression:
        """A helper called `label` for `part`, or `part` where it is as short as a name."""
        if part.operation == "neg":
            return negative(self.named(label, part.arguments[0]))
        if part.operation in ("name", "number"):
            return part
        if part not in self._labels:
            self._labels[part] = label
            self.helpers.append((label, part))
        return name(self._labels[part])

    def kept(self, value: ComplexValue) -> ComplexValue:
        """`value` with names for its parts, for formulas that use them more than once."""
        return ComplexValue(self.part(value.re), self.part(value.im))

    def part(self, part: Expression) -> Expression:
        """The same for a real value."""
        return self.named(f"part.{len(self.helpers) + 1}", part)

    def product(self, u: ComplexValue, v: ComplexValue) -> ComplexValue:
        """u v"""
        u, v = self.kept(u), self.kept(v)
        if u == v:
            cross = times(u.re, u.im)
            return ComplexValue(minus(times(u.re, u.re), times(u.im, u.im)), plus(cross, cross))
        re = minus(times(u.re, v.re), times(u.im, v.im))
        return ComplexValue(re, plus(times(u.re, v.im), times(u.im, v.re)))

    def quotient(self, u: ComplexValue, v: ComplexValue) -> ComplexValue:
        """u / v. The larger part of v is divided out first: no square of it can leave the range of numbers."""
        u, v = self.kept(u), self.kept(v)
        if v.is_real:
            return ComplexValue(over(u.re, v.re), over(u.im, v.re))
        if is_number(v.re, 0.0):
            return ComplexValue(over(u.im, v.im), negative(over(u.re, v.im)))
        largest = self.part(applied("max", applied("abs", v.re), applied("abs", v.im)))
        re, im = (self.part(over(part, largest)) for part in (v.re, v.im))
        length = self.part(plus(times(re, v.re), times(im, v.im)))
        above = minus(times(u.im, re), times(u.re, im))
        return ComplexValue(over(plus(times(u.re, re), times(u.im, im)), length), over(above, length))

    def power(self, base: ComplexValue, exponent: ComplexValue) -> ComplexValue:
        """base^exponent"""
        if exponent.is_real and exponent.re.operation == "number":
            whole = float(exponent.re.value or 0.0)
            if whole.is_integer() and abs(whole) <= LARGEST_PRODUCT:
                power = self._whole_power(self.kept(base), int(abs(whole)))
                return power if whole >= 0 else self.quotient(ComplexValue(ONE), power)
        return _exp(self, self.product(exponent, _log(self, base)))

    def _whole_power(self, base: ComplexValue, exponent: int) -> ComplexValue:
        """From the left, as real powers are multiplied out; longer products by squaring."""
        if exponent == 0:
            return ComplexValue(ONE)
        if exponent in (1, *WHOLE_POWERS):
            return reduce(self.product, [base] * exponent)
        half = self.kept(self._whole_power(base, exponent // 2))
        square = self.product(half, half)
        return self.product(square, base) if exponent % 2 else square

    def _power_of_length(self, u: ComplexValue, exponent: int) -> Expression:
        """|u|^2, |u|^4, ... without a root, which has no slope at 0."""
        u = self.kept(u)
        squares = plus(times(u.re, u.re), times(u.im, u.im))
        return squares if exponent == 2 else applied("pow", squares, number(exponent / 2))

    def _parts(self, expression: Expression) -> ComplexValue:
        operation, arguments = expression.operation, expression.arguments
        if operation == "number":
            return ComplexValue(expression)
        if operation == "name":
            return self.known.get(str(expression.value), ComplexValue(expression))
        if operation == "pow" and arguments[0] == EULER:
            operation, arguments = "exp", arguments[1:]
        values = [self.value(argument) for argument in arguments]
        if operation in PART_FUNCTIONS:
            return PART_FUNCTIONS[operation](self, values[0])
        if operation == "pow" and arguments[0].operation == "abs" and arguments[1].operation == "number":
            u = self.value(arguments[0].arguments[0])
            if not u.is_real and arguments[1].value in _EVEN:
                return ComplexValue(self._power_of_length(u, int(arguments[1].value or 0)))
        if all(value.is_real for value in values):
            return ComplexValue(applied(operation, *(value.re for value in values)))
        if operation == "add":
            return ComplexValue(
                reduce(plus, (value.re for value in values)), reduce(plus, (value.im for value in values))
            )
        if operation == "if":
            condition = self.part(values[0].re)
            yes, no = values[1:]
            return ComplexValue(choice(condition, yes.re, no.re), choice(condition, yes.im, no.im))
        if operation in _PAIRS:
            return _PAIRS[operation](self, values[0], values[1])
        return FUNCTIONS_OF_COMPLEX[operation](self, values[0])


def _absolute(values: ComplexValues, u: ComplexValue) -> Expression:
    u = values.kept(u)
    for part, other in ((u.re, u.im), (u.im, u.re)):
        if is_number(part, 0.0):
            return applied("abs", other)
    return applied("sqrt", plus(times(u.re, u.re), times(u.im, u.im)))


def _exp(values: ComplexValues, u: ComplexValue) -> ComplexValue:
    length, angle = values.part(applied("exp", u.re)), values.part(u.im)
    return ComplexValue(times(length, applied("cos", angle)), times(length, applied("sin", angle)))


def _log(values: ComplexValues, u: ComplexValue) -> ComplexValue:
    if u.is_real and u.re.operation == "number" and float(u.re.value or 0.0) > 0.0:
        return ComplexValue(applied("log", u.re))
    u = values.kept(u)
    squares = plus(times(u.re, u.re), times(u.im, u.im))
    return ComplexValue(times(_HALF, applied("log", squares)), applied("atan2", u.im, u.re))


def _log_to(base: float) -> Function:
    def log(values: ComplexValues, u: ComplexValue) -> ComplexValue:
        natural, scale = _log(values, u), number(math.log(base))
        return ComplexValue(over(natural.re, scale), over(natural.im, scale))

    return log


def _sqrt(values: ComplexValues, u: ComplexValue) -> ComplexValue:
    """The larger part from a sum without cancellation, the other from it."""
    u = values.kept(u)
    total = plus(values.part(_absolute(values, u)), applied("abs", u.re))
    larger = values.part(applied("sqrt", times(_HALF, total)))
    smaller = over(times(_HALF, u.im), larger)
    smaller = values.part(choice(applied("==", larger, ZERO), ZERO, smaller))
    to_the_right = values.part(applied(">=", u.re, ZERO))
    signed = choice(applied("<", u.im, ZERO), negative(larger), larger)
    return ComplexValue(choice(to_the_right, larger, applied("abs", smaller)), choice(to_the_right, smaller, signed))


def _waves(first: str, second: str, other_first: str, other_second: str, sign: float) -> Function:
    """first(x) other_first(y) + sign i second(x) other_second(y), as sin, cos, sinh and cosh are."""

    def wave(values: ComplexValues, u: ComplexValue) -> ComplexValue:
        u = values.kept(u)
        im = times(applied(second, u.re), applied(other_second, u.im))
        return ComplexValue(times(applied(first, u.re), applied(other_first, u.im)), times(number(sign), im))

    return wave


def _tanh(values: ComplexValues, u: ComplexValue) -> ComplexValue:
    """(T + i t)/(1 + i T t) with T = tanh(re), t = tan(im): nothing overflows."""
    hyperbolic, circular = values.part(applied("tanh", u.re)), values.part(applied("tan", u.im))
    below = values.part(plus(ONE, _square(times(hyperbolic, circular))))
    re = times(hyperbolic, plus(ONE, _square(circular)))
    im = times(circular, minus(ONE, _square(hyperbolic)))
    return ComplexValue(over(re, below), over(im, below))


def _tan(values: ComplexValues, u: ComplexValue) -> ComplexValue:
    turned = _tanh(values, ComplexValue(negative(u.im), u.re))  # tan z = -i tanh(i z)
    return ComplexValue(turned.im, negative(turned.re))


def _square(a: Expression) -> Expression:
    return times(a, a)


PART_FUNCTIONS: dict[str, Function] = {
    "re": lambda _values, u: ComplexValue(u.re),
    "im": lambda _values, u: ComplexValue(u.im),
    "conj": lambda _values, u: ComplexValue(u.re, negative(u.im)),
    "arg": lambda _values, u: ComplexValue(applied("atan2", u.im, u.re)),
}
"""What only complex numbers have."""
_PAIRS: dict[str, Callable[[ComplexValues, ComplexValue, ComplexValue], ComplexValue]] = {
    "mul": ComplexValues.product,
    "div": ComplexValues.quotient,
    "pow": ComplexValues.power,
}
FUNCTIONS_OF_COMPLEX: dict[str, Function] = {
    "neg": lambda _values, u: ComplexValue(negative(u.re), negative(u.im)),
    "abs": lambda values, u: ComplexValue(_absolute(values, u)),
    "exp": _exp,
    "log": _log,
    "log10": _log_to(10.0),
    "log2": _log_to(2.0),
    "sqrt": _sqrt,
    "sin": _waves("sin", "cos", "cosh", "sinh", 1.0),
    "cos": _waves("cos", "sin", "cosh", "sinh", -1.0),
    "tan": _tan,
    "sinh": _waves("sinh", "cosh", "cos", "sin", 1.0),
    "cosh": _waves("cosh", "sinh", "cos", "sin", 1.0),
    "tanh": _tanh,
}
"""Operations on one complex number."""
