"""Order conditions of additive Runge-Kutta methods through rooted trees whose vertices have one of two colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from math import prod

from .order_conditions import Tree, density, vertices_of

Coloured = tuple[tuple[int, "Coloured"], ...]
"""The sorted subtrees that hang from a root, each with the colour of its own root: 0 explicit, 1 implicit. The colour
of the first root chooses weights, which both parts share."""
_UNIT = 2**256
"""Numbers are whole multiples of 1 / _UNIT: 77 decimals, far more than any table has."""


@cache
def coloured_trees(vertices: int) -> tuple[Coloured, ...]:
    """Every such tree with that many vertices: 1, 2, 7, 26, 107, ... of them."""
    if vertices == 1:
        return ((),)
    return tuple(sorted({larger for tree in coloured_trees(vertices - 1) for larger in _grown(tree)}))


def _grown(tree: Coloured) -> Iterator[Coloured]:
    """The trees that one more leaf makes of `tree`."""
    for colour in (0, 1):
        yield tuple(sorted((*tree, (colour, ()))))
    for index, (colour, subtree) in enumerate(tree):
        for larger in _grown(subtree):
            yield tuple(sorted((*tree[:index], (colour, larger), *tree[index + 1 :])))


def without_colours(tree: Coloured) -> Tree:
    """The plain rooted tree."""
    return tuple(sorted(without_colours(subtree) for _, subtree in tree))


class AdditiveWeights:
    """Phi_i(tree) of every stage i: the product over the subtrees u of sum_j a_ij Phi_j(u), a being the coefficients
    of the part whose colour the root of u has.

    parts: the explicit and the implicit coefficients, s rows of s numbers each. rounding: by how much the two sides of
    a condition may differ. A method has order p where sum_i b_i Phi_i(tree) = 1 / gamma(tree) for all trees of at most
    p vertices, gamma being that of the tree without colours.

    Source: C. A. Kennedy, M. H. Carpenter, Appl. Numer. Math. 44 (2003) 139, section 2.1.
    """

    def __init__(self, parts: Sequence[Sequence[Sequence[Fraction]]], rounding: Fraction) -> None:
        self._parts = [[_fixed(row) for row in rows] for rows in parts]
        self._allowed = int(rounding * _UNIT)
        self._moved: dict[tuple[int, Coloured], list[int]] = {}

    def violated(self, order: int, b: Sequence[Fraction]) -> Tree | None:
        """The first tree of at most `order` vertices, without its colours, whose condition the weights b miss."""
        return self.violated_within(order, [(weight,) for weight in b], ends_only=True)

    def violated_within(
        self, order: int, polynomials: Sequence[Sequence[Fraction]], *, ends_only: bool = False
    ) -> Tree | None:
        """The same for weights b_i(theta), given by their coefficients of theta, theta^2, ..., with theta^r / gamma
        on the right, r the number of vertices. ends_only: the only coefficient is the weight at theta = 1."""
        columns = [_fixed(column) for column in zip(*polynomials, strict=True)]
        for vertices in range(1, order + 1):
            for tree in coloured_trees(vertices):
                plain = without_colours(tree)
                phi, right = self._of(tree), _UNIT // density(plain)
                for power, column in enumerate(columns, start=1):
                    wanted = right if ends_only or power == vertices_of(plain) else 0
                    if abs(_dot(column, phi) - wanted) > self._allowed:
                        return plain
        return None

    def _of(self, tree: Coloured) -> list[int]:
        """Phi_i of a tree."""
        stages = len(self._parts[0])
        below = [self._below(colour, subtree) for colour, subtree in tree]
        return [prod(stage) // _UNIT ** (len(tree) - 1) for stage in zip(*below, strict=True)] or [_UNIT] * stages

    def _below(self, colour: int, tree: Coloured) -> list[int]:
        """sum_j a_ij Phi_j of a subtree."""
        if (colour, tree) not in self._moved:
            phi = self._of(tree)
            self._moved[colour, tree] = [_dot(row, phi) for row in self._parts[colour]]
        return self._moved[colour, tree]


def _fixed(numbers: Sequence[Fraction]) -> list[int]:
    return [number.numerator * _UNIT // number.denominator for number in numbers]


def _dot(left: Sequence[int], right: Sequence[int]) -> int:
    return sum(map(int.__mul__, left, right)) // _UNIT
