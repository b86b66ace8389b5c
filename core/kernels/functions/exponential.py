"""exp, and e^x as 2^n (1 + p), of which the hyperbolic functions are made."""

from __future__ import annotations

from dataclasses import dataclass

from ..lanes import reinterpret
from ..value import Value
from .floating_format import clamped, format_of, multiply_add, polynomial, rounded
from .shared import shared

_LOG2_E = 1.4426950408889634
_LN2 = {"double": (0.6931471805592082, 7.371002565167799e-13), "float": (0.693115234375, 3.194618329871446e-05)}
"""ln 2 as a head whose products with whole exponents are exact, and a tail."""
_CUBIC = {
    "double": (
        0.16666666666666669, 0.041666666666666664, 0.008333333333330051, 0.0013888888888886545,
        0.00019841269863105968, 2.4801587317181886e-05, 2.7557268378684192e-06, 2.755728291148268e-07,
        2.5100424157005067e-08, 2.0911264239196083e-09,
    ),
    "float": (
        0.1666666716337204, 0.041666556149721146, 0.00833332072943449, 0.0013926213141530752, 0.00019882731430698186,
    ),
}  # fmt: skip
"""(e^r - 1 - r - r^2/2)/r^3 for |r| <= ln(2)/2."""
_BINARY = (
    0.24022650695910072, 0.0555041086648216, 0.009618129107628479, 0.0013333558146416842, 0.00015403530393375868,
    1.525273382999124e-05, 1.3215486802980556e-06, 1.0178062351388103e-07, 7.054899909680309e-09,
    4.4549794711760616e-10, 2.5725173903804262e-11,
)  # fmt: skip
"""(2^r - 1 - r ln 2)/r^2 for |r| <= 1/2."""
_LN2_DOUBLE, _LN2_REST = 0.6931471805599453, 2.3190468138462996e-17
RANGE = {"double": (-746.0, 710.5), "float": (-104.0, 89.5)}
"""Beyond, e^x is 0 or infinite, and so are sinh and cosh."""


@dataclass(frozen=True)
class Split:
    """2^n (1 + lead + rest), n a whole number: as a real, and in the lowest bits of `bits`.

    The rest is what the lead, which has no error of its own, leaves: a sum that keeps the two apart to the end rounds
    little but its result.
    """

    n: Value
    bits: Value
    lead: Value
    rest: Value

    def value(self, less: int = 0) -> Value:
        """2^(n - less) (1 + lead + rest): in two halves of the power, so that neither over- nor underflows."""
        form, element = format_of(self.lead), self.lead.type.element
        bias = form.bias << form.fraction
        n = self.bits - less if less else self.bits
        half = (n << (form.fraction - 1)) & (-1 << form.fraction)
        rest = (n << form.fraction) - half
        return self.mantissa() * reinterpret(half + bias, element) * reinterpret(rest + bias, element)

    def mantissa(self) -> Value:
        """1 + lead + rest"""
        with self.lead.function.strict():
            whole = self.lead + 1.0
            return whole + ((self.lead - (whole - 1.0)) + self.rest)

    def less_one(self, less: int = 0) -> Value:
        """(2^n (1 + lead + rest) - 1)/2^less for n that are not negative."""
        power = self.power(less)
        return multiply_add(power, self.rest, multiply_add(power, self.lead, power - 0.5**less))

    def power(self, less: int = 0) -> Value:
        """2^(n - less), where it is a normal number."""
        form, element = format_of(self.lead), self.lead.type.element
        return reinterpret((self.bits << form.fraction) + ((form.bias - less) << form.fraction), element)


def split_exponential(x: Value) -> Split:
    """e^x = 2^n (1 + lead + rest) for x within the range; lead + rest is within 1 ulp, relative to itself."""
    element = x.type.element
    head, tail = _LN2[element]
    n, bits = rounded(x, _LOG2_E)
    lead = multiply_add(n, -head, x)
    with x.function.strict():
        below = n * tail
        r = lead - below
        square = r * r
    inner = multiply_add(r, polynomial(r, _CUBIC[element]), 0.5)
    return Split(n, bits, lead, multiply_add(square, inner, -below))


@shared
def exp(x: Value) -> Value:
    """e^x. Largest error 0.95 ulp, subnormal results included."""
    return split_exponential(clamped(x, *RANGE[x.type.element])).value()


def exp2_of_sum(high: Value, low: Value) -> Value:
    """2^(high + low), doubles, for |high| <= 1100 and |low| far below 1; within 1 ulp."""
    n, bits = rounded(high, 1.0)
    with high.function.strict():
        exact = high - n
        r = exact + low
        lead = exact * _LN2_DOUBLE
        lead_low = multiply_add(low, _LN2_DOUBLE, multiply_add(exact, _LN2_DOUBLE, -lead))
    square = multiply_add(r, polynomial(r, _BINARY), _LN2_REST)
    return Split(n, bits, lead, multiply_add(r, square, lead_low)).value()
