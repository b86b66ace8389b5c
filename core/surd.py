"""Exact numbers p + q sqrt(d) with rational p and q: the coefficients of many implicit methods."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt


@dataclass(frozen=True, eq=False)
class Surd:
    """p + q sqrt(d), d a natural number that is no square. Two of them mix where d is the same.

    Raises ValueError for a square d, and where two different roots meet.
    """

    p: Fraction
    q: Fraction
    d: int

    def __post_init__(self) -> None:
        if self.d < 2 or isqrt(self.d) ** 2 == self.d:
            raise ValueError(f"sqrt({self.d}) is no irrational number")

    def __add__(self, other: Surd | Fraction | int) -> Surd:
        other = self._like(other)
        return Surd(self.p + other.p, self.q + other.q, self.d)

    __radd__ = __add__

    def __neg__(self) -> Surd:
        return Surd(-self.p, -self.q, self.d)

    def __sub__(self, other: Surd | Fraction | int) -> Surd:
        return self + -self._like(other)

    def __rsub__(self, other: Surd | Fraction | int) -> Surd:
        return -self + other

    def __mul__(self, other: Surd | Fraction | int) -> Surd:
        other = self._like(other)
        return Surd(self.p * other.p + self.d * self.q * other.q, self.p * other.q + self.q * other.p, self.d)

    __rmul__ = __mul__

    def __truediv__(self, other: Surd | Fraction | int) -> Surd:
        other = self._like(other)
        norm = other.p**2 - self.d * other.q**2
        return self * Surd(other.p / norm, -other.q / norm, self.d)

    def __rtruediv__(self, other: Surd | Fraction | int) -> Surd:
        return self._like(other) / self

    def __pow__(self, exponent: int) -> Surd:
        power = self._like(1)
        for _ in range(exponent):
            power = power * self
        return power

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Surd | Fraction | int):
            return NotImplemented
        if isinstance(other, Surd) and other.d != self.d:
            return not self.q and not other.q and self.p == other.p
        other = self._like(other)
        return self.p == other.p and self.q == other.q

    def __hash__(self) -> int:
        return hash((self.p, self.q, self.d)) if self.q else hash(self.p)

    def __bool__(self) -> bool:
        return bool(self.p or self.q)

    def __float__(self) -> float:
        """Rounded once."""
        return float(fraction_of(self))

    def __str__(self) -> str:
        return f"{self.p} + {self.q} sqrt({self.d})"

    def _like(self, other: Surd | Fraction | int) -> Surd:
        if not isinstance(other, Surd):
            return Surd(Fraction(other), Fraction(0), self.d)
        if other.d != self.d:
            raise ValueError(f"{self} and {other} have different roots")
        return other


def root(number: int) -> Surd:
    """sqrt(number)."""
    return Surd(Fraction(0), Fraction(1), number)


Number = Fraction | Surd
"""A coefficient of a method."""


def fraction_of(number: Number) -> Fraction:
    """The number itself, or what it is to 40 digits."""
    if not isinstance(number, Surd):
        return number
    return number.p + number.q * Fraction(isqrt(number.d * 10**80), 10**40)
