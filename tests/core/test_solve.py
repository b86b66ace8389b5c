"""The public `core.solve`: what it takes, what it gives, and what it says where the question makes no sense."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from root_problems import SOLVERS, tutorial_layer, tutorial_weights

import core
from core.catalogue import root_solver, root_solvers
from core.field_check import declarations

COSINE = 0.7390851332151606416553121


@pytest.mark.parametrize("method", SOLVERS)
@pytest.mark.parametrize("path", ["auto", "numpy", "torch"])
def test_one_start(method: str, path: str) -> None:
    root = core.solve(core.parse("z <- cos(z)"), [1.0], method, path=path, tol=1e-12)
    account = root.outcome.account  # of a solver that changes its method
    assert root.outcome == core.Outcome("converged", root.iterations, iterative=True, account=account)
    assert str(root.outcome) == f"converged{' ' * bool(account)}{account} at iteration {root.iterations}"
    assert root.z == pytest.approx([COSINE], abs=1e-11)
    assert root.z.shape == (1,)
    assert root.residual == root.history.residual[-1] < 1e-12
    assert root.history.z.shape == (len(root.history.iteration), 1)
    assert root.history.iteration[-1] == root.iterations
    assert root.history.evaluations[-1] == root.stats.evaluations
    if method in ("anderson", "damped", "newton", "picard"):
        assert root.stats.jacobians == (root.iterations if method == "newton" else 0)
    assert root.stats.seconds > 0


def test_several_starts_and_their_histories() -> None:
    starts = [[-3.0], [0.1], [3.0]]
    system = core.parse("z <- tanh(2*z + b)\nb = 0.3")
    roots = core.solve(system, starts, "picard", tol=1e-12)
    assert roots.z[:, 0] == pytest.approx([-0.907996987222667, 0.978312184853417, 0.978312184853417], abs=1e-11)
    assert roots.history.z.shape == (len(roots.history.iteration), 3, 1)
    for sample, count in enumerate(roots.iterations):
        assert np.isfinite(roots.history.residual[:count, sample]).all()
        assert np.isnan(roots.history.residual[count:, sample]).all()
        single = core.solve(system, starts[sample], "picard", tol=1e-12)
        assert np.array_equal(single.z, roots.z[sample])
        assert np.array_equal(single.history.z, roots.history.of(sample).z[:count])
        assert (single.iterations, single.stats.evaluations) == (count, roots.stats.evaluations[sample])
    assert roots.numpy()["iterations"].tolist() == roots.iterations.tolist()


@pytest.mark.parametrize("method", SOLVERS)
def test_a_root_problem_in_two_unknowns(method: str) -> None:
    system = core.parse("0 = (x^2 + y^2 - 4)/6\n0 = (x*y - 1)/3\nsolve x = 2, y = 0.5")
    root = core.solve(system, method=method, tol=1e-12, stop="absolute", iterations=500)
    assert root.outcome.success
    assert root.z == pytest.approx([1.931851652578136574, 0.517638090205041525], abs=1e-10)


def test_parameters_by_name() -> None:
    system = core.parse("z <- tanh(w*z)\nw = 2 in [0, 4]\nstart 1")
    assert core.solve(system).z == pytest.approx([0.957504024077269], abs=1e-7)
    assert core.solve(system, params={"w": 3.0}).z == pytest.approx([0.994901528452629], abs=1e-7)
    with pytest.raises(TypeError, match="no parameter 'v'"):
        core.solve(system, params={"v": 3.0})


@pytest.mark.parametrize("method", SOLVERS)
def test_batch_data_gives_every_row_its_own_root(method: str) -> None:
    weights, bias = tutorial_weights(0)
    weight = torch.tensor(weights)
    x = torch.tensor(np.stack([bias, 2.0 * bias, 3.0 * bias]))
    layer = core.layer(lambda z, x: torch.tanh(z @ weight.T + x), 10, x=x)
    roots = core.solve(layer, method=method, tol=1e-12, iterations=500)
    assert roots.z.shape == (3, 10)
    for row in range(3):
        twin = core.layer(lambda z, x=x[row]: torch.tanh(z @ weight.T + x), 10)
        assert roots.z[row] == pytest.approx(core.solve(twin, method="newton", tol=1e-13).z, abs=1e-10)
    with pytest.raises(ValueError, match="3 rows for 2 starts"):
        core.solve(layer, np.zeros((2, 10)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tensors_give_tensors(dtype: str) -> None:
    root = core.solve(tutorial_layer(0), torch.zeros(10), dtype=dtype, tol=1e-5)
    assert isinstance(root.z, torch.Tensor)
    assert root.z.dtype == getattr(torch, dtype)
    assert core.solve(tutorial_layer(0), np.zeros(10), dtype=dtype, tol=1e-5).z.dtype == np.dtype(dtype)
    assert set(root.numpy()) == {"z", "residual", "iterations"}


def test_the_last_good_point_of_a_failed_solve_is_kept() -> None:
    root = core.solve(core.parse("z <- log(z - 1)"), [3.0], "picard")
    assert root.outcome.name == "nonfinite_map"
    assert (root.z, root.iterations) == (pytest.approx([3.0]), 1)
    assert (root.stats.evaluations, len(root.history.iteration)) == (2, 1)
    never = core.solve(core.parse("z <- log(z)"), [-1.0], "newton")
    assert (never.outcome.name, never.iterations, never.z) == ("nonfinite_map", 0, pytest.approx([-1.0]))
    assert np.isnan(never.residual)
    assert len(never.history.iteration) == 0


def test_iterations_and_budget() -> None:
    system = core.parse("z <- 0.999*z + 1")
    assert core.solve(system, [0.0], "picard", iterations=7).iterations == 7
    budget = core.Budget(steps=9)
    root = core.solve(system, [0.0], "picard", iterations=7, budget=budget)
    assert (root.iterations, root.outcome.name) == (7, "max_iterations")
    root = core.solve(system, [0.0], "picard", budget=budget)
    assert (root.iterations, root.outcome.name) == (9, "max_iterations")
    assert core.solve(system, [0.0], "picard", iterations=12, budget=budget).iterations == 9
    assert core.solve(system, [0.0], "picard").iterations == 200
    assert "allow more iterations" in str(root.outcome)


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"method": "newtn"}, ValueError, "no root solver 'newtn'; did you mean 'newton'"),
        ({"memry": 3}, TypeError, "solve with anderson has no option 'memry'; did you mean 'memory'"),
        ({"tolerance": 3}, TypeError, "no option 'tolerance'; did you mean"),
        ({"method": "picard", "beta": 0.5}, TypeError, "solve with picard has no option 'beta'"),
        ({"memory": 0}, ValueError, "memory must lie between 1 and 20; 0 does not"),
        ({"memory": 2.5}, TypeError, "memory must be a whole number, not 2.5"),
        ({"beta": "half"}, TypeError, "beta must be a number, not 'half'"),
        ({"beta": float("nan")}, ValueError, "beta must lie between 0.01 and 1; nan does not"),
        ({"memory": True}, TypeError, "memory must be a whole number, not True"),
        ({"ridge_kind": "none"}, ValueError, "ridge_kind must be one of relative, absolute, not 'none'"),
        ({"tol": 0.0}, ValueError, "tolerance must be a finite number greater than 0"),
        ({"stop": "residual"}, ValueError, 'criterion must be "relative", "absolute" or "step"'),
        ({"path": "python"}, ValueError, 'path must be "auto", "numpy" or "torch"'),
        ({"path": "numpy", "dtype": "float32"}, ValueError, 'computes in float64, not in float32: use path="torch"'),
        ({"dtype": "float16"}, ValueError, 'dtype must be "float64" or "float32"'),
        ({"device": "tpu"}, ValueError, 'device must be "cpu" or "cuda"'),
        ({"start": [1.0, 2.0]}, ValueError, "a start needs 1 numbers"),
        ({"start": ["a"]}, ValueError, "a start needs 1 numbers"),
        ({"start": [1j]}, ValueError, "they are complex"),
        ({"start": np.zeros((0, 1))}, ValueError, r"several starts have the shape \(S, 1\)"),
    ],
)
def test_a_senseless_question_gets_a_sentence(options: dict[str, Any], error: type, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        core.solve(core.parse("z <- cos(z)"), **{"start": [1.0]} | options)


def test_what_is_no_layer_is_refused() -> None:
    with pytest.raises(TypeError, match="needs a parsed formula"):
        core.solve(torch.tanh, [1.0])
    with pytest.raises(ValueError, match="no implicit layer"):
        core.solve(core.parse("x' = -x"), [1.0])
    with pytest.raises(TypeError, match="bind them in the callable"):
        core.solve(core.layer(torch.cos, 1), [1.0], params={"a": 1.0})
    with pytest.raises(ValueError, match="needs a formula, not a torch callable"):
        core.solve(core.layer(torch.cos, 1), [1.0], path="numpy")


@pytest.mark.parametrize("name", SOLVERS)
def test_every_field_of_a_solver_declares_its_range_and_a_default_inside(name: str) -> None:
    solver = root_solver(name)
    assert type(solver) is root_solvers()[name]
    for field, (kind, declared) in declarations(type(solver)).items():
        value = getattr(solver, field)
        assert isinstance(value, kind)
        assert declared.help
        assert declared.contains(value) if hasattr(declared, "contains") else value in declared.options


def test_an_unknown_option_of_a_catalogued_solver_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="Anderson has no option 'ridgekind'; did you mean 'ridge_kind'"):
        root_solver("anderson", {"ridgekind": "relative"})
    assert root_solver("anderson", {"memory": 3.0}).memory == 3


@pytest.mark.parametrize("method", SOLVERS)
@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_a_formula_with_batch_data(method: str, path: str) -> None:
    x = np.array([[0.3, -0.1], [0.0, 0.0], [1.0, 2.0], [0.1, 0.2], [-0.4, 0.9]])
    w = np.array([[0.5, 0.2], [-0.3, 0.4]])
    system = core.parse('z <- tanh(W z + x)\nW = data "W"\nx = data "X" as batch', {"W": w, "X": x})
    roots = core.solve(system, method=method, path=path, tol=1e-13, iterations=2000)
    assert roots.z.shape == (5, 2)
    assert roots.z == pytest.approx(np.tanh(roots.z @ w.T + x), abs=1e-12)


def test_a_start_near_the_largest_number_is_a_number() -> None:
    root = core.solve(core.parse("z <- tanh(0.5*z + 0.3)"), (1e308,), method="picard")
    assert root.outcome.success


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"tol": "a"}, "tolerance must be a number"),
        ({"method": None}, "name of a root solver"),
        ({"budget": 3}, "must be a core.Budget"),
        ({"iterations": 2.5}, "must be a whole number"),
        ({"whole_batch": "yes"}, "True or False"),
    ],
)
def test_arguments_of_another_kind_are_refused(asked: dict[str, object], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        core.solve(core.parse("z <- tanh(0.5*z + 0.3)"), **asked)
