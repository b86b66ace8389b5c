"""Order conditions of Runge-Kutta methods through rooted trees, in exact fractions.

A method has order p where, for every rooted tree of at most p vertices, sum_i b_i Phi_i(tree) = 1 / gamma(tree).
The weights may be polynomials b_i(theta) of a dense output: then the right side is theta^r / gamma(tree), r the
number of vertices. Source: Butcher, Numerical Methods for Ordinary Differential Equations, section 31;
Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, sections II.2 and II.6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from math import lcm, prod
from typing import NamedTuple

Tree = tuple["Tree", ...]
"""A rooted tree is the sorted tuple of the subtrees that hang from its root; () is a single vertex."""


@cache
def rooted_trees(vertices: int) -> tuple[Tree, ...]:
    """Every rooted tree with that many vertices: 1, 1, 2, 4, 9, 20, 48, 115, ... of them."""
    if vertices == 1:
        return ((),)
    return tuple(sorted({larger for tree in rooted_trees(vertices - 1) for larger in _grown(tree)}))


def _grown(tree: Tree) -> Iterator[Tree]:
    """The trees that one more leaf makes of `tree`."""
    yield tuple(sorted((*tree, ())))
    for index, subtree in enumerate(tree):
        for larger in _grown(subtree):
            yield tuple(sorted((*tree[:index], larger, *tree[index + 1 :])))


@cache
def vertices_of(tree: Tree) -> int:
    """The number of vertices of `tree`."""
    return 1 + sum(vertices_of(subtree) for subtree in tree)


def drawn(tree: Tree) -> str:
    """A tree as brackets: [] is a vertex, [[][]] a root with two leaves."""
    return f"[{''.join(drawn(subtree) for subtree in tree)}]"


def broken_condition(tree: Tree) -> str:
    """That the condition of a tree is missed, in words."""
    return f"the condition of the rooted tree {drawn(tree)} ({vertices_of(tree)} vertices) does not hold"


@cache
def density(tree: Tree) -> int:
    """gamma(tree): the product of the vertex counts of all subtrees, `tree` itself included."""
    return vertices_of(tree) * prod(density(subtree) for subtree in tree)


class _Listed(NamedTuple):
    """A tree with what its condition needs. subtrees: their places in the list of all trees."""

    tree: Tree
    vertices: int
    density: int
    subtrees: tuple[int, ...]


@cache
def _listed(order: int) -> tuple[_Listed, ...]:
    """All trees of at most `order` vertices, every tree after its subtrees."""
    trees = [tree for vertices in range(1, order + 1) for tree in rooted_trees(vertices)]
    places = {tree: place for place, tree in enumerate(trees)}
    return tuple(_Listed(tree, vertices_of(tree), density(tree), tuple(map(places.get, tree))) for tree in trees)  # type: ignore[arg-type]


class ElementaryWeights:
    """Phi_i(tree) of every stage i: the product over the subtrees u of sum_j a_ij Phi_j(u).

    Every tree is computed once, in whole numbers: with D the common denominator of all a_ij, Phi_i(tree) is a whole
    number over D^(vertices - 1). That is exact, and quicker than fractions, which look for common divisors at
    every sum.

    a: the coefficients; rows may stop before the diagonal.
    """

    def __init__(self, a: Sequence[Sequence[Fraction]]) -> None:
        self._unit = lcm(*(number.denominator for row in a for number in row))
        self._rows = [_over(self._unit, row) for row in a]
        self._phi: list[list[int]] = []
        self._moved: dict[int, list[int]] = {}
        """sum_j a_ij Phi_j of a subtree, a factor of every tree that it hangs from."""

    def of(self, tree: Tree) -> list[Fraction]:
        """Phi_i(tree) for every stage i."""
        place = next(place for place, listed in enumerate(_listed(vertices_of(tree))) if listed.tree == tree)
        scale = self._unit ** (vertices_of(tree) - 1)
        return [Fraction(number, scale) for number in self._numerators(place, _listed(vertices_of(tree)))]

    def violated(self, order: int, b: Sequence[Fraction], rounding: Fraction = Fraction(0)) -> Tree | None:
        """The first rooted tree of at most `order` vertices whose condition the weights b miss; None where all hold.

        rounding: by how much the two sides may differ, for coefficients that are known as decimals.
        """
        return self.violated_within(order, [(weight,) for weight in b], rounding, ends_only=True)

    def violated_within(
        self,
        order: int,
        polynomials: Sequence[Sequence[Fraction]],
        rounding: Fraction = Fraction(0),
        *,
        ends_only: bool = False,
    ) -> Tree | None:
        """The same for weights b_i(theta), each given by its coefficients of theta, theta^2, ...

        ends_only: the polynomials have one coefficient, the weight at theta = 1.
        """
        powers = max(len(polynomial) for polynomial in polynomials)
        columns = [[row[power] if power < len(row) else Fraction(0) for row in polynomials] for power in range(powers)]
        units = [lcm(*(number.denominator for number in column)) for column in columns]
        whole = [_over(unit, column) for unit, column in zip(units, columns, strict=True)]
        listed = _listed(order)
        for place, (tree, vertices, gamma, _) in enumerate(listed):
            phi, scale = self._numerators(place, listed), self._unit ** (vertices - 1)
            if vertices > powers and not ends_only:
                return tree
            for power, (unit, column) in enumerate(zip(units, whole, strict=True), start=1):
                wanted = unit * scale if ends_only or power == vertices else 0
                off = abs(gamma * sum(map(int.__mul__, column, phi)) - wanted)
                if off * rounding.denominator > rounding.numerator * gamma * unit * scale:
                    return tree
        return None

    def _numerators(self, place: int, listed: Sequence[_Listed]) -> list[int]:
        """D^(vertices - 1) Phi_i of the tree at a place of the list."""
        while len(self._phi) <= place:
            factors = [self._below(subtree) for subtree in listed[len(self._phi)].subtrees]
            phi = [prod(stage) for stage in zip(*factors, strict=True)] if factors else [1] * len(self._rows)
            self._phi.append(phi)
        return self._phi[place]

    def _below(self, place: int) -> list[int]:
        if place not in self._moved:
            phi = self._phi[place]
            self._moved[place] = [sum(map(int.__mul__, row, phi)) for row in self._rows]
        return self._moved[place]


def stage_weights(tree: Tree, a: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """Phi_i(tree) for every stage i."""
    return ElementaryWeights(a).of(tree)


def violated(order: int, a: Sequence[Sequence[Fraction]], b: Sequence[Fraction]) -> Tree | None:
    """The first rooted tree of at most `order` vertices whose condition the weights b miss; None where all hold."""
    return ElementaryWeights(a).violated(order, b)


def violated_within(
    order: int, a: Sequence[Sequence[Fraction]], polynomials: Sequence[Sequence[Fraction]]
) -> Tree | None:
    """The same for weights b_i(theta), each given by its coefficients of theta, theta^2, ..."""
    return ElementaryWeights(a).violated_within(order, polynomials)


def _over(unit: int, numbers: Sequence[Fraction]) -> list[int]:
    """The numerators over the common denominator `unit`."""
    return [number.numerator * (unit // number.denominator) for number in numbers]
