"""Matrices by their entries: where they lie, systems with them, and what is done where blocks should be exchanged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core
from core.block_tridiagonal import BlockLayout
from core.formula_field import FormulaField
from core.sparse_jacobian import SparseJacobian, entries_by_products, lies_near_diagonal
from core.sparse_pattern import SparsePattern


def _ring(size: int, reach: int = 1) -> np.ndarray:
    apart = abs(np.arange(size)[:, None] - np.arange(size))
    return np.minimum(apart, size - apart) <= reach


def _sparse(known: np.ndarray, matrix: np.ndarray) -> SparseJacobian:
    """Of the field z' = matrix z."""

    def products(_t: Any, _z: np.ndarray, v: np.ndarray) -> np.ndarray:
        return v @ matrix.T

    pattern = SparsePattern(known)
    return SparseJacobian(pattern, entries_by_products(pattern, products))


def test_groups_share_no_row_and_an_order_opens_a_ring() -> None:
    pattern = SparsePattern(_ring(64))
    for group in range(pattern.groups.max() + 1):
        rows = pattern.rows[pattern.groups[pattern.columns] == group]
        assert len(rows) == len(set(rows.tolist()))
    assert pattern.groups.max() + 1 <= 4
    assert sorted(pattern.order.tolist()) == list(range(64))
    assert pattern.reach == 2
    assert lies_near_diagonal(pattern)
    assert not lies_near_diagonal(SparsePattern(_ring(64) | (np.arange(64) == 0)))  # all depend on the first
    assert not lies_near_diagonal(SparsePattern(_ring(20)))


@pytest.mark.parametrize(("size", "reach"), [(50, 1), (117, 3), (256, 5)])
def test_blocks_solve_as_elimination_does(size: int, reach: int) -> None:
    known = _ring(size, reach)
    pattern = SparsePattern(known)
    drawn = np.random.default_rng(size)
    matrices = np.where(known, drawn.standard_normal((3, size, size)), 0.0) + 4.0 * reach * np.eye(size)
    right = drawn.standard_normal((3, size))
    layout = BlockLayout(pattern.places, pattern.rows, pattern.columns)
    found = layout.factored(matrices[:, pattern.rows, pattern.columns]).solve(right)
    assert layout.count > 1
    assert found == pytest.approx(np.linalg.solve(matrices, right[..., None])[..., 0], rel=1e-11)


def test_systems_of_one_stage_and_of_three_are_those_of_the_whole_matrix() -> None:
    size, drawn = 60, np.random.default_rng(1)
    known = _ring(size)
    matrix = np.where(known, drawn.standard_normal((size, size)), 0.0)
    sparse, unit, width = _sparse(known, matrix), np.eye(size), np.array([[0.1], [0.3]])
    z, t, right = drawn.standard_normal((2, size)), np.zeros(2), drawn.standard_normal((2, size))
    system = sparse.shifted(width, t, z)
    whole = unit - width[..., None] * matrix
    assert system.solve(right) == pytest.approx(np.linalg.solve(whole, right[..., None])[..., 0], rel=1e-11)
    assert system.times(right) == pytest.approx((whole @ right[..., None])[..., 0], rel=1e-12)
    assert not system.too_long(system.solve(right), right).any()
    a = np.array([[0.2, -0.1, 0.05], [0.4, 0.3, -0.04], [0.38, 0.5, 0.11]])
    three = sparse.stages(width, a, np.zeros(6), drawn.standard_normal((6, size)))
    whole = np.eye(3 * size) - width[..., None] * np.kron(a, matrix)
    right = drawn.standard_normal((2, 3 * size))
    assert three.solve(right) == pytest.approx(np.linalg.solve(whole, right[..., None])[..., 0], rel=1e-11)


def test_a_lane_whose_blocks_should_be_exchanged_is_solved_whole_and_its_mates_are_not() -> None:
    """The first nine unknowns of the skew matrix with 1 above and -1 below the diagonal alone have no solution."""
    size = 62
    skew = np.eye(size, k=1) - np.eye(size, k=-1)
    known = (skew != 0.0) | np.eye(size, dtype=bool)
    pattern = SparsePattern(known)
    layout = BlockLayout(pattern.places, pattern.rows, pattern.columns)
    right = np.random.default_rng(2).standard_normal((2, size))
    assert layout.width == 9
    assert not np.isfinite(layout.factored(skew[None, pattern.rows, pattern.columns]).solve(right[:1])).all()
    sparse = _sparse(known, np.eye(size) - skew)
    system = sparse.shifted(np.array([[1.0], [0.1]]), np.zeros(2), np.zeros((2, size)))
    whole = np.stack([skew, 0.9 * np.eye(size) + 0.1 * skew])
    assert system.solve(right) == pytest.approx(np.linalg.solve(whole, right[..., None])[..., 0], rel=1e-9)
    alone = sparse.shifted(np.array([[0.1]]), np.zeros(1), np.zeros((1, size)))
    assert np.array_equal(alone.solve(right[1:]), system.solve(right)[1:])


def test_a_singular_matrix_is_one() -> None:
    known = _ring(64)
    system = _sparse(known, np.eye(64)).shifted(np.array([[1.0], [0.5]]), np.zeros(2), np.zeros((2, 64)))
    assert system.singular.tolist() == [True, False]


@pytest.mark.parametrize("named", [False, True])
def test_of_a_formula_its_entries_are_those_of_the_whole(named: bool) -> None:
    """Whether its components are those of a vector or have a name each."""
    names = [f"z_{place}" for place in range(100)]
    lines = [
        f"{here}' = 3*({names[place - 1]} - 2{here} + {names[place - 99]}) + {here}*(1 - {here})*sin(t)"
        for place, here in enumerate(names)
    ]
    text = "z' = 3*(shift(z, 1) - 2z + shift(z, -1)) + z*(1 - z)*sin(t)\nz in R^100"
    field = FormulaField(core.parse("\n".join(lines) if named else text))
    sparse = field.sparse_jacobian()
    assert sparse is not None
    z, t = np.random.default_rng(3).standard_normal((5, 100)), np.linspace(0.0, 1.0, 5)
    rows, columns = np.nonzero(_ring(100))
    assert sparse.entries(t, z) == pytest.approx(field.jacobian()(t, z)[:, rows, columns], rel=1e-13)
    dense = core.parse("z' = tanh(W z)\nz in R^60\nW = normal(60, 60, seed 1)")
    assert FormulaField(dense).sparse_jacobian() is None
