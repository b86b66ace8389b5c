"""The array functions of root solvers: the same numbers from numpy and torch, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.array_library import NUMPY, TORCH, ArrayLibrary, distances, norms
from core.dense_matrices import regular_inverse

LIBRARIES = [NUMPY, TORCH]


def arrays(library: ArrayLibrary, values: Any, dtype: str = "float64") -> Any:
    return library.array(np.asarray(values, dtype=np.float64), "cpu", dtype)


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_sums_and_norms_of_rows(library: ArrayLibrary, size: int) -> None:
    rows = np.random.default_rng(size).normal(size=(6, size))
    array = arrays(library, rows)
    assert library.host(library.total(array)) == pytest.approx(rows.sum(axis=1), abs=1e-14)
    assert library.host(library.norm(array)) == pytest.approx(np.linalg.norm(rows, axis=1), rel=1e-15)
    for place in range(6):
        alone = arrays(library, rows[place : place + 1])
        assert library.host(library.norm(alone))[0] == library.host(library.norm(array))[place]
    assert np.array_equal(library.host(array), rows)


def test_both_libraries_give_the_same_bits() -> None:
    rows = np.random.default_rng(0).normal(size=(9, 13))
    here, there = (library.host(library.norm(arrays(library, rows))) for library in LIBRARIES)
    assert np.array_equal(here, there)


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
@pytest.mark.parametrize(("dtype", "large"), [("float64", 1e200), ("float32", 1e30)])
def test_a_norm_overflows_no_earlier_than_its_result(library: ArrayLibrary, dtype: str, large: float) -> None:
    rows = arrays(library, [[3 * large, 4 * large], [0.0, 0.0], [3 / large, 4 / large]], dtype)
    norms = library.host(library.norm(rows))
    assert norms[:2] == pytest.approx([5 * large, 0.0], rel=1e-6)
    assert norms[2] == pytest.approx(5 / large, rel=1e-6, abs=0.0)
    with np.errstate(invalid="ignore"):
        assert np.isnan(library.host(library.norm(arrays(library, [[np.nan, 1.0]])))).all()


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_distances_of_several_arrays_are_the_norms_of_their_differences(library: ArrayLibrary, dtype: str) -> None:
    random = np.random.default_rng(1)
    ends, begins = ([arrays(library, random.normal(size=(4, 5)), dtype) for _ in range(3)] for _ in range(2))
    ends[1][2] = begins[1][2]  # a difference of 0, and one whose square is none
    ends[2][1], begins[2][1] = 3e-30 if dtype == "float32" else 3e-200, 0.0
    found = library.host(distances(library, ends, begins))
    one_by_one = [library.host(library.norm(end - begin)) for end, begin in zip(ends, begins, strict=True)]
    assert np.array_equal(found, one_by_one)
    assert found[1, 2] == 0.0
    assert found[2, 1] == pytest.approx(np.sqrt(5.0) * float(ends[2][1, 0]), rel=1e-6, abs=0.0)


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_of_a_norm_that_is_small_enough_only_that_is_asked(library: ArrayLibrary) -> None:
    rows = arrays(library, [[3e-30, 4e-30], [3e-30, 4e-30], [3.0, 4.0], [3e30, 4e30]], "float32")
    (found,) = library.host(norms(library, [rows], np.array([1e-3, 1e-31, 1e-3, 1e-3])))
    assert found[0] < 1e-3
    assert found[1:] == pytest.approx([5e-30, 5.0, 5e30], rel=1e-6, abs=0.0)


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_solve_never_raises_and_marks_what_is_singular(library: ArrayLibrary) -> None:
    matrices = [[[2.0, 0.0], [0.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]], [[np.nan] * 2] * 2]
    x, singular = library.solve(arrays(library, matrices), arrays(library, [[2.0, 4.0]] * 4))
    assert library.host(x).tolist() == [[1.0, 1.0], [0.0, 0.0], [4.0, 2.0], [0.0, 0.0]]
    assert library.host(singular).tolist() == [0.0, 1.0, 0.0, 1.0]


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_a_solution_does_not_depend_on_a_singular_mate(library: ArrayLibrary) -> None:
    random = np.random.default_rng(0)
    matrices, right = random.normal(size=(8, 5, 5)), random.normal(size=(8, 5))
    whole, _ = library.solve(arrays(library, matrices), arrays(library, right))
    matrices[3] = 1.0
    beside, singular = library.solve(arrays(library, matrices), arrays(library, right))
    others = np.arange(8) != 3
    assert np.array_equal(library.host(whole)[others], library.host(beside)[others])
    assert library.host(singular).tolist() == (~others).astype(float).tolist()


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_inverses_never_raise_and_mark_what_is_singular(library: ArrayLibrary) -> None:
    matrices = [[[2.0, 0.0], [1.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]], [[np.nan] * 2] * 2]
    found, singular = regular_inverse(library, arrays(library, matrices))
    expected = [[[0.5, 0.0], [-0.125, 0.25]], [[0.0] * 2] * 2, [[0.0, 1.0], [1.0, 0.0]], [[0.0] * 2] * 2]
    assert library.host(found) == pytest.approx(np.array(expected), abs=1e-16)
    assert library.host(singular).tolist() == [0.0, 1.0, 0.0, 1.0]
