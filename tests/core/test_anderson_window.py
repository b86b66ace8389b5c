"""Anderson's two types, their weights, the filter and the safeguard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from root_problems import PATHS, NumpyMap, follow, formula, tutorial_layer

from core.array_library import NUMPY, TORCH
from core.budget import Budget
from core.callable_map import layer
from core.catalogue import root_solver
from core.filtered_least_squares import filtered_least_squares
from core.root_problem import bind_numpy, bind_torch
from core.stop_rule import StopRule

ZEROS = np.zeros((1, 10))
ROTATION = "x <- -0.9*y + 1\ny <- 0.9*x - 2"
VARIANTS = (
    ("anderson", {}),
    ("anderson", {"filter": "angle"}),
    ("anderson", {"safeguard": "restart"}),
    ("anderson_one", {}),
)


def linear(size: int, seed: int) -> NumpyMap:
    """z = M z + b with a spectral radius of 1.5."""
    random = np.random.default_rng(seed)
    matrix, shift = random.normal(size=(size, size)), random.normal(size=size)
    matrix *= 1.5 / abs(np.linalg.eigvals(matrix)).max()
    weight, bias = torch.tensor(matrix), torch.tensor(shift)
    jacobian = matrix[None]
    return NumpyMap(
        lambda z: z @ matrix.T + shift, lambda _: jacobian, size, layer(lambda z: z @ weight.T + bias, size)
    )


def arnoldi_residuals(matrix: np.ndarray, right: np.ndarray, minimal: bool) -> list[float]:
    """Residuals of A x = b from x = 0 over the Krylov spaces of A: of GMRES (minimal), or of FOM (orthogonal)."""
    residuals, space = [], np.empty((len(right), 0))
    power = right
    for _ in range(len(right)):
        space = np.linalg.qr(np.column_stack([space, power]))[0]
        power = matrix @ space[:, -1]
        image = matrix @ space
        if minimal:
            share = np.linalg.lstsq(image, right, rcond=None)[0]
        else:
            share = np.linalg.solve(space.T @ image, space.T @ right)
        residuals.append(float(np.linalg.norm(right - image @ share)))
    return residuals


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("solver", ["anderson", "anderson_one"])
def test_with_all_points_a_linear_problem_takes_n_plus_1_moves(solver: str, seed: int, path: str) -> None:
    mapping = linear(5, seed)
    kept = follow(mapping, np.zeros((1, 5)), solver, StopRule(1e-6), path=path, memory=6, ridge=1e-14)
    assert (kept.outcome.name, kept.outcome.t) == ("converged", 6)
    # a move applies f to an iterate of the Krylov method, so that f(z) - z there is J times that method's residual
    (jacobian,), shift = mapping.jacobian()(None), mapping.array()(np.zeros(5))
    left = [np.linalg.norm(np.linalg.solve(jacobian, mapping.array()(z) - z)) for z in kept.z[1:6, 0]]
    krylov = arnoldi_residuals(np.eye(5) - jacobian, shift, solver == "anderson")
    assert left == pytest.approx([np.linalg.norm(shift), *krylov[:4]], rel=1e-5)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("memory", [5, 20])
@pytest.mark.parametrize(("solver", "options"), VARIANTS)
def test_more_points_than_unknowns(solver: str, options: dict[str, Any], memory: int, path: str) -> None:
    kept = follow(formula(ROTATION), [[0.0, 0.0]], solver, StopRule(1e-10), path=path, memory=memory, **options)
    assert kept.outcome.success
    # x + 0.9 y = 1, y - 0.9 x = -2
    assert kept.z[-1, 0] == pytest.approx([2.8 / 1.81, -1.1 / 1.81], abs=1e-9)
    if solver == "anderson_one" or "filter" in options:
        assert kept.outcome.t <= 4


@pytest.mark.parametrize("path", PATHS)
def test_counts_on_the_tutorials_second_layer(path: str) -> None:
    def counts(solver: str, stream: int, tolerance: float, **options: Any) -> list[float | None]:
        memories = (2, 3, 5, 8, 20)
        ends = [
            follow(tutorial_layer(stream), ZEROS, solver, StopRule(tolerance), path=path, memory=m, **options).outcome
            for m in memories
        ]
        assert all(outcome.success for outcome in ends)
        return [outcome.t for outcome in ends]

    assert counts("anderson", 0, 1e-10) == [29, 30, 20, 17, 30]
    assert counts("anderson", 0, 1e-10, safeguard="restart") == [29, 30, 20, 17, 30]
    assert counts("anderson", 0, 1e-10, filter="angle") == [29, 30, 20, 16, 14]
    assert counts("anderson_one", 0, 1e-10) == [29, 29, 20, 16, 14]
    assert counts("anderson", 1, 1e-8, filter="angle") == [71, 49, 22, 16, 15]
    assert counts("anderson_one", 1, 1e-8) == [59, 59, 21, 16, 14]


@pytest.mark.parametrize("beta", [1.0, 0.7])
def test_type_one_with_one_point_is_damped_picard(beta: float) -> None:
    mixed = follow(tutorial_layer(0), ZEROS, "anderson_one", StopRule(1e-10), memory=1, beta=beta)
    plain = follow(tutorial_layer(0), ZEROS, "damped", StopRule(1e-10), beta=beta)
    assert mixed.z[:, 0] == pytest.approx(plain.z[:, 0], abs=1e-14)


@pytest.mark.parametrize("kind", ["relative", "absolute"])
@pytest.mark.parametrize("beta", [1.0, 0.6])
def test_the_move_of_type_one_is_newtons_with_the_matrix_of_its_docstring(kind: str, beta: float) -> None:
    """B makes |B S - Y|^2 + ridge |B + I / beta|^2 least: B (S S^T + ridge I) = Y S^T - ridge / beta I."""
    mapping, ridge = tutorial_layer(0), 1e-3
    problem = bind_numpy(mapping, None)
    method = root_solver("anderson_one", {"memory": 4, "beta": beta, "ridge": ridge, "ridge_kind": kind})
    state = method.init(problem, np.full((1, 10), 0.3), np.ones(1, dtype=bool))
    points, residuals = [state.z[0]], [state.f[0] - state.z[0]]
    for _ in range(7):
        s, y = (np.diff(np.array(columns[-4:]), axis=0).T for columns in (points, residuals))
        if kind == "relative":
            lengths = np.linalg.norm(s, axis=0)
            s, y = s / lengths, y / lengths
        derivative = (y @ s.T - ridge / beta * np.eye(10)) @ np.linalg.inv(s @ s.T + ridge * np.eye(10))
        state = method.step(problem, state)
        assert state.move[0] == pytest.approx(-np.linalg.solve(derivative, residuals[-1]), rel=1e-6, abs=1e-9)
        points.append(state.z[0])
        residuals.append(state.f[0] - state.z[0])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("solver", "options"), VARIANTS)
def test_the_weights_that_are_shown_mix_the_points(solver: str, options: dict[str, Any], path: str) -> None:
    mapping, method = tutorial_layer(0), root_solver(solver, {"memory": 3, "beta": 0.8} | options)
    problem = bind_numpy(mapping, None) if path == "numpy" else bind_torch(mapping, None, 2, "cpu", "float64")
    library = problem.library
    start = library.array(np.random.default_rng(0).normal(size=(2, 10)), "cpu", "float64")
    state = method.init(problem, start, start[:, 0] == start[:, 0])
    mixed: list[np.ndarray] = []
    shown = library.host(method.details(state)["weights"])
    assert np.isnan(shown).all()
    for number in range(1, 6):
        mixed.insert(0, library.host(0.2 * state.z + 0.8 * state.f))
        state = method.step(problem, state)
        shown = library.host(method.details(state)["weights"])
        assert shown.shape == (2, 3)
        assert np.isnan(shown).sum() == 2 * max(0, 3 - number)
        assert np.nansum(shown, axis=1) == pytest.approx(1.0, rel=1e-12)
        z = sum(weight[:, None] * point for weight, point in zip(np.nan_to_num(shown).T, mixed, strict=False))
        assert library.host(state.z) == pytest.approx(z, abs=1e-12)


@pytest.mark.parametrize("library", [NUMPY, TORCH], ids=["numpy", "torch"])
def test_filtered_least_squares(library: Any) -> None:
    random = np.random.default_rng(0)
    columns, right = random.normal(size=(5, 4, 6)), random.normal(size=(5, 6))
    columns[1, 2] = columns[1, 0] - 2.0 * columns[1, 1] + 1e-4 * columns[1, 2]
    columns[2, 1] = 0.0
    columns[3] *= [[1.0], [1e-8], [1e8], [1e-3]]
    usable = np.ones((5, 4), dtype=bool)
    usable[4, 3] = False
    kept = usable.copy()
    kept[1, 2] = kept[2, 1] = False
    arrays = [library.array(values, "cpu", "float64") for values in (columns, right)]
    gamma = library.host(filtered_least_squares(library, *arrays, library.mask(usable, arrays[0]), 0.1))
    for sample in range(5):
        expected = np.zeros(4)
        chosen = columns[sample, kept[sample]].T
        scale = np.linalg.norm(chosen, axis=0)
        expected[kept[sample]] = np.linalg.lstsq(chosen / scale, right[sample], rcond=None)[0] / scale
        assert gamma[sample] == pytest.approx(expected, rel=1e-9)
    every = library.host(filtered_least_squares(library, *arrays, None, 1e-6))
    assert (every != 0.0).sum(axis=1).tolist() == [4, 4, 3, 4, 4]


def test_the_filter_counts_from_the_newest_difference() -> None:
    """The angle of the second to the first is 5.7 degrees: a sine of 0.0995."""
    columns = np.array([[[1.0, 0.0], [1.0, 0.1]]])
    right = np.array([[1.0, 1.0]])
    assert filtered_least_squares(NUMPY, columns, right, None, 0.1).tolist() == [[1.0, 0.0]]
    assert filtered_least_squares(NUMPY, columns, right, None, 0.099) == pytest.approx(np.array([[-9.0, 10.0]]))


@pytest.mark.parametrize("path", PATHS)
def test_a_restart_goes_shorter_and_shorter_from_the_best_point(path: str) -> None:
    """f - z = 1 left of 0 and 100 right of it: every move to the right of 0 is too far."""
    step = layer(lambda z: z + torch.where(z > 0.0, 100.0, 1.0), 1)
    mapping = NumpyMap(lambda z: z + np.where(z > 0.0, 100.0, 1.0), None, 1, step)
    options = {"safeguard": "restart", "growth": 2.0, "beta": 0.8, "memory": 4}
    kept = follow(mapping, [[-0.3]], "anderson", StopRule(1e-9, "step"), path=path, budget=Budget(steps=4), **options)
    # 0.8, then 0.4 and 0.2 from the start
    assert kept.z[:4, 0, 0] == pytest.approx([-0.3, 0.5, 0.1, -0.1], abs=1e-15)
    # a shortened step is measured in full
    assert kept.measure[1:4, 0] == pytest.approx([0.8, 0.8, 0.8], abs=1e-15)


def test_a_restart_shows_one_weight_and_forgets_the_window() -> None:
    mapping = NumpyMap(lambda z: z + np.where(z > 0.0, 100.0, 1.0), None, 1, None)
    problem = bind_numpy(mapping, None)
    method = root_solver("anderson", {"safeguard": "restart", "memory": 3})
    state = method.init(problem, np.array([[-1.5], [-9.5]]), np.ones(2, dtype=bool))
    shown, places = [], []
    for _ in range(4):
        state = method.step(problem, state)
        shown.append(method.details(state)["weights"])
        places.append(state.z[0, 0])
    # -1.5 and -0.5 mix to 0.0...: too far. Back from -1.5 by a half, and on with these two points alone
    assert places == pytest.approx([-0.5, 0.0, -1.0, -0.25], abs=1e-9)
    assert places[1] > 0.0
    counts = [(~np.isnan(weights)).sum(axis=1).tolist() for weights in shown]
    # the other sample never restarts
    assert counts == [[1, 1], [2, 2], [1, 3], [2, 3]]
    assert shown[2][0, 0] == 1.0


def test_the_safeguard_solves_what_runs_away_without() -> None:
    text = "0 = x + y*(y*(5 - y) - 2) - 13\n0 = x + y*(y*(1 + y) - 14) - 29\nsolve x = 0.5, y = -2"
    stop, budget = StopRule(1e-8, "absolute"), Budget(steps=400)
    plain = follow(formula(text), [[0.5, -2.0]], "anderson", stop, budget=budget)
    guarded = follow(formula(text), [[0.5, -2.0]], "anderson", stop, budget=budget, safeguard="restart")
    assert plain.outcome.name == "stagnated"
    assert guarded.outcome.success
    assert guarded.z[-1, 0] == pytest.approx([5.0, 4.0], abs=1e-6)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("solver", "options"), VARIANTS)
def test_float32(solver: str, options: dict[str, Any], path: str) -> None:
    starts = np.random.default_rng(2).normal(size=(6, 10))
    here = follow(tutorial_layer(0), starts, solver, StopRule(1e-11), path=path, memory=8, **options)
    there = follow(
        tutorial_layer(0), starts, solver, StopRule(1e-5), path="torch", dtype="float32", memory=8, **options
    )
    assert all(outcome.success for outcome in here.outcomes + there.outcomes)
    for sample in range(6):
        assert there.of(sample).z[-1] == pytest.approx(here.of(sample).z[-1], abs=1e-4)
