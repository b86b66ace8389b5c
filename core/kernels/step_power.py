"""Positive numbers as their logarithms, for step control: it multiplies powers of error ratios."""

from __future__ import annotations

import math

from .functions.exponential import split_exponential
from .functions.logarithm import log_of_normal
from .lanes import select
from .value import Value


class LogNumber:
    """factor e^logarithm: a positive number whose products and powers cost one operation each, and one exponential.

    logarithm: between -700 and 700.
    """

    def __init__(self, logarithm: Value, factor: float = 1.0) -> None:
        self.logarithm, self._factor = logarithm, factor

    @classmethod
    def root_of(cls, square: Value, least: float) -> LogNumber:
        """The square root of a number that is not negative, but at least `least`."""
        return cls(0.5 * log_of_normal(square)).at_least(least)

    def at_least(self, least: float) -> LogNumber:
        """The same, or `least` where that is larger; of a number without a factor."""
        bound = math.log(least)
        return LogNumber(select(self.logarithm > bound, self.logarithm, bound))

    def clipped(self, least: float, most: float, may_grow: Value) -> LogNumber:
        """The same between `least` and `most`, or 1 in the lanes that may not grow; without a factor."""
        total = self.logarithm + math.log(self._factor)
        below = select(may_grow, total.function.constant(total.type, math.log(most)), 0.0)
        total = select(total < below, total, below)
        return LogNumber(select(total > math.log(least), total, math.log(least)))

    def value(self) -> Value:
        """The number itself, within a few ulp."""
        split = split_exponential(self.logarithm)
        return (split.lead + split.rest + 1.0) * split.power() * self._factor

    def __mul__(self, other: LogNumber | float) -> LogNumber:
        if isinstance(other, LogNumber):
            return LogNumber(self.logarithm + other.logarithm, self._factor * other._factor)
        return LogNumber(self.logarithm, self._factor * other)

    __rmul__ = __mul__

    def __truediv__(self, other: LogNumber | float) -> LogNumber:
        return self * (other**-1.0)

    def __rtruediv__(self, other: float) -> LogNumber:
        return other * self**-1.0

    def __pow__(self, exponent: float) -> LogNumber:
        return LogNumber(self.logarithm * exponent, self._factor**exponent)

    def where(self, mask: Value, other: LogNumber) -> LogNumber:
        """This in the lanes of the mask, `other` elsewhere."""
        elsewhere = other.logarithm
        if other._factor != self._factor:
            elsewhere = elsewhere + math.log(other._factor / self._factor)
        return LogNumber(select(mask, self.logarithm, elsewhere), self._factor)


def step_power(base: Value, exponent: float) -> Value:
    """base^exponent for positive bases and exponents between -1 and 1, within a few ulp."""
    return (LogNumber(log_of_normal(base)) ** exponent).value()
