"""A sample's iterations, outcome and answer are the same alone and among 255 mates, some of which come to nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from mates_of_256 import COUNT, FAR, PLACES, data, plane_layer, relu_layer, scalar_layer, scalar_starts, starts
from root_problems import SCALAR_SOLVERS, SOLVERS, Kept, follow, formula

import core
from core.budget import Budget
from core.callable_map import layer
from core.stop_rule import StopRule

RECORDED = ("iteration", "z", "residual", "measure", "evaluations", "jacobians")
ARRAYS = [("formula", "numpy", "float64"), ("formula", "torch", "float32"), ("callable", "torch", "float64")]
SPLITTINGS = ("forward_backward", "peaceman_rachford")
BUDGET = Budget(steps=30, seconds=600.0)


def assert_same(whole: Kept, places: Any, alone: Kept) -> None:
    """Bit for bit."""
    for place in places:
        assert whole.outcomes[place] == alone.outcome, place
        for name in RECORDED:
            mine, lone = getattr(whole.of(place), name), getattr(alone.of(0), name)
            assert np.array_equal(mine, lone, equal_nan=True), (place, name)


def assert_alone_as_beside_mates(
    mapping: Any, z: np.ndarray, solver: str, path: str, dtype: str, **options: Any
) -> Kept:
    """The samples at `PLACES` and `FAR`; the whole batch."""
    chosen = {"path": path, "dtype": dtype, "budget": BUDGET, **options}
    stop = StopRule(1e-6 if dtype == "float64" else 1e-4)
    whole = follow(mapping, z, solver, stop, **chosen)
    assert len(whole.outcomes) == COUNT
    for places in (PLACES, FAR):
        row = None if mapping.batch is None else [places[0]]
        assert_same(whole, places, follow(mapping, z[places[:1],], solver, stop, rows=row, **chosen))
    names = [outcome.name for outcome in whole.outcomes]
    assert [names[place] for place in (1, 3, 129)] == ["bad_input"] * 3
    assert len({(outcome.name, outcome.t) for outcome in whole.outcomes}) > 3
    return whole


@pytest.mark.parametrize(("kind", "path", "dtype"), ARRAYS)
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_layer_that_is_the_same_for_all(solver: str, kind: str, path: str, dtype: str) -> None:
    whole = assert_alone_as_beside_mates(plane_layer(kind, False), starts(), solver, path, dtype)
    assert any(not outcome.success and outcome.t for outcome in whole.outcomes)
    if solver in ("picard", "newton"):
        ended = {(outcome.name, outcome.t > 0) for outcome in whole.outcomes}
        assert ended >= {("nonfinite_map", True), ("diverged", True), ("converged", True)}


@pytest.mark.parametrize(("kind", "path", "dtype"), [*ARRAYS[:2], ("callable", "torch", "float32")])
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_layer_with_data_of_every_sample(solver: str, kind: str, path: str, dtype: str) -> None:
    whole = assert_alone_as_beside_mates(plane_layer(kind, True), starts()[:, :2], solver, path, dtype)
    assert any(not outcome.success and outcome.t for outcome in whole.outcomes)
    assert kind == "formula" or whole.outcomes[131].name == "nonfinite_map"


@pytest.mark.parametrize(("kind", "path", "dtype"), [*ARRAYS, ("callable", "torch", "float32")])
@pytest.mark.parametrize("solver", SCALAR_SOLVERS)
def test_one_unknown(solver: str, kind: str, path: str, dtype: str) -> None:
    whole = assert_alone_as_beside_mates(scalar_layer(kind), scalar_starts(), solver, path, dtype)
    assert any(not outcome.success and outcome.t for outcome in whole.outcomes)


@pytest.mark.parametrize(("kind", "path", "dtype"), [*ARRAYS, ("callable", "torch", "float32")])
@pytest.mark.parametrize("with_data", [False, True])
@pytest.mark.parametrize("solver", SPLITTINGS)
def test_a_layer_that_is_split(solver: str, with_data: bool, kind: str, path: str, dtype: str) -> None:
    z = starts()
    z[34] = 1.5e308
    whole = assert_alone_as_beside_mates(relu_layer(kind, with_data), z, solver, path, dtype, alpha=0.5)
    assert not whole.outcomes[34].success
    assert kind == "formula" or not with_data or whole.outcomes[131].name == "nonfinite_map"


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_the_stages_of_auto(path: str) -> None:
    z = np.random.default_rng(8).normal(size=(COUNT, 1)) * 2.0
    z[1], z[34] = np.nan, 1e200
    z[list(PLACES)], z[list(FAR)] = 0.0, 1e3
    stop, mapping = StopRule(1e-9, "absolute"), formula("0 = x^3 - 2*x + 2\nsolve x = 0")
    whole = follow(mapping, z, "auto", stop, path=path)
    for places in (PLACES, FAR):
        alone = follow(mapping, z[places[:1],], "auto", stop, path=path)
        assert_same(whole, places, alone)
        assert alone.outcome.success
    assert "pseudo-transient, after" in whole.outcomes[0].account


def test_the_many_unknowns_of_auto() -> None:
    z = np.random.default_rng(8).normal(size=(COUNT, 640))
    z[1], z[34] = np.nan, 1e200
    stop = StopRule(1e-5)
    mapping = layer(lambda z: 0.5 * torch.sin(z.roll(1, 1)) + 0.2 * z**2 + 0.1, 640)
    whole = follow(mapping, z, "auto", stop, path="torch", dtype="float32")
    for place in (0, 255):
        alone = follow(mapping, z[place : place + 1], "auto", stop, path="torch", dtype="float32")
        assert_same(whole, [place], alone)
        assert (alone.outcome.success, alone.outcome.account) == (True, "by Newton-Krylov")
    assert not whole.outcomes[34].success


@pytest.mark.parametrize("solver", ["auto", "anderson", "picard", "nesterov", "newton_krylov"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_best_point_of_a_solve(solver: str, dtype: str) -> None:
    mapping, z, x = plane_layer("callable", True), starts()[:, :2], data()
    chosen = {"tol": 1e-6, "best": True, "dtype": dtype, "iterations": 12}
    whole = core.solve(mapping, z, solver, **chosen)
    failed = [place for place in range(4, COUNT) if not whole.outcome[place].success and np.isfinite(x[place]).all()]
    for place in (*PLACES, *failed[:4]):
        alone = core.solve(mapping, z[place], solver, rows=[place], **chosen)
        assert whole.outcome[place] == alone.outcome[0]
        assert whole.iterations[place] == alone.iterations[0]
        assert np.array_equal(whole.z[place], alone.z[0])
        assert np.array_equal(whole.residual[place], alone.residual[0])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("solver", ["picard", "anderson", "newton", "broyden", "newton_krylov", "auto"])
def test_a_network_answers_to_rounding(solver: str, dtype: str) -> None:
    # how a matrix product adds depends on the number of its rows
    torch.manual_seed(0)
    size, number = 48, getattr(torch, dtype)
    inside = torch.nn.Linear(size, size, dtype=number)
    x = torch.randn(COUNT, size, dtype=torch.float64)
    x[1, 0], x[2] = torch.nan, 1e300
    mapping = layer(lambda z, x: torch.tanh(inside(z) + x), size, x=x)
    z = np.random.default_rng(9).normal(size=(COUNT, size))
    z[3] = np.nan
    stop = StopRule(1e-8 if dtype == "float64" else 1e-4)
    whole = follow(mapping, z, solver, stop, path="torch", dtype=dtype)
    assert [whole.outcomes[place].name for place in (1, 3)] == ["nonfinite_map", "bad_input"]
    for place in (0, 130, 255):
        alone = follow(mapping, z[place : place + 1], solver, stop, path="torch", dtype=dtype, rows=[place])
        assert whole.outcomes[place] == alone.outcome
        difference = abs(whole.of(place).z[-1] - alone.of(0).z[-1]).max()
        assert difference <= 64 * torch.finfo(number).eps
