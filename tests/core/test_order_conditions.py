"""Rooted trees and the order conditions they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from core.catalogue import tableaus
from core.order_conditions import (
    ElementaryWeights,
    density,
    rooted_trees,
    stage_weights,
    vertices_of,
    violated,
)
from core.tableau import Tableau, row

TABLEAUS = sorted(tableaus())


def test_the_number_of_rooted_trees_is_the_known_sequence() -> None:
    assert [len(rooted_trees(vertices)) for vertices in range(1, 9)] == [1, 1, 2, 4, 9, 20, 48, 115]


def test_every_tree_has_the_vertices_it_is_listed_under_and_is_listed_once() -> None:
    for vertices in range(1, 8):
        trees = rooted_trees(vertices)
        assert {vertices_of(tree) for tree in trees} == {vertices}
        assert len(set(trees)) == len(trees)


def test_densities_of_the_bushy_and_the_tall_trees() -> None:
    tall: tuple = ()
    for vertices in range(2, 7):
        tall = (tall,)
        bushy = ((),) * (vertices - 1)
        assert density(bushy) == vertices
        assert density(tall) == [2, 6, 24, 120, 720][vertices - 2]


def test_stage_weights_of_rk4() -> None:
    a = tableaus()["rk4"].a
    assert stage_weights(((),), a) == [0, Fraction(1, 2), Fraction(1, 2), 1]
    assert stage_weights((((),),), a) == [0, 0, Fraction(1, 4), Fraction(1, 2)]


@pytest.mark.parametrize("name", TABLEAUS)
def test_every_method_has_exactly_its_order(name: str) -> None:
    tableau = tableaus()[name]
    known = ElementaryWeights(tableau.a)
    for weights, order in (
        (tableau.b, tableau.order),
        (tableau.embedded, tableau.embedded_order),
        (tableau.coarse, tableau.coarse_order),
    ):
        if weights is not None:
            assert known.violated(order, weights, tableau.rounding) is None
            assert known.violated(order + 1, weights, Fraction(1, 10**10)) is not None


@pytest.mark.parametrize("name", TABLEAUS)
def test_every_dense_output_has_exactly_its_order(name: str) -> None:
    tableau = tableaus()[name]
    known, rows = ElementaryWeights(tableau.a), tableau.dense or _hermite(tableau)
    order = tableau.dense_order or min(tableau.order, 3)
    assert known.violated_within(order, rows, tableau.rounding) is None
    assert known.violated_within(order + 1, rows, Fraction(1, 10**10)) is not None


def _hermite(tableau: Tableau) -> list[tuple[Fraction, ...]]:
    """b_i(theta) of the cubic through both ends with their slopes."""
    rows = []
    for stage, weight in enumerate(tableau.b):
        begins, ends = Fraction(stage == 0), Fraction(stage == tableau.end_stage)
        rows.append((begins, 3 * weight - 2 * begins - ends, begins + ends - 2 * weight))
    return rows


@pytest.mark.parametrize("name", ["rk4", "dopri5", "bogacki_shampine_3"])
def test_whole_numbers_give_what_fractions_give(name: str) -> None:
    tableau = tableaus()[name]

    def weights(tree: tuple) -> list[Fraction]:
        values = [Fraction(1)] * tableau.stages
        for subtree in tree:
            below = weights(subtree)
            values = [
                value * sum((x * y for x, y in zip(row, below, strict=False)), start=Fraction(0))
                for value, row in zip(values, tableau.a, strict=True)
            ]
        return values

    for vertices in range(1, 7):
        for tree in rooted_trees(vertices):
            assert stage_weights(tree, tableau.a) == weights(tree)


def test_rounding_is_how_far_a_condition_may_be_missed() -> None:
    tableau = tableaus()["rk4"]
    off = (tableau.b[0] + Fraction(1, 10**9), *tableau.b[1:])
    assert violated(4, tableau.a, off) == ()
    known = ElementaryWeights(tableau.a)
    assert known.violated(4, off, Fraction(1, 10**9)) is None
    assert known.violated(4, off, Fraction(999, 10**12)) == ()


def _changed(numbers: tuple[Fraction, ...], index: int, number: Fraction) -> tuple[Fraction, ...]:
    return (*numbers[:index], number, *numbers[index + 1 :])


def _planted(number: Fraction, rounding: Fraction) -> Iterator[Fraction]:
    """The number with another sign, and with another last digit: of its numerator, or of what can be told apart."""
    if number:
        yield -number
    yield Fraction(number.numerator + 1, number.denominator) if not rounding else number + 20 * rounding


def _plantings(tableau: Tableau) -> Iterator[dict]:
    """Every coefficient, the zeros too, with something else in its place."""
    for name in ("b", "c", "embedded", "coarse"):
        numbers = getattr(tableau, name) or ()
        for index, number in enumerate(numbers):
            for other in _planted(number, tableau.rounding):
                yield {name: _changed(numbers, index, other)}
    for name in ("a", "dense"):
        rows = getattr(tableau, name) or ()
        for index, numbers in enumerate(rows):
            for place, number in enumerate(numbers):
                for other in _planted(number, tableau.rounding):
                    yield {name: _changed(rows, index, _changed(numbers, place, other))}


@pytest.mark.parametrize("name", TABLEAUS)
def test_any_planted_wrong_digit_or_sign_is_refused(name: str) -> None:
    tableau = tableaus()[name]
    plantings = list(_plantings(tableau))
    assert len(plantings) >= 3
    for planting in plantings:
        with pytest.raises(ValueError, match=f"tableau {name}: "):
            replace(tableau, **planting)


def test_swapped_nodes_are_refused() -> None:
    tableau = tableaus()["dopri5"]
    for first, second in combinations(range(6), 2):  # the last two nodes are equal
        nodes = list(tableau.c)
        nodes[first], nodes[second] = nodes[second], nodes[first]
        with pytest.raises(ValueError, match="sums to"):
            replace(tableau, c=tuple(nodes))


def test_swapped_weights_are_refused() -> None:
    tableau = tableaus()["rk4"]
    swapped = (tableau.b[1], tableau.b[0], *tableau.b[2:])
    with pytest.raises(ValueError, match="tableau rk4: "):
        replace(tableau, b=swapped)


def test_a_claimed_order_that_is_too_high_names_the_tree() -> None:
    with pytest.raises(ValueError, match=r"the weights b miss order 2: the condition of the rooted tree \[\[\]\]"):
        replace(tableaus()["euler"], order=2)


def test_dense_output_of_a_claimed_order_that_is_too_high_is_refused() -> None:
    with pytest.raises(ValueError, match="the dense output miss order 4"):
        replace(tableaus()["rk4"], dense_order=4)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"b": row("1 0")}, "2 weights, 1 rows and 1 nodes"),
        ({"a": (row("0"),)}, "row 1 of an explicit method has 0 numbers, not 1"),
        ({"dense": None, "dense_order": None}, "needs a dense output"),
        ({"embedded": row("1")}, "embedded weights and their order belong together"),
        ({"dense": (row("1"), row("0"))}, "dense output need one row per stage"),
        ({"first_same_as_last": True, "c": row("1")}, "row 1 of a sums to 0"),
        ({"coarse": row("1"), "coarse_order": 1}, "coarse weights come beside embedded ones"),
        ({"extra_stages": 1}, "extra stages follow the one at the end of the step"),
    ],
)
def test_a_tableau_of_the_wrong_shape_says_so(change: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(tableaus()["euler"], **change)


def test_a_last_stage_that_is_not_the_next_first_one_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot serve as the next first one"):
        replace(tableaus()["rk4"], first_same_as_last=True)
