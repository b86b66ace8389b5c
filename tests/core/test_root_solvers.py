"""Root solvers against published and computed numbers: iterations, residuals, orders and rates."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from root_problems import PATHS, SOLVERS, follow, formula, orders, tutorial_layer

from core.budget import Budget
from core.callable_map import layer
from core.stop_rule import StopRule

ROOT = np.array(
    [
        0.006494103677614,
        -0.7015949556646,
        -0.98471503073893,
        -0.041965049223561,
        -0.615221095950872,
        -0.481838379924478,
        0.5783124274008,
        0.9556705101121,
        -0.083729256496144,
        0.844779830520765,
    ]
)
"""Of the tutorial's second layer under threefry 0."""
ZEROS = np.zeros((1, 10))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("solver", "opens_at", "iterations"), [("picard", "zero", 15), ("newton", "zero", 3), ("newton", "tanh", 3)]
)
def test_the_tutorials_first_layer(dtype: str, solver: str, opens_at: str, iterations: int) -> None:
    torch.manual_seed(0)
    weight = torch.nn.Linear(50, 50, bias=False).weight.detach().to(getattr(torch, dtype))
    x = torch.randn(10, 50)
    mapping = layer(lambda z, x: torch.tanh(z @ weight.T + x), 50, x=x)
    start = torch.tanh(x).numpy() if opens_at == "tanh" else np.zeros((10, 50))
    kept = follow(mapping, start, solver, StopRule(1e-4, "absolute", True), path="torch", dtype=dtype)
    assert [(outcome.name, outcome.t) for outcome in kept.outcomes] == [("converged", iterations)] * 10
    assert set(kept.evaluations[-1]) == {iterations + (solver == "newton")}
    assert set(kept.jacobians[-1]) == {iterations * (solver == "newton")}
    expected = {
        ("picard", "zero"): {"float32": 9.17e-5, "float64": 9.16e-5},
        ("newton", "tanh"): {"float64": 1.20e-8},
    }
    if dtype in expected.get((solver, opens_at), {}):
        assert kept.residual[-1, 0] == pytest.approx(expected[solver, opens_at][dtype], rel=4e-3)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("stream", "tolerance", "kind", "ridge", "expected"),
    [
        (0, 1e-10, "absolute", 1e-4, {2: 38, 3: 48, 5: 68, 8: 98}),
        (0, 1e-10, "relative", 1e-10, {2: 29, 3: 30, 5: 20, 8: 17}),
        (1, 1e-8, "relative", 1e-10, {2: 71, 3: 49, 5: 22, 8: 16}),
        (0, 1e-5, "absolute", 1e-4, {5: 26}),
        (0, 1e-5, "relative", 1e-10, {5: 12}),
    ],
)
def test_andersons_ridge(
    path: str, stream: int, tolerance: float, kind: str, ridge: float, expected: dict[int, int]
) -> None:
    found = {
        memory: follow(
            tutorial_layer(stream),
            ZEROS,
            "anderson",
            StopRule(tolerance),
            path=path,
            memory=memory,
            ridge=ridge,
            ridge_kind=kind,
        ).outcome
        for memory in expected
    }
    assert {memory: outcome.t for memory, outcome in found.items()} == expected
    assert all(outcome.success for outcome in found.values())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("solver", "stop", "iterations"),
    [
        ("picard", StopRule(1e-10), 57 + 1),
        ("picard", StopRule(1e-5, "step"), 31),
        ("newton", StopRule(1e-5, "step"), 5),
    ],
)
def test_iterations_on_the_tutorials_second_layer(path: str, solver: str, stop: StopRule, iterations: int) -> None:
    kept = follow(tutorial_layer(0), ZEROS, solver, stop, path=path)
    assert (kept.outcome.name, kept.outcome.t) == ("converged", iterations)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_finds_the_tutorials_root(path: str, solver: str) -> None:
    kept = follow(tutorial_layer(0), ZEROS, solver, StopRule(1e-13), path=path)
    assert kept.outcome.success
    assert kept.z[-1, 0] == pytest.approx(ROOT, abs=1e-12)


def test_newton_converges_where_picard_cycles() -> None:
    kept = follow(tutorial_layer(1), ZEROS, "newton", StopRule(1e-15, "step"))
    errors = np.linalg.norm(kept.z[:, 0] - kept.z[-1, 0], axis=1)
    assert errors[:5] == pytest.approx([1.7, 9.8e-2, 2.2e-3, 6.7e-7, 1.2e-13], rel=0.05)


@pytest.mark.parametrize("path", PATHS)
def test_picard_converges_at_the_spectral_radius(path: str) -> None:
    kept = follow(tutorial_layer(0), ZEROS, "picard", StopRule(1e-13), path=path)
    assert kept.residual[60, 0] / kept.residual[59, 0] == pytest.approx(0.66914320, abs=1e-4)


def test_damping_changes_the_eigenvalues_as_it_should() -> None:
    stop = StopRule(1e-13)
    best = follow(tutorial_layer(0), ZEROS, "damped", stop, beta=0.8785)
    rate = (best.residual[36, 0] / best.residual[16, 0]) ** (1 / 20)
    assert rate == pytest.approx(0.46715, abs=0.01)
    assert follow(tutorial_layer(1), ZEROS, "damped", stop, beta=0.97).outcome.success
    assert follow(tutorial_layer(1), ZEROS, "damped", stop, beta=0.98).outcome.name in ("cycle", "stagnated")


def test_the_best_damping_of_the_logistic_map_converges_faster_than_linearly() -> None:
    kept = follow(formula("z <- 2.8*z*(1 - z)"), [[0.6]], "damped", StopRule(1e-14), beta=5 / 9)
    errors = abs(kept.z[:4, 0, 0] - 9 / 14)
    assert orders(errors) == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("path", PATHS)
def test_the_order_of_picard_is_one(path: str) -> None:
    kept = follow(formula("z <- cos(z)"), [[1.0]], "picard", StopRule(1e-13), path=path)
    errors = abs(kept.z[:, 0, 0] - 0.7390851332151606416553121)
    assert orders(errors[20:50]) == pytest.approx(1.0, abs=1e-3)
    assert errors[50] / errors[49] == pytest.approx(0.6736120291832148, abs=1e-5)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("text", "start", "expected"), [("z <- cos(z)", 1.0, (23, 34, 58)), ("z <- exp(-z)", 0.0, (18, 26, 42))]
)
def test_iterations_of_picard_on_scalar_maps(path: str, text: str, start: float, expected: tuple[int, ...]) -> None:
    for tolerance, iterations in zip((1e-4, 1e-6, 1e-10), expected, strict=True):
        kept = follow(formula(text), [[start]], "picard", StopRule(tolerance, "step"), path=path)
        assert (kept.outcome.name, kept.outcome.t) == ("converged", iterations)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("text", "start", "root"),
    [("z <- cos(z)", 2.0, 0.7390851332151606416553121), ("0 = z^2 - 2\nsolve z = 1", 1.0, np.sqrt(2.0))],
)
def test_the_order_of_newton_is_two(path: str, text: str, start: float, root: float) -> None:
    kept = follow(formula(text), [[start]], "newton", StopRule(1e-15, "step"), path=path)
    errors = abs(kept.z[1:5, 0, 0] - root)
    assert orders(errors[errors > 1e-15])[-1] == pytest.approx(2.0, abs=0.15)


def test_newtons_errors_on_the_root_of_two() -> None:
    kept = follow(formula("0 = z^2 - 2\nsolve z = 1"), [[1.0]], "newton", StopRule(1e-15, "step"))
    assert abs(kept.z[1:4, 0, 0] - np.sqrt(2.0)) == pytest.approx([8.58e-2, 2.4531043e-3, 2.1239014e-6], rel=1e-3)


def test_anderson_with_one_number_and_two_points_is_the_secant_method() -> None:
    kept = follow(formula("z <- cos(z)"), [[1.0]], "anderson", StopRule(1e-15), memory=2, ridge=1e-14)
    errors = abs(kept.z[1:5, 0, 0] - 0.7390851332151606416553121)
    assert errors == pytest.approx([0.198783, 1.10748e-2, 5.41879e-4, 1.33243e-6], rel=1e-4)


def test_anderson_with_all_points_solves_a_linear_problem_in_n_plus_1_iterations() -> None:
    random = np.random.default_rng(0)
    matrix = random.normal(size=(5, 5))
    matrix *= 1.5 / abs(np.linalg.eigvals(matrix)).max()
    weight, shift = torch.tensor(matrix), torch.tensor(random.normal(size=5))
    mapping = layer(lambda z: z @ weight.T + shift, 5)
    kept = follow(mapping, np.zeros((1, 5)), "anderson", StopRule(1e-6), path="torch", memory=6, ridge=1e-14)
    assert (kept.outcome.name, kept.outcome.t) == ("converged", 6)


@pytest.mark.parametrize("beta", [1.0, 0.7])
def test_anderson_with_one_point_is_damped_picard(beta: float) -> None:
    mixed = follow(tutorial_layer(0), ZEROS, "anderson", StopRule(1e-10), memory=1, beta=beta)
    plain = follow(tutorial_layer(0), ZEROS, "damped", StopRule(1e-10), beta=beta)
    assert mixed.z[:, 0] == pytest.approx(plain.z[:, 0], abs=1e-14)
    assert mixed.outcome.t + 1 == plain.outcome.t == mixed.evaluations[-1, 0]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", ["relative", "absolute"])
def test_anderson_survives_residuals_that_are_zero_or_alike(path: str, kind: str) -> None:
    options = {"path": path, "ridge_kind": kind, "budget": Budget(steps=30)}
    still = follow(formula("z <- z"), [[2.0]], "anderson", StopRule(1e-8), **options)
    assert (still.outcome.name, still.outcome.t) == ("converged", 0)
    drift = follow(formula("z <- z + 1"), [[0.0]], "anderson", StopRule(1e-8), **options)
    assert drift.outcome.name == "max_iterations"
    assert np.isfinite(drift.z).all()


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-10), ("float32", 1e-5)])
def test_both_paths_and_dtypes_agree(solver: str, dtype: str, tolerance: float) -> None:
    starts = np.random.default_rng(1).normal(size=(7, 10))
    here = follow(tutorial_layer(0), starts, solver, StopRule(1e-11))
    there = follow(tutorial_layer(0), starts, solver, StopRule(tolerance), path="torch", dtype=dtype)
    assert all(outcome.success for outcome in here.outcomes + there.outcomes)
    ends = [[kept.of(sample).z[-1] for sample in range(7)] for kept in (here, there)]
    assert np.array(ends[1]) == pytest.approx(np.array(ends[0]), abs=20 * tolerance)
