"""A root problem checks its starts and which rows of the batch data they see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from root_problems import follow, formula

import core
from core.root_problem import FixedPoint
from core.stop_rule import StopRule


def batched(rows: int) -> Any:
    return core.layer(lambda z, x: 0.5 * z + x, 2, x=torch.arange(2.0 * rows).reshape(rows, 2))


def test_starts_have_the_size_of_the_map() -> None:
    assert FixedPoint(formula("z <- cos(z)"), np.array([1.0])).start.shape == (1, 1)
    for start in ([[1.0, 2.0]], np.zeros((0, 1)), np.zeros((2, 3, 1))):
        with pytest.raises(ValueError, match="a start needs 1 numbers"):
            FixedPoint(formula("z <- cos(z)"), start)


def test_every_start_sees_its_row_or_the_only_one() -> None:
    assert FixedPoint(batched(3), np.zeros((3, 2))).rows.tolist() == [0, 1, 2]
    assert FixedPoint(batched(1), np.zeros((3, 2))).rows.tolist() == [0, 0, 0]
    assert FixedPoint(formula("z <- cos(z)"), np.zeros((3, 1))).rows is None
    with pytest.raises(ValueError, match="3 rows for 2 starts: give one start per row, or rows"):
        FixedPoint(batched(3), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="this map has none"):
        FixedPoint(formula("z <- cos(z)"), np.zeros((3, 1)), np.array([0, 0, 0]))


@pytest.mark.parametrize("rows", [[0, 3], [-1, 0], [0], [0.0, 1.0], [[0, 1]]])
def test_rows_that_are_none_are_refused(rows: list[Any]) -> None:
    with pytest.raises(ValueError, match="2 whole numbers from 0 to 2, one per start"):
        FixedPoint(batched(3), np.zeros((2, 2)), np.array(rows))


@pytest.mark.parametrize("solver", ["picard", "newton", "anderson"])
def test_rows_may_repeat_and_come_in_any_order(solver: str) -> None:
    kept = follow(batched(3), np.zeros((4, 2)), solver, StopRule(1e-12), path="torch", rows=np.array([2, 0, 2, 1]))
    ends = [kept.of(sample).z[-1] for sample in range(4)]
    assert np.array(ends) == pytest.approx(np.array([[8.0, 10.0], [0.0, 2.0], [8.0, 10.0], [4.0, 6.0]]), abs=1e-10)


def test_many_samples_are_shown_to_the_map_in_parts_that_torch_leaves_to_one_thread() -> None:
    shapes: list[tuple[int, ...]] = []

    def f(z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        shapes.append(tuple(z.shape))
        return 0.5 * z + x

    x = torch.randn(3000, 16)
    root = core.solve(core.layer(f, 16, x=x), method="newton", stop="absolute")
    assert root.z == pytest.approx(2.0 * x.double().numpy(), abs=1e-8)
    assert {shape[0] * shape[1] <= 32_768 for shape in shapes} == {True}
    assert {shape[0] % 32 for shape in shapes} == {0}
