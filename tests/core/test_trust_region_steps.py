"""The parts of globalised steps: the dogleg's path, the damped step, what a model predicts, and why nothing falls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from root_problems import formula

from core.array_library import NUMPY, TORCH, ArrayLibrary
from core.dense_matrices import transposed_product
from core.gain_ratio import ModelState, flat, opened_model, renewed, tried
from core.merit import full_step, no_descent
from core.root_problem import BoundMap, bind_numpy, bind_torch
from core.root_solvers.dogleg import within
from core.root_solvers.levenberg_marquardt import damped_step
from core.root_solvers.pseudo_transient import implicit_euler
from core.root_watch import LINE_SEARCH, LOCAL_MINIMUM

LIBRARIES = (NUMPY, TORCH)
MATRICES = np.random.default_rng(2).normal(size=(6, 4, 4))
RESIDUALS = np.random.default_rng(3).normal(size=(6, 4))
TEXT = "x <- tanh(0.7*y) + x^2*y/3\ny <- x*exp(-y^2) + x/(2 + y^2) + 1"
POINTS = np.array([[0.3, -0.4], [1.1, 0.2], [-0.6, 0.9]])


def arrays(library: ArrayLibrary, *values: Any) -> Any:
    return tuple(library.array(np.asarray(value, dtype=np.float64), "cpu", "float64") for value in values)


def on_the_dogleg(matrix: np.ndarray, residual: np.ndarray, radius: float) -> np.ndarray:
    """The last of many points of the path that is no further away than the radius."""
    gradient = matrix.T @ residual
    cauchy = gradient * (gradient @ gradient) / ((matrix @ gradient) @ (matrix @ gradient))
    newton = np.linalg.solve(matrix, residual)
    share = np.linspace(0.0, 1.0, 200_001)[:, None]
    path = np.concatenate([share * cauchy, cauchy + share * (newton - cauchy)])
    return np.asarray(path[np.flatnonzero(np.linalg.norm(path, axis=1) <= radius)[-1]])


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 1.1])
def test_the_point_on_the_dogleg(library: ArrayLibrary, share: float) -> None:
    newton = np.linalg.solve(MATRICES, RESIDUALS[:, :, None])[:, :, 0]
    radius = share * np.linalg.norm(newton, axis=1)
    regular = library.mask(np.zeros(6, dtype=bool), arrays(library, radius)[0])
    found = library.host(
        within(library, *arrays(library, MATRICES, RESIDUALS, newton), regular, *arrays(library, radius))
    )
    for sample in range(6):
        expected = on_the_dogleg(MATRICES[sample], RESIDUALS[sample], radius[sample])
        assert found[sample] == pytest.approx(expected, abs=1e-4 * max(1.0, radius[sample]))
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.minimum(share, 1.0) * radius / share, rel=1e-12)


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_where_the_matrix_is_singular_the_dogleg_ends_at_the_cauchy_point(library: ArrayLibrary) -> None:
    matrix, residual = np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([3.0, 1.0])
    gradient = matrix.T @ residual  # (5, 10), on which the matrix is 5
    cauchy = gradient / 25.0
    singular = library.mask(np.array([True, True]), arrays(library, residual)[0])
    stacked = arrays(library, [matrix] * 2, [residual] * 2, np.zeros((2, 2)))
    found = library.host(within(library, *stacked, singular, *arrays(library, [1e3, 0.1])))
    assert found[0] == pytest.approx(cauchy, rel=1e-14)
    assert found[1] == pytest.approx(0.1 * cauchy / np.linalg.norm(cauchy), rel=1e-14)


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_damped_and_implicit_steps_solve_their_equations(library: ArrayLibrary) -> None:
    damping = np.array([1e-12, 1e-6, 1e-2, 1.0, 10.0, 1e4])
    matrices = MATRICES.copy()
    matrices[3] = 0.0
    matrices[2, 0] = matrices[2, 1]
    found = library.host(damped_step(library, *arrays(library, matrices, RESIDUALS, damping)))
    for matrix, residual, mu, step in zip(matrices, RESIDUALS, damping, found, strict=True):
        expected = np.linalg.solve(matrix.T @ matrix + mu * np.eye(4), matrix.T @ residual)
        assert step == pytest.approx(expected, rel=1e-9, abs=1e-12)
    rate = 1.0 + damping
    step, singular = implicit_euler(library, *arrays(library, matrices, RESIDUALS, rate))
    assert not singular.any()
    left = rate[:, None] * library.host(step) + (matrices @ library.host(step)[:, :, None])[:, :, 0]
    assert left == pytest.approx(RESIDUALS, abs=1e-10)


def models(library: ArrayLibrary, text: str, points: Any) -> tuple[BoundMap, ModelState]:
    """The map of a text, and its model at the points."""
    count = len(points)
    mapping = formula(text)
    problem = bind_numpy(mapping, None) if library.is_numpy else bind_torch(mapping, None, count, "cpu", "float64")
    (z,) = arrays(library, points)
    active = library.mask(np.ones(count, dtype=bool), z)
    return problem, renewed(problem, ModelState(**opened_model(problem, z, active)))


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_the_gain_of_a_short_step_is_one(library: ArrayLibrary) -> None:
    problem, state = models(library, TEXT, POINTS)
    residual = state.f - state.z
    gradient = transposed_product(library, state.matrix, residual)
    misses = []
    for length in (1e-3, 1e-4):
        after, kept = tried(problem, state, length * gradient, gradient)
        assert kept.all()
        misses.append(abs(library.host(after.gain) - 1.0))
    assert misses[0] == pytest.approx(10.0 * misses[1], rel=0.02)
    assert (misses[1] < 2e-4).all()
    assert not after.fault.any()


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_a_step_uphill_is_not_kept(library: ArrayLibrary) -> None:
    problem, state = models(library, TEXT, POINTS)
    gradient = transposed_product(library, state.matrix, state.f - state.z)
    after, kept = tried(problem, state, -1e-3 * gradient, gradient)
    assert not kept.any()
    assert np.array_equal(library.host(after.z), POINTS)
    assert np.array_equal(library.host(after.f), library.host(state.f))
    assert not after.stale.any()
    assert library.host(renewed(problem, after).spent).tolist() == [[1.0, 0.0]] * 3
    assert library.host(state.spent).tolist() == [[1.0, 1.0]] * 3


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_a_flat_model_looks_around(library: ArrayLibrary) -> None:
    ends = []
    for text in ("0 = x^2 + 1\nsolve x = 1", "0 = x^2 - 1\nsolve x = 1", "z <- z + 1"):
        problem, state = models(library, text, [[0.0]])
        assert flat(problem, state).all()
        after, kept = tried(problem, state, 0.0 * state.z, state.f)
        ends.append((bool(kept[0]), float(after.fault[0]), float(abs(after.z[0, 0]))))
    look = np.finfo(np.float64).eps ** 0.25
    assert ends == [(False, LOCAL_MINIMUM, 0.0), (True, 0.0, pytest.approx(look)), (False, 3.0, 0.0)]
    problem, state = models(library, TEXT, POINTS)
    assert not flat(problem, state).any()


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_a_minimum_has_no_gradient_and_no_root_near(library: ArrayLibrary) -> None:
    matrix = [[[1.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1e-9]], [[1.0, 0.0], [0.0, 1e-3]], [[0.0, 0.0], [0.0, 1e-9]]]
    residual = [[0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1e-18]]
    z = [[5.0, 5.0]] * 4
    far = [[0.0, 1e9], [0.0, 1e9], [0.0, 1e3], [0.0, 1e-9]]
    faults = no_descent(library, *arrays(library, matrix, [[1.0, 1.0]] * 4, z, residual, far))
    assert library.host(faults).tolist() == [LOCAL_MINIMUM, LOCAL_MINIMUM, LINE_SEARCH, LINE_SEARCH]


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_the_length_of_a_step_that_does_not_exist(library: ArrayLibrary) -> None:
    matrix, residual, newton = arrays(library, [[[0.0, 4.0], [0.0, 3.0]]] * 3, [[6.0, 8.0]] * 3, [[7.0, 7.0]] * 3)
    singular = library.mask(np.array([False, True, True]), residual)
    (step,) = arrays(library, [[0.1, 0.0], [0.1, 0.0], [0.0, 9.0]])
    found = library.host(full_step(library, matrix, residual, newton, singular, step))
    assert found.tolist() == [[7.0, 7.0], [pytest.approx(1.2), pytest.approx(1.6)], [0.0, 9.0]]
    none = library.host(full_step(library, 0.0 * matrix, residual, newton, singular, step))
    assert none[1].tolist() == [6.0, 8.0]


def test_samples_that_ended_keep_their_model() -> None:
    problem, state = models(NUMPY, TEXT, POINTS)
    resting = replace(state, active=np.array([True, False, True]), stale=np.array([True, False, True]))
    after, kept = tried(problem, resting, 0.01 * (state.f - state.z), state.f)
    assert not kept[1]
    assert np.array_equal(after.z[1], POINTS[1])
    assert np.array_equal(renewed(problem, after).matrix[1], state.matrix[1])
