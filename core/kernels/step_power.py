"""Powers for step control: of positive numbers, to small exponents."""

from __future__ import annotations

from .functions.exponential import split_exponential
from .functions.logarithm import log_of_positive
from .value import Value


def step_power(base: Value, exponent: Value | float) -> Value:
    """base^exponent for positive bases and exponents between -1 and 1: within a few ulp, at a third of the cost."""
    split = split_exponential(log_of_positive(base) * exponent)
    return (split.lead + split.rest + 1.0) * split.power()
