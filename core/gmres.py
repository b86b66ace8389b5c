"""GMRES for many systems at once, each until it is solved.

Y. Saad, M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856.
"""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary
from .linear_answer import LinearAnswer, Product

_ROUNDING = 4.0
"""A part of A v that is this many roundings of |A v|, for every vector of the basis, counts as 0."""


def gmres(
    library: ArrayLibrary, product: Product, right: Any, tolerance: Any, wanted: Any, most: int, restart: int
) -> LinearAnswer:
    """x with |b - A x| <= tolerance, from x = 0; in exact numbers after at most n iterations without a restart.

    right: b (S, n). tolerance (S,): absolute. wanted (S,): the systems to be solved. most: iterations at most.
    restart: iterations after which the basis, of restart + 1 vectors, is thrown away and begun anew.

    Iteration k minimises |b - A x| over the span of b, A b, ..., A^(k-1) b. What one system's numbers are does not
    depend on the others, bit for bit, where that holds for `product`.
    """
    residual = library.norm(right)
    x, zero = library.full_like(right, 0.0), library.full_like(residual, 0.0)
    iterations, products, broken = zero, zero, zero > 0.0
    wants, rest, left = wanted & ~(residual <= tolerance), right, most
    while left > 0 and bool(wants.any()):
        if left < most:
            rest = library.where(wants[:, None], right - product(x), 0.0)
            products = products + library.where(wants, 1.0, 0.0)
            residual = library.where(wants, library.norm(rest), residual)
        cycle = _Cycle(library, rest, residual, tolerance, wants)
        for _ in range(min(restart, left)):
            cycle.extend(product)
            left -= 1
            if not bool(cycle.wants.any()):
                break
        x = x + cycle.correction()
        residual = library.where(wants, abs(cycle.residual), residual)
        iterations, products = iterations + cycle.iterations, products + cycle.products
        wants, broken = cycle.wants, broken | cycle.broken
    return LinearAnswer(x, residual, iterations, products, broken)


class _Cycle:
    """The basis between two restarts, and the least-squares problem in it, by rotations.

    Column j of the upper triangle and entry j of its right side are 1 and 0 for a system that needed no j-th vector.
    """

    def __init__(self, library: ArrayLibrary, rest: Any, length: Any, tolerance: Any, wants: Any) -> None:
        self._library, self._tolerance = library, tolerance
        self._basis = [_unit(library, rest, length, wants)]
        self._columns: list[list[Any]] = []
        self._rotations: list[tuple[Any, Any]] = []
        self._sides: list[Any] = []
        self._epsilon = library.epsilon(rest)
        self.residual, self.wants = length, wants
        self.iterations = self.products = library.full_like(length, 0.0)
        self.broken = library.full_like(length, 0.0) > 0.0

    def extend(self, product: Product) -> None:
        """One more vector, and the least residual with it."""
        library, wants = self._library, self.wants
        w = library.where(wants[:, None], product(self._basis[-1]), 0.0)
        least = _ROUNDING * len(self._basis) * self._epsilon * library.norm(w)
        column = []
        for vector in self._basis:
            part = library.total(vector * w)
            w = w - part[:, None] * vector
            column.append(part)
        for place, (cosine, sine) in enumerate(self._rotations):
            upper, lower = column[place], column[place + 1]
            column[place : place + 2] = [cosine * upper + sine * lower, cosine * lower - sine * upper]
        height = library.norm(w)
        pivot = library.norm(library.stack([column[-1], height], axis=-1))
        takes = wants & (pivot > least)
        safe = library.where(takes, pivot, 1.0)
        cosine, sine = library.where(takes, column[-1] / safe, 1.0), library.where(takes, height / safe, 0.0)
        column[-1] = pivot
        self._columns.append([library.where(takes, entry, float(entry is pivot)) for entry in column])
        self._rotations.append((cosine, sine))
        self._sides.append(library.where(takes, cosine * self.residual, 0.0))
        self.residual = library.where(takes, -sine * self.residual, self.residual)
        self.products = self.products + library.where(wants, 1.0, 0.0)
        self.iterations = self.iterations + library.where(takes, 1.0, 0.0)
        self.broken = self.broken | (wants & ~takes)
        self.wants = takes & (abs(self.residual) > self._tolerance) & (height > least)
        self._basis.append(_unit(library, w, height, self.wants))

    def correction(self) -> Any:
        """What is to be added to x (S, n)."""
        weights: list[Any] = []
        for place in reversed(range(len(self._sides))):
            rest = self._sides[place]
            for later, weight in enumerate(reversed(weights), place + 1):
                rest = rest - self._columns[later][place] * weight
            weights.append(rest / self._columns[place][place])
        return sum(weight[:, None] * vector for weight, vector in zip(reversed(weights), self._basis, strict=False))


def _unit(library: ArrayLibrary, vector: Any, length: Any, where: Any) -> Any:
    """The vector of length 1, and 0 elsewhere."""
    return library.where(where[:, None], vector / library.where(where, length, 1.0)[:, None], 0.0)
