"""Order conditions of Runge-Kutta methods through rooted trees, in exact numbers: fractions or surds.

A method has order p where, for every rooted tree of at most p vertices, sum_i b_i Phi_i(tree) = 1 / gamma(tree).
The weights may be polynomials b_i(theta) of a dense output: then the right side is theta^r / gamma(tree), r the
number of vertices. Source: Butcher, Numerical Methods for Ordinary Differential Equations, section 31;
Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, sections II.2 and II.6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any

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


def vertices_of(tree: Tree) -> int:
    """The number of vertices of `tree`."""
    return 1 + sum(vertices_of(subtree) for subtree in tree)


def drawn(tree: Tree) -> str:
    """A tree as brackets: [] is a vertex, [[][]] a root with two leaves."""
    return f"[{''.join(drawn(subtree) for subtree in tree)}]"


def density(tree: Tree) -> int:
    """gamma(tree): the product of the vertex counts of all subtrees, `tree` itself included."""
    return vertices_of(tree) * prod(density(subtree) for subtree in tree)


def stage_weights(tree: Tree, a: Sequence[Sequence[Any]]) -> list[Any]:
    """Phi_i(tree) for every stage i: the product over the subtrees u of sum_j a_ij Phi_j(u)."""
    below = [stage_weights(subtree, a) for subtree in tree]
    return [
        prod((_dot(row, weights) for weights in below), start=Fraction(1))
        for row in a  # an explicit method's row may stop before the diagonal
    ]


def violated(order: int, a: Sequence[Sequence[Any]], b: Sequence[Any]) -> Tree | None:
    """The first rooted tree of at most `order` vertices whose condition the weights b miss; None where all hold."""
    for tree in _trees_up_to(order):
        if _dot(b, stage_weights(tree, a)) != Fraction(1, density(tree)):
            return tree
    return None


def violated_within(order: int, a: Sequence[Sequence[Any]], polynomials: Sequence[Sequence[Any]]) -> Tree | None:
    """The same for weights b_i(theta), each given by its coefficients of theta, theta^2, ..."""
    powers = max(len(polynomial) for polynomial in polynomials)
    for tree in _trees_up_to(order):
        phi = stage_weights(tree, a)
        for power in range(1, max(powers, order) + 1):
            column = [row[power - 1] if power <= len(row) else Fraction(0) for row in polynomials]
            wanted = Fraction(1, density(tree)) if power == vertices_of(tree) else Fraction(0)
            if _dot(column, phi) != wanted:
                return tree
    return None


def _trees_up_to(order: int) -> Iterator[Tree]:
    for vertices in range(1, order + 1):
        yield from rooted_trees(vertices)


def _dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return sum((x * y for x, y in zip(left, right, strict=False) if x and y), start=Fraction(0))
