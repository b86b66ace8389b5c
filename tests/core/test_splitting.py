"""Splitting methods on monotone layers: rates, iteration counts and refusals in exact or computed numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from root_problems import PATHS, follow, formula, tutorial_layer

import core
from core import catalogue, presets
from core.budget import Budget
from core.callable_map import CallableMap, layer
from core.formula_map import FormulaMap
from core.readings import Iterations
from core.request import Request
from core.root_problem import bind_numpy, bind_torch
from core.runner import frames
from core.stop_rule import StopRule

SPLITTINGS = ("forward_backward", "peaceman_rachford")
MATRIX, BIAS = np.array([[-0.5, 3.0], [-3.0, -0.5]]), np.array([-1.5, 4.5])
TEXT = "z <- relu(W z + b)\nz in R^2\nW = (1 - m)*eye(2) + B - B^T\nB = [[0, 3], [0, 0]]\nb = [-1.5, 4.5]\nm = 1.5"
STEP = StopRule(1e-10, "step")
ORIGIN = np.zeros((1, 2))


class Monotone(torch.nn.Module):
    """relu(z W^T + x) with W = (1 - m) I - A^T A + B - B^T."""

    def __init__(self, size: int, margin: float, dtype: torch.dtype = torch.float64) -> None:
        super().__init__()
        random = np.random.default_rng(size)
        a, b = (torch.tensor(random.normal(size=(size, size)) / size**0.5) for _ in range(2))
        weight = (1.0 - margin) * torch.eye(size) - a.T @ a + b - b.T
        self.weight = torch.nn.Parameter(weight.to(dtype))

    def preactivation(self, z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return (z[:, None, :] * self.weight).sum(2) + x

    def forward(self, z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.preactivation(z, x))


def monotone(size: int = 6, margin: float = 0.5, rows: int = 5, dtype: torch.dtype = torch.float64) -> CallableMap:
    x = np.random.default_rng(1).normal(size=(rows, size))
    return layer(Monotone(size, margin, dtype), size, x=torch.tensor(x))


def rate(errors: np.ndarray) -> float:
    """The factor per iteration over the last ten."""
    return float((errors[-1] / errors[-11]) ** 0.1)


@pytest.mark.parametrize("path", PATHS)
def test_picards_method_runs_in_an_exact_cycle_of_three(path: str) -> None:
    kept = follow(formula(TEXT), ORIGIN, "picard", STEP, path=path)
    assert kept.z[:4, 0].tolist() == [[0.0, 0.0], [0.0, 4.5], [12.0, 2.25], [0.0, 0.0]]
    assert (kept.outcome.name, kept.outcome.period) == ("cycle", 3)


@pytest.mark.parametrize("path", PATHS)
def test_iterations_at_the_best_steps(path: str) -> None:
    backward = follow(formula(TEXT), ORIGIN, "forward_backward", STEP, path=path, alpha=2 / 15, budget=Budget())
    assert (backward.outcome.name, backward.outcome.t) == ("converged", 202)
    assert backward.evaluations[-1, 0] == 202
    for alpha in (0.298142, 1.0 / np.sqrt(11.25)):
        split = follow(formula(TEXT), ORIGIN, "peaceman_rachford", STEP, path=path, alpha=alpha)
        assert (split.outcome.name, split.outcome.t) == ("converged", 50)
        assert (split.evaluations[-1, 0], split.jacobians[-1, 0]) == (52, 1)
    for kept in (backward, split):
        assert kept.z[-1, 0] == pytest.approx([1.0, 1.0], abs=1e-9)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        (0.05, 0.863341),
        (0.1, 0.758433),
        (1.0 / 11.25**0.5, (5.0**0.5 - 1.0) / 2.0),
        (0.5, 0.659768),
        (1.0, 0.778818),
        (2.0, 0.877058),
    ],
)
def test_the_rate_of_peaceman_rachford(alpha: float, expected: float, path: str) -> None:
    eigenvalue = 1.5 + 3.0j
    assert expected == pytest.approx(abs((1.0 - alpha * eigenvalue) / (1.0 + alpha * eigenvalue)), abs=1e-6)
    kept = follow(formula(TEXT), ORIGIN, "peaceman_rachford", StopRule(1e-9, "step"), path=path, alpha=alpha)
    assert rate(np.linalg.norm(kept.z[:, 0] - 1.0, axis=1)) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("alpha", [0.05, 2 / 15, 0.2, 0.25])
def test_the_rate_of_forward_backward(alpha: float) -> None:
    expected = abs(1.0 - alpha * (1.5 + 3.0j))
    assert alpha != 2 / 15 or expected == pytest.approx(0.8**0.5)
    kept = follow(formula(TEXT), ORIGIN, "forward_backward", STEP, alpha=alpha, budget=Budget())
    assert kept.outcome.success
    assert rate(np.linalg.norm(kept.z[:, 0] - 1.0, axis=1)) == pytest.approx(expected, rel=1e-4)


def test_forward_backward_converges_up_to_its_bound_and_no_further() -> None:
    bound = 2.0 * 1.5 / np.linalg.norm(np.eye(2) - MATRIX, 2) ** 2
    assert bound == pytest.approx(0.266667, abs=1e-6)
    inside, outside = (
        follow(formula(TEXT), ORIGIN + 0.9, "forward_backward", STEP, alpha=alpha, budget=Budget(steps=20_000))
        for alpha in (0.265, 0.268)
    )
    assert inside.outcome.success
    assert not outside.outcome.success
    assert np.linalg.norm(outside.z[-1, 0] - 1.0) > 0.1


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", SPLITTINGS)
def test_iterates_are_those_of_the_definition(solver: str, path: str) -> None:
    random = np.random.default_rng(3)
    starts, alpha = random.normal(size=(4, 2)) * 3.0, 0.2
    kept = follow(formula(TEXT), starts, solver, StopRule(1e-13), path=path, alpha=alpha, budget=Budget(steps=12))
    resolvent = np.linalg.inv(np.eye(2) + alpha * (np.eye(2) - MATRIX))
    z = u = starts
    for record in kept.z:
        assert record == pytest.approx(z, abs=1e-12)
        if solver == "forward_backward":
            z = np.maximum(z - alpha * (z - z @ MATRIX.T - BIAS), 0.0)
        else:
            half = 2.0 * z - u
            u = 2.0 * (half + alpha * BIAS) @ resolvent.T - half
            z = np.maximum(u, 0.0)
    value = np.maximum(kept.z @ MATRIX.T + BIAS, 0.0)
    assert kept.residual == pytest.approx(np.linalg.norm(value - kept.z, axis=2), abs=1e-13)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("solver", SPLITTINGS)
def test_a_torch_layer_says_what_is_inside_its_relu(solver: str, dtype: str) -> None:
    kind = getattr(torch, dtype)
    mapping, tolerance = monotone(dtype=kind), 1e-11 if dtype == "float64" else 1e-5
    roots = core.solve(mapping, method=solver, tol=tolerance, dtype=dtype, iterations=2000)
    assert all(outcome.success for outcome in roots.outcome)
    exact = core.solve(monotone(), method="newton", tol=1e-13)
    assert roots.z == pytest.approx(exact.z, abs=100 * tolerance)
    problem = bind_torch(mapping, np.arange(5), 5, "cpu", dtype)
    assert problem.inner is not None
    weight = dict(mapping.weights)["weight"].detach()
    assert torch.equal(problem.inner.jacobian(torch.ones(5, 6, dtype=kind)), weight.expand(5, 6, 6))


@pytest.mark.parametrize("solver", SPLITTINGS)
@pytest.mark.parametrize(("path", "dtype"), [("numpy", "float64"), ("torch", "float64"), ("torch", "float32")])
def test_a_sample_is_the_same_whatever_its_mates_are(solver: str, path: str, dtype: str) -> None:
    text = "x <- relu(-x/2 + 3*y - 1.5)\ny <- relu(-3*x - y/2 + 4.5)"
    starts = np.random.default_rng(5).normal(size=(11, 2)) * 3.0
    broken = starts.copy()
    broken[3], broken[8] = np.nan, np.inf
    stop = StopRule(1e-10 if dtype == "float64" else 1e-5)
    runs = [
        follow(formula(text), z, solver, stop, path=path, dtype=dtype, budget=Budget())
        for z in (starts, broken, starts[6:7])
    ]
    assert [outcome.name for outcome in runs[1].outcomes] == [
        "bad_input" if place in (3, 8) else "converged" for place in range(11)
    ]
    for sample in (0, 1, 2, 4, 5, 6, 7, 9, 10):
        twins = [runs[1].of(sample)] + ([runs[2].of(0)] if sample == 6 else [])
        for twin in twins:
            for name in ("iteration", "z", "residual", "evaluations", "jacobians"):
                assert np.array_equal(getattr(runs[0].of(sample), name), getattr(twin, name))


@pytest.mark.parametrize("path", PATHS)
def test_a_resolvent_that_does_not_exist_is_said(path: str) -> None:
    # I + alpha (I - W) is 0 for W = 3 and alpha = 1/2
    kept = follow(formula("z <- relu(3*z + 1)"), [[0.0], [2.0]], "peaceman_rachford", STEP, path=path, alpha=0.5)
    assert [outcome.name for outcome in kept.outcomes] == ["singular_jacobian"] * 2


@pytest.mark.parametrize("solver", SPLITTINGS)
def test_other_layers_are_refused_with_a_sentence(solver: str) -> None:
    sentence = r"splitting needs a layer z <- relu\(W z \+ b\): write one, or choose another solver"
    for system in (core.parse("z <- cos(z)"), core.parse("z <- relu(z^2)"), layer(torch.relu, 2), tutorial_layer(0)):
        with pytest.raises(ValueError, match=sentence):
            core.solve(system, method=solver)
    with pytest.raises(ValueError, match=sentence):
        follow(formula("z <- cos(z)"), [[0.0]], solver, STEP)
    assert solver in catalogue.refusals(formula("z <- cos(z)"))
    assert not {*SPLITTINGS, "newton", "picard"} & set(catalogue.refusals(formula(TEXT)))


@pytest.mark.parametrize("solver", SPLITTINGS)
def test_a_preactivation_that_is_another_or_not_affine_is_refused(solver: str) -> None:
    def wrong(z: Any) -> Any:
        return torch.relu(0.5 * z + 1.0)

    wrong.preactivation = lambda z: 0.4 * z + 1.0
    with pytest.raises(ValueError, match="this layer's preactivation gives another f"):
        core.solve(layer(wrong, 2), method=solver)
    wrong.preactivation = lambda z: 0.5 * z + 1.0
    assert core.solve(layer(wrong, 2), method=solver, alpha=1.0).z == pytest.approx([2.0, 2.0], abs=1e-6)

    def bent(z: Any) -> Any:
        return torch.relu(torch.tanh(z))

    bent.preactivation = torch.tanh
    with pytest.raises(ValueError, match="needs an affine preactivation"):
        core.solve(layer(bent, 2), method=solver)


def test_what_is_inside_a_formulas_relu_follows_its_parameters() -> None:
    inner = FormulaMap(core.parse(TEXT), {"m": 2.0}).preactivation
    assert inner is not None
    problem = bind_numpy(FormulaMap(core.parse(TEXT), {"m": 2.0}), None)
    assert problem.inner is problem.inner
    assert problem.inner is not None
    assert problem.inner.jacobian(ORIGIN)[0].tolist() == [[-1.0, 3.0], [-3.0, -1.0]]
    assert problem.inner.value(ORIGIN)[0].tolist() == BIAS.tolist()
    assert bind_numpy(formula("z <- cos(z)"), None).inner is None


def test_a_race_leaves_out_who_cannot_take_part() -> None:
    experiment, _ = presets.load_preset("cosine")
    racing = replace(experiment, root=replace(experiment.root, rivals=(*SPLITTINGS, "newton")))
    *_, frame = frames(Request(racing, frozenset({Iterations})))
    assert [run.solver for run in frame.readings[Iterations].runs] == ["picard", "newton"]
    alone = replace(experiment, root=replace(experiment.root, solver="forward_backward"))
    *_, frame = frames(Request(alone, frozenset({Iterations})))
    assert frame.error is not None
    assert "forward-backward splitting needs a layer z <- relu(W z + b)" in frame.error
