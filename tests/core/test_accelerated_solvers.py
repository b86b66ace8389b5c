"""Aitken, Steffensen, Broyden and damping by the spectrum: published numbers, equivalences, orders, counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from root_problems import PATHS, NumpyMap, follow, formula, orders, tutorial_layer

from core.array_library import NUMPY, TORCH, library_of
from core.budget import Budget
from core.callable_map import layer
from core.catalogue import root_solver
from core.layer_spectrum import best_damping, spectrum
from core.root_problem import bind_numpy, bind_torch
from core.stop_rule import StopRule

COSINE = 0.7390851332151606416553121
SECANT = [0.198783, 1.10748e-2, 5.41879e-4, 1.33243e-6, 1.5938e-10]
"""Errors of the secant method on z = cos z from 1 and cos 1."""
ZEROS = np.zeros((1, 10))
ABSOLUTE = StopRule(1e-8, "absolute")
SECANTS = (
    ("anderson", {"memory": 2, "ridge": 1e-14}),
    ("anderson", {"memory": 2, "filter": "angle"}),
    ("anderson_one", {"memory": 2, "ridge": 1e-14}),
    ("aitken", {}),
    ("broyden", {}),
    ("broyden", {"memory": 1}),
    ("bad_broyden", {}),
)


def linear(size: int, radius: float, seed: int) -> NumpyMap:
    """z = M z + b with a random M of this spectral radius."""
    random = np.random.default_rng(seed)
    matrix, shift = random.normal(size=(size, size)), random.normal(size=size)
    matrix *= radius / abs(np.linalg.eigvals(matrix)).max()
    weight, bias = torch.tensor(matrix), torch.tensor(shift)
    twin = layer(lambda z: z @ weight.T.to(z) + bias.to(z), size)
    return NumpyMap(lambda z: z @ matrix.T + shift, lambda z: np.repeat(matrix[None], len(z), axis=0), size, twin)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("solver", "options"), SECANTS)
def test_for_one_unknown_they_are_the_secant_method(solver: str, options: dict[str, Any], path: str) -> None:
    kept = follow(formula("z <- cos(z)"), [[1.0]], solver, StopRule(1e-14), path=path, **options)
    errors = abs(kept.z[:, 0, 0] - COSINE)
    assert errors[1:5] == pytest.approx(SECANT[:4], rel=1e-4)
    assert errors[5] == pytest.approx(SECANT[4], rel=0.01)
    assert kept.evaluations[:, 0].tolist() == [number + 1 for number in kept.iteration]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", ["vector", "components"])
def test_steffensens_errors(path: str, form: str) -> None:
    kept = follow(formula("z <- cos(z)"), [[1.0]], "steffensen", StopRule(1e-15), path=path, form=form)
    errors = abs(kept.z[1:4, 0, 0] - COSINE)
    assert errors == pytest.approx([1.10748e-2, 1.81663e-5, 4.9085e-11], rel=1e-4)
    assert orders(errors) == pytest.approx(2.0, abs=0.02)
    assert kept.evaluations[:, 0].tolist() == [2 * number + 1 for number in kept.iteration]


def test_steffensen_by_components_has_order_two_for_unknowns_of_their_own() -> None:
    text = "x <- cos(x)\ny <- exp(-y)"
    kept = follow(formula(text), [[1.0, 0.5]], "steffensen", StopRule(1e-15), form="components")
    assert abs(kept.z[1:4, 0, 0] - COSINE) == pytest.approx([1.10748e-2, 1.81663e-5, 4.9085e-11], rel=1e-4)
    assert kept.z[-1, 0] == pytest.approx([COSINE, 0.567143290409783873], abs=1e-15)
    assert kept.outcome.t == 4
    together = follow(formula(text), [[1.0, 0.5]], "steffensen", StopRule(1e-15))
    assert together.outcome.success
    assert together.outcome.t > 4


@pytest.mark.parametrize("solver", ["broyden", "bad_broyden"])
@pytest.mark.parametrize("path", PATHS)
def test_broyden_on_the_tutorials_second_layer(path: str, solver: str) -> None:
    kept = follow(tutorial_layer(0), ZEROS, solver, StopRule(1e-5), path=path)
    assert (kept.outcome.name, kept.outcome.t) == ("converged", 11)
    assert kept.evaluations[-1, 0] == 12


@pytest.mark.parametrize("solver", ["broyden", "bad_broyden"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_broyden_solves_a_linear_problem_in_twice_its_unknowns(solver: str, seed: int) -> None:
    kept = follow(linear(5, 1.5, seed), np.zeros((1, 5)), solver, StopRule(1e-9))
    assert (kept.outcome.name, kept.outcome.t) == ("converged", 10)
    assert kept.measure[9, 0] > 1e-6
    assert kept.measure[10, 0] < 1e-15


@pytest.mark.parametrize("solver", ["broyden", "bad_broyden"])
def test_broyden_is_superlinear(solver: str) -> None:
    kept = follow(tutorial_layer(0), ZEROS, solver, StopRule(1e-14))
    root = follow(tutorial_layer(0), ZEROS, "newton", StopRule(1e-15, "step")).z[-1, 0]
    errors = np.linalg.norm(kept.z[:, 0] - root, axis=1)
    # the mean factor of five iterations; Picard's is 0.669 throughout
    paces = [(errors[k + 5] / errors[k]) ** 0.2 for k in (0, 5, 10)]
    assert paces == pytest.approx([0.486, 0.294, 0.103], abs=0.006)


@pytest.mark.parametrize("solver", ["broyden", "bad_broyden"])
def test_a_full_memory_begins_again_with_the_newest_pair(solver: str) -> None:
    mapping = tutorial_layer(1)
    problem, method = bind_numpy(mapping, None), root_solver(solver, {"memory": 4})
    state = method.init(problem, np.full((1, 10), 0.2), np.ones(1, dtype=bool))
    ranks = []
    for _ in range(9):
        before, state = state, method.step(problem, state)
        ranks.append(state.left.shape[1])
        change = state.f - state.z - (before.f - before.z)
        (inverse,) = method.details(state)["inverse"]
        assert inverse @ change[0] == pytest.approx(state.z[0] - before.z[0], abs=1e-12)
    assert ranks == [1, 2, 3, 4, 1, 2, 3, 4, 1]
    assert (
        follow(mapping, ZEROS, solver, StopRule(1e-10), memory=10).outcome.t
        == {"broyden": 27, "bad_broyden": 26}[solver]
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", ["broyden", "bad_broyden"])
def test_the_inverse_that_is_shown_follows_broydens_formula(path: str, solver: str) -> None:
    mapping, method = linear(4, 0.9, 0), root_solver(solver)
    problem = bind_numpy(mapping, None) if path == "numpy" else bind_torch(mapping, None, 1, "cpu", "float64")
    library = problem.library
    start = library.array(np.zeros((1, 4)), "cpu", "float64")
    state, expected = method.init(problem, start, start[:, 0] == 0.0), -np.eye(4)
    for _ in range(6):
        assert library.host(method.details(state)["inverse"][0]) == pytest.approx(expected, rel=1e-9)
        z, g = library.host(state.z[0]), library.host(state.f[0] - state.z[0])
        state = method.step(problem, state)
        dz, dg = library.host(state.z[0]) - z, library.host(state.f[0] - state.z[0]) - g
        assert dz == pytest.approx(-expected @ g)
        row = dz @ expected if solver == "broyden" else dg
        expected = expected + np.outer(dz - expected @ dg, row) / (row @ dg)


def test_the_inverse_of_many_unknowns_is_not_shown() -> None:
    bound, method = bind_numpy(linear(33, 0.5, 0), None), root_solver("broyden")
    assert method.details(method.init(bound, np.zeros((1, 33)), np.ones(1, dtype=bool))) == {}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", ["aitken", "steffensen", "broyden", "bad_broyden", "anderson_one"])
def test_residuals_that_are_zero_or_alike(path: str, solver: str) -> None:
    chosen: dict[str, Any] = {"path": path, "budget": Budget(steps=30)}
    still = follow(formula("z <- z"), [[2.0]], solver, StopRule(1e-8), **chosen)
    assert (still.outcome.name, still.outcome.t) == ("converged", 0)
    for text in ("z <- z + 1", "x <- x + 1\ny <- y - 2"):
        drift = follow(formula(text), np.zeros(text.count("<-")), solver, StopRule(1e-8), **chosen)
        assert drift.outcome.name == "max_iterations"
        # nothing can be learnt from residuals that are alike: Picard's steps
        assert drift.z[:, 0, 0].tolist() == drift.iteration.tolist()
    flat = follow(formula("z <- 0*z + 3"), [[2.0]], solver, StopRule(1e-8), **chosen)
    assert (flat.outcome.name, flat.outcome.t) == ("converged", 1)


@pytest.mark.parametrize("solver", ["aitken", "steffensen"])
def test_a_residual_at_a_right_angle_to_its_change_is_no_success(solver: str) -> None:
    """For J - I of skew symmetry the least residual along g is where it is: a step of length 0 proves nothing."""
    text = "x <- x - 2*y\ny <- y + 2*x"
    kept = follow(formula(text), [[1.0, 0.5]], solver, StopRule(1e-6, "step"), budget=Budget(steps=50))
    assert kept.outcome.name == "diverged"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("stream", "beta", "rate", "records"), [(0, 0.8785, 0.46715, (16, 36)), (1, 0.918, 0.88180, (60, 100))]
)
def test_damping_by_the_spectrum(path: str, stream: int, beta: float, rate: float, records: tuple[int, int]) -> None:
    stop, budget = StopRule(1e-13), Budget(steps=500)
    kept = follow(tutorial_layer(stream), ZEROS, "damped", stop, path=path, budget=budget, damping="spectrum")
    assert kept.outcome.success
    early, late = records
    assert (kept.residual[late, 0] / kept.residual[early, 0]) ** (1 / (late - early)) == pytest.approx(rate, abs=4e-3)
    steps, residual = np.diff(kept.z[:, 0], axis=0), kept.residual[:, 0]
    assert np.linalg.norm(steps[-2]) / residual[-3] == pytest.approx(beta, abs=1e-3)
    powers = [sum(2**j <= number for j in range(20)) for number in kept.iteration]
    assert kept.jacobians[:, 0].tolist() == powers
    assert kept.evaluations[:, 0].tolist() == kept.iteration.tolist()
    moved = follow(tutorial_layer(stream), ZEROS, "damped", StopRule(1e-9, "step"), path=path, damping="spectrum")
    assert moved.measure[:-1, 0] == pytest.approx(np.linalg.norm(np.diff(moved.z[:, 0], axis=0), axis=1), abs=1e-14)


def test_the_best_damping_is_found_from_eigenvalues() -> None:
    for stream, beta, rate in ((0, 0.8785, 0.46715), (1, 0.918, 0.88180)):
        kept = follow(tutorial_layer(stream), ZEROS, "newton", StopRule(1e-14))
        found, reached = best_damping(spectrum(tutorial_layer(stream).jacobian()(kept.z[-1])))
        assert found == pytest.approx([beta], abs=1e-3)
        assert reached == pytest.approx([rate], abs=3e-4)


@pytest.mark.parametrize("path", PATHS)
def test_where_no_damping_converges_the_given_one_is_used(path: str) -> None:
    budget = Budget(steps=12)
    chosen: dict[str, Any] = {"path": path, "budget": budget, "beta": 0.75}
    hopeless = follow(formula("z <- 1.5*z"), [[1.0]], "damped", StopRule(), damping="spectrum", **chosen)
    given = follow(formula("z <- 1.5*z"), [[1.0]], "damped", StopRule(), **chosen)
    assert np.array_equal(hopeless.z, given.z)
    mixed = follow(formula("z <- a*z\na = -3"), [[1.0]], "damped", ABSOLUTE, damping="spectrum", **chosen)
    # 1 - beta (1 - lambda) = 0 for beta = 1/4: the second iteration is at the root
    assert (mixed.outcome.name, mixed.outcome.t) == ("converged", 2)


@pytest.mark.parametrize(("path", "dtype"), [("numpy", "float64"), ("torch", "float64"), ("torch", "float32")])
@pytest.mark.parametrize(
    ("solver", "options"),
    [
        ("damped", {"damping": "spectrum"}),
        ("steffensen", {"form": "components"}),
        ("broyden", {"memory": 3}),
        ("anderson", {"filter": "angle", "memory": 12}),
        ("anderson", {"safeguard": "restart", "growth": 1.0}),
        ("anderson", {"safeguard": "restart", "growth": 1.2, "filter": "angle", "beta": 0.6}),
    ],
)
def test_with_options_too_a_sample_is_the_same_whatever_its_mates_are(
    solver: str, options: dict[str, Any], path: str, dtype: str
) -> None:
    mapping = formula("x <- tanh(1.2*x - 2*y + 0.3)\ny <- tanh(1.6*x + 0.4*y - 0.2)")
    starts = np.random.default_rng(4).normal(size=(21, 2))
    broken = starts.copy()
    broken[3] = np.nan
    chosen: dict[str, Any] = {"path": path, "dtype": dtype, "budget": Budget(steps=60)} | options
    whole, beside = (follow(mapping, z, solver, StopRule(1e-5), **chosen) for z in (starts, broken))
    for sample in (0, 2, 4, 20):
        alone = follow(mapping, starts[sample], solver, StopRule(1e-5), **chosen).of(0)
        for twin in (alone, beside.of(sample)):
            for name in ("iteration", "z", "residual", "measure", "evaluations", "jacobians"):
                assert np.array_equal(getattr(whole.of(sample), name), getattr(twin, name)), (sample, name)


def test_the_library_of_an_array() -> None:
    assert library_of(np.zeros(1)) is NUMPY
    assert library_of(torch.zeros(1)) is TORCH
