"""Order conditions in numbers of any exact kind, such as surds: those of implicit methods.

As in `order_conditions`, which is quicker and knows fractions alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any

from .order_conditions import Tree, density, rooted_trees
from .surd import fraction_of


class ExactWeights:
    """Phi_i(tree) of every stage i: the product over the subtrees u of sum_j a_ij Phi_j(u).

    a: the coefficients, s rows of s numbers.
    rounding: by how much the two sides of a condition may differ, for coefficients that are known as decimals.
    """

    def __init__(self, a: Sequence[Sequence[Any]], rounding: Fraction = Fraction(0)) -> None:
        self._a = a
        self._rounding = rounding
        self._moved: dict[Tree, list[Any]] = {}

    def of(self, tree: Tree) -> list[Any]:
        """Phi_i(tree) for every stage i."""
        below = [self._below(subtree) for subtree in tree]
        return [prod(stage, start=Fraction(1)) for stage in zip(*below, strict=True)] or [Fraction(1)] * len(self._a)

    def violated(self, order: int, b: Sequence[Any]) -> Tree | None:
        """The first rooted tree of at most `order` vertices whose condition the weights b miss; None where all hold."""
        for vertices in range(1, order + 1):
            for tree in rooted_trees(vertices):
                if self._differ(_dot(b, self.of(tree)), Fraction(1, density(tree))):
                    return tree
        return None

    def violated_within(self, order: int, polynomials: Sequence[Sequence[Any]]) -> Tree | None:
        """The same for weights b_i(theta), each given by its coefficients of theta, theta^2, ..."""
        powers = max(order, *(len(polynomial) for polynomial in polynomials))
        columns = [[row[power] if power < len(row) else Fraction(0) for row in polynomials] for power in range(powers)]
        for vertices in range(1, order + 1):
            for tree in rooted_trees(vertices):
                phi = self.of(tree)
                wanted = [Fraction(int(power == vertices), density(tree)) for power in range(1, powers + 1)]
                if any(self._differ(_dot(column, phi), right) for column, right in zip(columns, wanted, strict=True)):
                    return tree
        return None

    def _differ(self, left: Any, right: Fraction) -> bool:
        return left != right and not abs(fraction_of(left - right)) <= self._rounding

    def moved(self, phi: Sequence[Any]) -> list[Any]:
        """sum_j a_ij phi_j for every stage i."""
        return [_dot(row, phi) for row in self._a]

    def _below(self, tree: Tree) -> list[Any]:
        """sum_j a_ij Phi_j of a subtree."""
        if tree not in self._moved:
            self._moved[tree] = self.moved(self.of(tree))
        return self._moved[tree]


def _dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return sum((x * y for x, y in zip(left, right, strict=True) if x and y), start=Fraction(0))
