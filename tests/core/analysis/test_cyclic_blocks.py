"""The equations around a circle of blocks, against a dense solve of the same matrix."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.cyclic_blocks import solve_cyclic


@pytest.mark.parametrize(("count", "n", "growth"), [(1, 2, 1.0), (7, 1, 1.0), (41, 3, 1.0), (40, 3, 3.0)])
def test_it_is_the_solution_of_the_whole_matrix(count: int, n: int, growth: float) -> None:
    rng = np.random.default_rng(0)
    # growth 3: a product of the blocks has entries of 3^40 beside others of 3^-40
    blocks = np.diag(growth ** np.linspace(1, -1, n)) + 0.1 * rng.normal(size=(count, n, n))
    columns, right = rng.normal(size=(count, n, 2)), rng.normal(size=(count, n))
    rows, last = rng.normal(size=(2, count * n + 2)), rng.normal(size=2)
    whole = np.zeros((count * n + 2, count * n + 2))
    for i in range(count):
        after, own = (i + 1) % count * n, slice(i * n, i * n + n)
        whole[own, own] += blocks[i]
        whole[own, after : after + n] -= np.eye(n)
    whole[:-2, -2:], whole[-2:] = columns.reshape(-1, 2), rows
    z, y = solve_cyclic(blocks, columns, right, rows, last)
    expected = np.linalg.solve(whole, np.append(right, last))
    np.testing.assert_allclose(np.append(z, y), expected, atol=1e-11 * np.abs(expected).max())


def test_a_singular_matrix_is_refused() -> None:
    blocks, columns = np.tile(np.eye(2), (4, 1, 1)), np.zeros((4, 2, 2))
    with pytest.raises(np.linalg.LinAlgError):
        solve_cyclic(blocks, columns, np.ones((4, 2)), np.zeros((2, 10)), np.zeros(2))
