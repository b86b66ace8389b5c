"""GMRES and BiCGStab against exact solutions, their own definitions, and scipy's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.sparse.linalg

from core.array_library import NUMPY, TORCH, ArrayLibrary
from core.bicgstab import bicgstab
from core.gmres import gmres
from core.linear_answer import LinearAnswer

KINDS = [(NUMPY, "float64"), (TORCH, "float64"), (TORCH, "float32")]
IDS = ["numpy", "torch", "torch float32"]
SIZE = 9


def systems(seed: int, count: int = 5, shift: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.normal(size=(count, SIZE, SIZE)) + shift * np.eye(SIZE), random.normal(size=(count, SIZE))


def solved(
    method: Callable[..., LinearAnswer],
    library: ArrayLibrary,
    dtype: str,
    matrix: np.ndarray,
    right: np.ndarray,
    tolerance: float | np.ndarray = 1e-14,
    wanted: Any = None,
) -> LinearAnswer:
    """What a method answers, in numpy."""
    a, b = (library.array(values, "cpu", dtype) for values in (matrix, right))
    limits = library.array(np.zeros(len(right)) + tolerance, "cpu", dtype)
    chosen = library.mask(np.ones(len(right), dtype=bool) if wanted is None else wanted, b)
    answer = method(library, lambda v: library.total(a * v[:, None, :]), b, limits, chosen)
    return LinearAnswer(*map(library.host, answer))


def residuals(matrix: np.ndarray, right: np.ndarray, answer: LinearAnswer) -> np.ndarray:
    return np.asarray(np.linalg.norm(right - np.einsum("sij,sj->si", matrix, answer.x), axis=1))


@pytest.mark.parametrize(("library", "dtype"), KINDS, ids=IDS)
def test_gmres_ends_after_n_iterations_with_the_solution(library: ArrayLibrary, dtype: str) -> None:
    matrix, right = systems(0, shift=6.0)
    rounding = float(np.finfo(dtype).eps)
    answer = solved(partial(gmres, most=99, restart=99), library, dtype, matrix, right, 30 * rounding)
    assert answer.iterations.tolist() == answer.products.tolist()
    assert answer.iterations.max() == SIZE
    assert dtype == "float32" or answer.iterations.min() == SIZE
    assert not answer.broken.any()
    assert answer.x == pytest.approx(np.linalg.solve(matrix, right[..., None])[..., 0], abs=200 * rounding)


@pytest.mark.parametrize(("library", "dtype"), KINDS, ids=IDS)
def test_the_residuals_of_gmres_are_true_and_the_least_there_are(library: ArrayLibrary, dtype: str) -> None:
    matrix, right = systems(1)
    last = np.linalg.norm(right, axis=1)
    room = 50.0 * float(np.finfo(dtype).eps)
    for most in range(1, SIZE):
        answer = solved(partial(gmres, most=most, restart=99), library, dtype, matrix, right)
        assert answer.residual == pytest.approx(residuals(matrix, right, answer), abs=room)
        assert (answer.residual <= last * (1.0 + room)).all()
        last = answer.residual
        for a, b, found in zip(matrix, right, answer.residual, strict=True):
            krylov = np.stack([np.linalg.matrix_power(a, power + 1) @ b for power in range(most)], axis=1)
            basis, _ = np.linalg.qr(krylov)
            assert found == pytest.approx(np.linalg.norm(b - basis @ (basis.T @ b)), abs=2000 * room)


@pytest.mark.parametrize("restart", [3, 5, 50])
def test_gmres_is_scipys_after_every_restart(restart: int) -> None:
    matrix, right = systems(2, shift=4.0)
    for cycles in (1, 2, 4):
        answer = solved(partial(gmres, most=cycles * restart, restart=restart), NUMPY, "float64", matrix, right, 1e-12)
        for a, b, x in zip(matrix, right, answer.x, strict=True):
            theirs, _ = scipy.sparse.linalg.gmres(a, b, restart=restart, maxiter=cycles, rtol=0.0, atol=1e-12)
            assert x == pytest.approx(theirs, abs=1e-11)


def test_a_restart_costs_one_product() -> None:
    matrix, right = systems(3)
    answer = solved(partial(gmres, most=10, restart=4), NUMPY, "float64", matrix, right, 0.0)
    assert answer.iterations.tolist() == [10] * 5
    assert answer.products.tolist() == [12] * 5
    assert answer.residual == pytest.approx(residuals(matrix, right, answer), rel=1e-10)


@pytest.mark.parametrize(("library", "dtype"), KINDS, ids=IDS)
def test_bicgstab_finds_the_solution_and_its_residual_is_true(library: ArrayLibrary, dtype: str) -> None:
    matrix, right = systems(4, shift=6.0)
    rounding = float(np.finfo(dtype).eps)
    least = np.linalg.norm(right, axis=1)
    for most in (1, 2, 4, 40):
        answer = solved(partial(bicgstab, most=most), library, dtype, matrix, right, 100 * rounding)
        assert answer.residual == pytest.approx(residuals(matrix, right, answer), abs=200 * rounding)
        assert (answer.residual <= least).all()
        least = answer.residual
    assert answer.x == pytest.approx(np.linalg.solve(matrix, right[..., None])[..., 0], abs=500 * rounding)
    assert (answer.products <= 2 * answer.iterations).all()


def _counted(calls: list[int], matrix: np.ndarray, v: np.ndarray) -> np.ndarray:
    calls.append(1)
    return np.asarray(matrix @ v)


def test_bicgstab_is_scipys() -> None:
    matrix, right = systems(5, shift=6.0)
    answer = solved(partial(bicgstab, most=99), NUMPY, "float64", matrix, right, 1e-9)
    for a, b, x, iterations in zip(matrix, right, answer.x, answer.iterations, strict=True):
        counted: list[int] = []
        operator = scipy.sparse.linalg.LinearOperator(a.shape, partial(_counted, counted, a))
        theirs, _ = scipy.sparse.linalg.bicgstab(operator, b, rtol=0.0, atol=1e-9)
        assert x == pytest.approx(theirs, abs=1e-9)
        assert abs(2 * iterations - len(counted)) <= 2


METHODS = {"gmres": partial(gmres, most=30, restart=4), "bicgstab": partial(bicgstab, most=30)}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(("library", "dtype"), KINDS, ids=IDS)
def test_a_system_is_the_same_whatever_its_mates_are(name: str, library: ArrayLibrary, dtype: str) -> None:
    matrix, right = systems(6, 8)
    limits = np.array([1e-1, 1e-5, 1e-3, 1e-1, 1e-2, 1e-4, 1e-1, 1e-5])
    wanted = np.array([True, True, False, True, True, True, True, True])
    method = METHODS[name]
    whole = solved(method, library, dtype, matrix, right, limits, wanted)
    broken, sides = matrix.copy(), right.copy()
    broken[4], sides[6] = np.nan, np.nan
    mixed = solved(method, library, dtype, broken, sides, limits, wanted)
    assert not whole.x[2].any()
    assert (whole.iterations[2], whole.products[2]) == (0, 0)
    for place in (0, 1, 3, 5, 7):
        one = slice(place, place + 1)
        alone = solved(method, library, dtype, matrix[one], right[one], limits[one])
        for mine, mate, lone in zip(whole, mixed, alone, strict=True):
            assert np.array_equal(mine[place], mate[place])
            assert np.array_equal(mine[place], lone[0])
    assert len(set(whole.iterations.tolist())) > 2
    assert mixed.broken[4]
    assert not mixed.x[4].any()


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(("library", "dtype"), KINDS, ids=IDS)
def test_a_singular_matrix_is_said_to_be_one(name: str, library: ArrayLibrary, dtype: str) -> None:
    matrix = np.array([np.zeros((2, 2)), [[0.0, 1.0], [0.0, 0.0]], [[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 3.0]]])
    right = np.array([[1.0, 1.0], [0.0, 1.0], [2.0, -1.0], [0.0, 0.0]])
    answer = solved(METHODS[name], library, dtype, matrix, right)
    assert answer.broken.tolist() == [1.0, 1.0, 1.0, 0.0]
    assert answer.residual[[0, 2, 3]] == pytest.approx([2.0**0.5, 5.0**0.5, 0.0], rel=1e-6)
    assert residuals(matrix, right, answer) == pytest.approx(answer.residual, rel=1e-6)


@pytest.mark.parametrize("scale", [1e-150, 1e-30, 1e30, 1e150])
@pytest.mark.parametrize("name", METHODS)
def test_the_size_of_the_numbers_does_not_matter(name: str, scale: float) -> None:
    matrix, right = systems(7, shift=6.0)
    usual = solved(METHODS[name], NUMPY, "float64", matrix, right, 1e-10)
    scaled = solved(METHODS[name], NUMPY, "float64", scale * matrix, scale * right, 1e-10 * scale)
    assert scaled.x == pytest.approx(usual.x, rel=1e-6)
    assert scaled.residual / scale == pytest.approx(usual.residual, rel=1e-3, abs=1e-10)
