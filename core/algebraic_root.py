"""Roots of polynomials to many digits, for coefficients of methods that are no surds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

DIGITS = 50
"""After the point, all right but for the last."""


def algebraic_root(coefficients: Sequence[int], near: Fraction) -> Fraction:
    """The root of c_0 + c_1 x + c_2 x^2 + ... that Newton's method in exact fractions finds from `near`.

    Raises ValueError where it has not arrived after ten steps, as from a place that is not near a simple root.
    """
    unit = 10**DIGITS
    x = near
    for _ in range(10):
        value = sum((c * x**power for power, c in enumerate(coefficients)), start=Fraction(0))
        slope = sum((power * c * x ** (power - 1) for power, c in enumerate(coefficients) if power), start=Fraction(0))
        moved = Fraction(round((x - value / slope) * unit), unit)
        if abs(moved - x) <= Fraction(1, unit):
            return moved
        x = moved
    raise ValueError(f"Newton's method finds no root of the polynomial {tuple(coefficients)} from {float(near)}")
