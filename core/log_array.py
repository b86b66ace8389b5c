"""Positive numbers as their logarithms, for step control on arrays: it multiplies powers of error ratios."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LogArray:
    """factor e^logarithm of every lane: products and powers cost one operation, and the number one exponential.

    A power of a number costs as much as five logarithms.
    """

    logarithm: Any
    factor: float = 1.0

    def total(self) -> Any:
        """The logarithm of the numbers, the factor included."""
        return self.logarithm if self.factor == 1.0 else self.logarithm + math.log(self.factor)

    def __mul__(self, other: LogArray | float) -> LogArray:
        if isinstance(other, LogArray):
            return LogArray(self.logarithm + other.logarithm, self.factor * other.factor)
        return LogArray(self.logarithm, self.factor * other)

    __rmul__ = __mul__

    def __truediv__(self, other: LogArray | float) -> LogArray:
        return self * other**-1.0

    def __rtruediv__(self, other: float) -> LogArray:
        return other * self**-1.0

    def __pow__(self, exponent: float) -> LogArray:
        return LogArray(self.logarithm * exponent, self.factor**exponent)
