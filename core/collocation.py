"""Collocation methods: all their coefficients follow from the nodes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .surd import Number

Polynomial = list[Any]
"""Coefficients of 1, theta, theta^2, ..."""


def collocation(
    nodes: Sequence[Number],
) -> tuple[tuple[tuple[Number, ...], ...], tuple[Number, ...], tuple[tuple[Number, ...], ...]]:
    """(a, b, dense) of the method whose polynomial meets the differential equation at the nodes c_i.

    With the Lagrange polynomials l_j of the nodes, a_ij is the integral of l_j from 0 to c_i, b_j that from 0 to 1,
    and b_j(theta) that from 0 to theta, whose coefficients of theta, theta^2, ... are the rows of `dense`.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, theorem II.7.7.
    """
    dense = [_integral(_lagrange(nodes, place)) for place in range(len(nodes))]
    a = tuple(tuple(_value(polynomial, node) for polynomial in dense) for node in nodes)
    b = tuple(_value(polynomial, Fraction(1)) for polynomial in dense)
    return a, b, tuple(tuple(polynomial) for polynomial in dense)


def _lagrange(nodes: Sequence[Number], place: int) -> Polynomial:
    """The polynomial that is 1 at that node and 0 at the others."""
    product: Polynomial = [Fraction(1)]
    for other, node in enumerate(nodes):
        if other != place:
            width = nodes[place] - node
            product = [
                (below - here * node) / width
                for below, here in zip([Fraction(0), *product], [*product, Fraction(0)], strict=True)
            ]
    return product


def _integral(polynomial: Polynomial) -> Polynomial:
    """From 0 on, by its coefficients of theta, theta^2, ..."""
    return [coefficient * Fraction(1, power + 1) for power, coefficient in enumerate(polynomial)]


def _value(polynomial: Polynomial, theta: Any) -> Any:
    """Of a polynomial given by its coefficients of theta, theta^2, ..."""
    total: Any = Fraction(0)
    for coefficient in reversed(polynomial):
        total = (total + coefficient) * theta
    return total
