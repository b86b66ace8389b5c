"""Deflation: further roots from the same start, all of them, and no false ones."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest

from core.analysis.deflation import FoundRoot, deflated_newton, find_roots
from core.formula_map import FormulaMap
from core.language import parse

NEURON_ROOTS = (-0.907996987222667, -0.310610452329499, 0.978312184853417)


def ends(search: Generator[None, None, np.ndarray]) -> np.ndarray:
    """What it returns."""
    while True:
        try:
            next(search)
        except StopIteration as end:
            return end.value


def roots(
    text: str, low: float, high: float, starts: list[list[float]] | None = None, seeds: int = 24, rounds: int = 12
) -> tuple[FoundRoot, ...]:
    made = FormulaMap(parse(text))
    box = np.full(made.size, low), np.full(made.size, high)
    given = None if starts is None else np.array(starts)
    return find_roots(made.array(), made.jacobian(), *box, given, seeds, rounds)


@pytest.mark.parametrize("seeds", [0, 24])
def test_all_three_answers_of_the_neuron(seeds: int) -> None:
    found = roots("z <- tanh(2 z + 0.3)", -2, 2, [[0.5]], seeds)
    assert [root.z[0] for root in found] == pytest.approx(NEURON_ROOTS, abs=1e-14)
    assert [root.attracting for root in found] == [True, False, True]
    assert [root.radius for root in found] == pytest.approx([2 * (1 - z * z) for z in NEURON_ROOTS], rel=1e-12)
    assert max(root.residual for root in found) < 1e-15


def test_one_start_finds_one_root_without_deflation_and_the_rest_with_it() -> None:
    text = "0 = x^3 - x\nsolve x = 0.1"
    made = FormulaMap(parse(text))
    start, span = np.array([[0.1]]), np.array([4.0])
    assert len(roots(text, -2, 2, [[0.1]], seeds=0, rounds=1)) == 1
    known = np.empty((0, 1))
    for _ in range(3):
        found = ends(deflated_newton(made.array(), made.jacobian(), start, known, span))
        assert len(found) == 1
        known = np.concatenate([known, found])
    assert sorted(known[:, 0].tolist()) == pytest.approx([-1.0, 0.0, 1.0], abs=1e-8)
    assert len(ends(deflated_newton(made.array(), made.jacobian(), start, known, span))) == 0


def test_deflated_ones_are_marked() -> None:
    found = roots("0 = x^3 - x\nsolve x = 0.4", -2, 2, [[0.1]], seeds=0)
    assert [root.z[0] for root in found] == pytest.approx([-1.0, 0.0, 1.0], abs=1e-12)
    assert sum(not root.deflated for root in found) < 3
    assert any(root.deflated for root in found)


def test_circle_and_hyperbola_meet_four_times() -> None:
    found = roots("0 = x^2 + y^2 - 4\n0 = x y - 1\nsolve x = 2, y = 0.5", -3, 3)
    # (x + y)^2 = 6 and (x - y)^2 = 2
    far, near = (np.sqrt(6) + np.sqrt(2)) / 2, (np.sqrt(6) - np.sqrt(2)) / 2
    expected = [(-far, -near), (-near, -far), (near, far), (far, near)]
    np.testing.assert_allclose([root.z for root in found], expected, atol=1e-13)


def test_freudenstein_and_roth_have_one_root_and_a_minimum_that_is_none() -> None:
    text = "0 = -13 + x + ((5 - y) y - 2) y\n0 = -29 + x + ((y + 1) y - 14) y\nsolve x = 0.5, y = -2"
    (root,) = roots(text, -20, 20, [[0.5, -2.0], [11.41, -0.8968]])
    np.testing.assert_allclose(root.z, [5.0, 4.0], atol=1e-12)


def test_many_roots_from_one_start() -> None:
    found = roots("z <- z + sin(z)", -10, 10, [[0.3]], seeds=0)
    np.testing.assert_allclose([root.z[0] for root in found], np.pi * np.arange(-3, 4), atol=1e-12)


def test_a_double_root_is_found_once() -> None:
    found = roots("0 = (x - 1)^2 (x + 1)\nsolve x = 0", -2, 2)
    assert len(found) == 2
    assert [root.z[0] for root in found] == pytest.approx([-1.0, 1.0], abs=1e-4)


def test_no_root_is_an_empty_answer() -> None:
    assert roots("0 = x^2 + 1\nsolve x = 1", -3, 3) == ()


def test_a_map_without_numbers_raises_nothing() -> None:
    assert roots("z <- log(-1 - z^2)", -3, 3) == ()
