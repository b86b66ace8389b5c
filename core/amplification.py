"""By what a step multiplies the solution of z' = lambda z: R(h lambda), and where |R| stays at most 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .additive_tableau import AdditiveTableau
from .exponential_step import ExponentialMethod
from .implicit_tableau import ImplicitTableau
from .integration_method import IntegrationMethod
from .rosenbrock_tableau import RosenbrockTableau
from .surd import Number, fraction_of
from .tableau import Tableau

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

Coefficients = tuple[Fraction, ...]
"""Of 1, x, x^2, ..."""

_REAL = 1e-6
"""Part of its modulus below which a root's imaginary part is rounding."""
_CORRECTIONS = 3
_FARTHEST, _STEPS = 60.0, 6_000
"""How far from 0 the edge is looked for, and in how many steps; farther out counts as unbounded."""
_OVER = 1e-9
"""By which |R| exceeds 1 where it does, and not by rounding."""


@dataclass(frozen=True)
class Amplification:
    """R(z) = P(z) / Q(z): the stability function of a one-step method. Q is 1 for an explicit one.

    Source: Hairer, Wanner, Solving Ordinary Differential Equations II, sections IV.2 and IV.3.
    """

    numerator: Coefficients
    denominator: Coefficients = (Fraction(1),)

    def __call__(self, z: Complex[np.ndarray, "..."]) -> Complex[np.ndarray, "..."]:
        """R(z) for numbers or arrays; infinite at a pole."""
        top, bottom = (np.polyval([float(c) for c in reversed(part)], z) for part in (self.numerator, self.denominator))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(top / bottom)

    def real_limit(self) -> float:
        """The largest x such that |R| <= 1 from -x to 0 on the real axis; infinite where it always is."""
        top, bottom = _mirrored(self.numerator), _mirrored(self.denominator)
        # |Q| - |P| changes its sign only with Q - P or Q + P, whose roots are simple where those of the product are not
        factors = [_sum(bottom, top, -1), _sum(bottom, top, 1)]
        return _first_fall(factors, lambda x: _value(bottom, x) ** 2 - _value(top, x) ** 2)

    def imaginary_limit(self) -> float:
        """The largest y such that |R| <= 1 between -iy and iy on the imaginary axis; infinite where it always is."""
        room = _sum(_squared_modulus(self.denominator), _squared_modulus(self.numerator), -1)
        return math.sqrt(_first_fall([room], lambda w: _value(room, w)))

    def edge(self, angle: Float[np.ndarray, "A"]) -> Float[np.ndarray, "A"]:
        """How far one can go from 0 along every angle with |R| <= 1; infinite beyond 60."""
        radius = np.linspace(_FARTHEST / _STEPS, _FARTHEST, _STEPS)
        found = np.full(len(angle), np.inf)
        for place, one in enumerate(angle.tolist()):
            with np.errstate(invalid="ignore", over="ignore"):
                outside = ~(np.abs(self(radius * np.exp(1j * one))) <= 1.0 + _OVER)
            if outside.any():
                found[place] = radius[int(np.argmax(outside))] - 0.5 * _FARTHEST / _STEPS
        return found


class Exact(Amplification):
    """R(z) = e^z, of a method that solves linear equations exactly."""

    def __init__(self) -> None:
        super().__init__(())

    def __call__(self, z: Complex[np.ndarray, "..."]) -> Complex[np.ndarray, "..."]:
        """e^z."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(np.exp(z))

    def real_limit(self) -> float:
        """None."""
        return math.inf

    def imaginary_limit(self) -> float:
        """None."""
        return math.inf


@cache
def amplification_of(method: IntegrationMethod) -> Amplification | None:
    """The stability function of a one-step method; None for one whose steps hang on those before, or are of parts.

    R(z) = 1 + z b^T (I - z A)^-1 1 = det(I - z A + z 1 b^T) / det(I - z A), A being alpha + gamma of a Rosenbrock
    method, and the implicit part of an additive one, for which the equation is linear where a step begins.
    """
    if isinstance(method, Tableau):
        return Amplification(method.stability_polynomial())
    if isinstance(method, ExponentialMethod):
        return Exact()
    if isinstance(method, ImplicitTableau):
        matrix = method.a
    elif isinstance(method, RosenbrockTableau):
        matrix = method.beta
    elif isinstance(method, AdditiveTableau):
        matrix = method.implicit
    else:
        return None
    shifted = [[number - weight for number, weight in zip(row, method.b, strict=True)] for row in matrix]
    numerator, denominator = _determinant(shifted), _determinant(matrix)
    if method.rounding:
        numerator = _as_exact_as_its_order(numerator, denominator, method.order)
    return Amplification(numerator, denominator)


def _as_exact_as_its_order(numerator: Coefficients, denominator: Coefficients, order: int) -> Coefficients:
    """The numerator P of a method that is known as decimals: R = e^z up to z^p, so its first coefficients are those of
    Q e^z. With them rounded, |R| would exceed 1 by a rounding on the imaginary axis near 0."""
    exact = [
        sum(
            (value / math.factorial(power - place) for place, value in enumerate(denominator[: power + 1])),
            start=Fraction(0),
        )
        for power in range(order + 1)
    ]
    return (*exact, *(value if abs(value) > _OVER * _OVER else Fraction(0) for value in numerator[order + 1 :]))


def _determinant(matrix: Sequence[Sequence[Number]]) -> Coefficients:
    """det(I - z M) by its coefficients of 1, z, z^2, ...; Faddeev's and Le Verrier's algorithm."""
    size = range(len(matrix))
    product: list[list[Any]] = [[Fraction(0)] * len(matrix) for _ in size]
    coefficients: list[Any] = [Fraction(1)]
    for power in range(1, len(matrix) + 1):
        for place in size:
            product[place][place] += coefficients[-1]
        product = [[sum((row[k] * product[k][j] for k in size), start=Fraction(0)) for j in size] for row in matrix]
        coefficients.append(-sum((product[place][place] for place in size), start=Fraction(0)) / power)
    while len(coefficients) > 1 and not coefficients[-1]:
        coefficients.pop()
    return tuple(fraction_of(coefficient) for coefficient in coefficients)


def _first_fall(factors: Sequence[Coefficients], room: Callable[[Fraction], Fraction]) -> float:
    """The first positive root of a factor beyond which `room` is negative; infinite where there is none."""
    roots = sorted({root for factor in factors for root in _positive_roots(factor)})
    places = [0.0, *roots]
    for place, after in zip(places, [*roots, 2.0 * places[-1] + 1.0], strict=True):
        if room(Fraction((place + after) / 2.0)) < 0:
            return place
    return math.inf


def _positive_roots(coefficients: Coefficients) -> list[float]:
    """Real roots above 0, each put right with exact arithmetic; a root at 0 itself is divided out."""
    first = next((place for place, value in enumerate(coefficients) if value), len(coefficients))
    reduced = coefficients[first:]
    while reduced and not reduced[-1]:
        reduced = reduced[:-1]
    if len(reduced) < 2:
        return []
    slope = tuple(power * value for power, value in enumerate(reduced))[1:]
    found = []
    for root in np.roots([float(value) for value in reversed(reduced)]):
        if root.real <= 0.0 or abs(root.imag) > _REAL * abs(root):
            continue
        x = float(root.real)
        for _ in range(_CORRECTIONS):
            steep = _value(slope, Fraction(x))
            if steep:
                x = float(Fraction(x) - _value(reduced, Fraction(x)) / steep)
        found.append(x)
    return [x for x in found if x > 0.0]


def _value(coefficients: Coefficients, x: Fraction) -> Fraction:
    total = Fraction(0)
    for value in reversed(coefficients):
        total = total * x + value
    return total


def _mirrored(coefficients: Coefficients) -> Coefficients:
    """Of p(-x)."""
    return tuple(-value if power % 2 else value for power, value in enumerate(coefficients))


def _sum(first: Coefficients, second: Coefficients, sign: int) -> Coefficients:
    length = max(len(first), len(second))
    one, other = (part + (Fraction(0),) * (length - len(part)) for part in (first, second))
    return tuple(a + sign * b for a, b in zip(one, other, strict=True))


def _squared_modulus(coefficients: Coefficients) -> Coefficients:
    """|p(iy)|^2 as a polynomial in w = y^2."""
    even = [value * (-1) ** (power // 2) for power, value in enumerate(coefficients) if power % 2 == 0]
    odd = [value * (-1) ** (power // 2) for power, value in enumerate(coefficients) if power % 2]
    square = [Fraction(0)] * (2 * max(len(even), len(odd)) + 1)
    for part, shift in ((even, 0), (odd, 1)):
        for i, a in enumerate(part):
            for j, b in enumerate(part):
                square[i + j + shift] += a * b
    return tuple(square)
