"""The two forms of a Rosenbrock method: slopes k_i, in which it is analysed, and increments, in which it is computed.

With Gamma = (gamma_ij) the increments U_i / h = sum_(j<=i) gamma_ij k_j solve an equation with the matrix
I - h gamma df/dz each, without a product with df/dz. Numbers printed for one form follow from those for the other:
A = alpha Gamma^-1, C = I / gamma - Gamma^-1, m = b Gamma^-1.
Source: Hairer, Wanner, Solving Ordinary Differential Equations II, IV.7, (7.25).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .surd import Number

Matrix = tuple[tuple[Number, ...], ...]
_DIGITS = 40
"""After the point, of numbers that follow from decimals: far beyond those that were printed."""


def from_increments(diagonal: Fraction, a: Sequence[str], c: Sequence[str]) -> tuple[Matrix, Matrix]:
    """(alpha, Gamma), whole square matrices, of a method given by gamma and the rows of A and C below the diagonal.

    a, c: the second row of each and those after it, decimals apart by spaces, exactly as they are printed.
    """
    stages = len(a) + 1
    lower = [[-Fraction(word) for word in row.split()] for row in ("", *c)]
    inverse = [_filled([*row, 1 / diagonal], stages) for row in lower]
    gamma = lower_inverse(inverse)
    alpha = product([_filled([Fraction(word) for word in row.split()], stages) for row in ("", *a)], gamma)
    return _rounded(alpha), _rounded(gamma)


def of_slopes(weights: Sequence[Number], gamma: Matrix) -> tuple[Number, ...]:
    """The weights of the slopes k_i that are `weights` of the increments U_i / h."""
    return product([weights], gamma)[0]


def lower_inverse(matrix: Sequence[Sequence[Number]]) -> Matrix:
    """The inverse of a lower triangular matrix with a diagonal of numbers that are not 0."""
    size = len(matrix)
    rows: list[list[Any]] = []
    for place, row in enumerate(matrix):
        unit = [Fraction(int(place == column)) for column in range(size)]
        for below in range(place):
            unit = [left - row[below] * right for left, right in zip(unit, rows[below], strict=True)]
        rows.append([number / row[place] for number in unit])
    return tuple(map(tuple, rows))


def product(left: Sequence[Sequence[Number]], right: Sequence[Sequence[Number]]) -> Matrix:
    """Of two matrices."""
    columns = list(zip(*right, strict=True))
    return tuple(
        tuple(
            sum((x * y for x, y in zip(row, column, strict=True) if x and y), start=Fraction(0)) for column in columns
        )
        for row in left
    )


def _filled(row: Sequence[Fraction], size: int) -> tuple[Fraction, ...]:
    return (*row, *[Fraction(0)] * (size - len(row)))


def _rounded(matrix: Sequence[Sequence[Any]]) -> Matrix:
    return tuple(tuple(round(number, _DIGITS) for number in row) for row in matrix)
