"""The root loop: every sample as if it were alone, every ending for its own reason, every count exact."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from root_problems import PATHS, SOLVERS, NumpyMap, follow, formula, tutorial_layer, tutorial_weights

from core.budget import Budget
from core.callable_map import layer
from core.catalogue import root_solver
from core.outcome import Outcome
from core.root_loop import iterate
from core.root_problem import FixedPoint
from core.stop_rule import StopRule

ABSOLUTE = StopRule(1e-8, "absolute")
RECORDED = ("iteration", "z", "residual", "measure", "evaluations", "jacobians")


def by_columns() -> NumpyMap:
    """The tutorial's second layer, its products added column by column: a matrix product in float32 may round a row
    by its place in the batch."""
    weights, bias = tutorial_weights(0)
    weight, x = torch.tensor(weights), torch.tensor(bias)

    def twin(z: torch.Tensor) -> torch.Tensor:
        return torch.tanh(sum((z[:, :, None] * weight.T.to(z)).unbind(1)) + x.to(z))

    whole = tutorial_layer(0)
    return NumpyMap(whole.array(), whole.jacobian(), 10, layer(twin, 10), whole.curvature())


@pytest.mark.parametrize(("path", "dtype"), [("numpy", "float64"), ("torch", "float64"), ("torch", "float32")])
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_sample_is_the_same_whatever_its_mates_are(solver: str, path: str, dtype: str) -> None:
    starts = np.random.default_rng(3).normal(size=(41, 10))
    starts[7] *= 1e3  # it ends later, beside frozen ones
    stop = StopRule(1e-10 if dtype == "float64" else 1e-5)
    broken, absent = starts.copy(), np.delete(starts, [2, 5], axis=0)
    broken[2], broken[5] = np.nan, np.inf
    chosen = {"path": path, "dtype": dtype}
    runs = [follow(by_columns(), z, solver, stop, **chosen) for z in (starts, broken, absent)]
    alone = {k: follow(by_columns(), starts[k : k + 1], solver, stop, **chosen) for k in (0, 7, 40)}
    assert [outcome.name for outcome in runs[1].outcomes][2:6] == ["bad_input", "converged", "converged", "bad_input"]
    assert len({outcome.t for outcome in runs[0].outcomes}) > 1
    for place, sample in enumerate(np.delete(np.arange(41), [2, 5])):
        mine = runs[0].of(sample)
        twins = [runs[1].of(sample), runs[2].of(place)] + ([alone[sample].of(0)] if sample in alone else [])
        for twin in twins:
            for name in RECORDED:
                assert np.array_equal(getattr(mine, name), getattr(twin, name)), (sample, name)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_broken_mate_changes_nothing_in_a_matrix_product_either(solver: str, dtype: str) -> None:
    starts = np.random.default_rng(3).normal(size=(41, 10))
    broken = starts.copy()
    broken[2], broken[5] = np.nan, np.inf
    runs = [follow(tutorial_layer(0), z, solver, StopRule(1e-5), path="torch", dtype=dtype) for z in (starts, broken)]
    for sample in np.delete(np.arange(41), [2, 5]):
        mine, twin = (run.of(sample) for run in runs)
        assert all(np.array_equal(getattr(mine, name), getattr(twin, name)) for name in RECORDED)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_map_that_breaks_for_one_sample_leaves_the_others(solver: str, path: str) -> None:
    mapping = formula("z <- 0.5*sqrt(z) + 0.1")
    both = follow(mapping, [[0.5], [-1.0], [2.0]], solver, ABSOLUTE, path=path)
    apart = follow(mapping, [[0.5], [2.0]], solver, ABSOLUTE, path=path)
    assert [outcome.name for outcome in both.outcomes] == ["converged", "nonfinite_map", "converged"]
    assert both.outcomes[1].t == 0
    for sample, twin in ((0, 0), (2, 1)):
        assert np.array_equal(both.of(sample).z, apart.of(twin).z)
    assert not both.active[:, 1].any()
    assert both.evaluations[-1, 1] == 1
    assert np.isfinite(both.z).all()


def test_a_sample_that_ended_stays_where_it_is() -> None:
    kept = follow(formula("z <- cos(z)"), [[0.739085], [30.0]], "picard", ABSOLUTE)
    first, second = kept.outcomes
    assert first.t < second.t
    assert len(np.unique(kept.z[int(first.t) - 1 :, 0])) == 1
    assert kept.evaluations[-1].tolist() == [first.t, second.t]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("text", "start", "solver", "name", "period"),
    [
        ("z <- 3.2*z*(1 - z)", 0.3, "picard", "cycle", 2),
        ("z <- 3.5*z*(1 - z)", 0.3, "picard", "cycle", 4),
        ("z <- 3.55*z*(1 - z)", 0.3, "picard", "cycle", 8),
        ("z <- 3.835*z*(1 - z)", 0.3, "picard", "cycle", 3),
        ("0 = x^3 - 2*x + 2\nsolve x = 0", 0.0, "newton", "cycle", 2),
        ("z <- -z", 1.0, "picard", "cycle", 2),
        ("z <- 4*z*(1 - z)", 0.3, "picard", "stagnated", None),
        ("z <- z + 1", 0.0, "picard", "stagnated", None),
        ("z <- 2*z", 1.0, "picard", "diverged", None),
        ("z <- z^2", 2.0, "picard", "diverged", None),
        ("z <- exp(z)", 1.0, "picard", "diverged", None),
        ("0 = atan(z)\nsolve z = 3", 3.0, "newton", "diverged", None),
        ("z <- z + 1", 0.0, "newton", "singular_jacobian", None),
        ("z <- exp(z)", 0.0, "newton", "singular_jacobian", None),
        ("z <- log(z)", -1.0, "damped", "nonfinite_map", None),
        ("z <- log(z)", -1.0, "anderson", "nonfinite_map", None),
        ("z <- cos(z)", 1.0, "picard", "converged", None),
        ("z <- cos(z)", 1.0, "damped", "converged", None),
        ("z <- z/2", 1.0, "picard", "converged", None),
    ],
)
def test_every_ending(path: str, text: str, start: float, solver: str, name: str, period: int | None) -> None:
    kept = follow(formula(text), [[start]], solver, ABSOLUTE, path=path, budget=Budget(steps=2000))
    assert (kept.outcome.name, kept.outcome.period) == (name, period)
    assert kept.outcome.t == (kept.of(0).iteration[-1] if kept.active.any() else 0)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("whole_batch", [False, True])
def test_the_fixed_point_that_iteration_cannot_find(path: str, whole_batch: bool) -> None:
    stop = StopRule(1e-10, whole_batch=whole_batch)
    kept = follow(tutorial_layer(1), np.zeros((2, 10)), "picard", stop, path=path, budget=Budget(steps=200))
    assert [(outcome.name, outcome.period) for outcome in kept.outcomes] == [("cycle", 2)] * 2
    assert kept.residual[-1, 0] == pytest.approx(1.2965196 * (np.sqrt(2.0) if whole_batch else 1.0), rel=1e-4)
    assert "cycle of period 2 at iteration" in str(kept.outcomes[0])


@pytest.mark.parametrize("factor", [-0.9, -0.99, -0.999, -0.9995, 0.9995])
def test_slow_convergence_is_no_cycle_and_no_stagnation(factor: float) -> None:
    stop = StopRule(0.01 * abs(1.0 - factor), "absolute")
    kept = follow(formula(f"z <- {factor}*z"), [[1.0]], "picard", stop, budget=Budget(steps=100_000))
    assert kept.outcome.success
    # |f - z| = |1 - factor| |factor|^(k-1) falls below the tolerance first at this k
    assert kept.outcome.t == 1 + np.ceil(np.log(0.01) / np.log(abs(factor)))


def test_a_flip_bifurcation_converges_too_slowly_to_wait_for_but_is_no_cycle() -> None:
    kept = follow(formula("z <- 3*z*(1 - z)"), [[0.3]], "picard", ABSOLUTE, budget=Budget(steps=5000))
    assert kept.outcome.name == "max_iterations"


def test_a_slow_spiral_is_no_cycle() -> None:
    text = "x <- 0.999*(c*x - s*y)\ny <- 0.999*(s*x + c*y)\nc = cos(2*pi/5)\ns = sin(2*pi/5)"
    kept = follow(formula(text), [[1.0, 0.0]], "picard", ABSOLUTE, budget=Budget(steps=100_000))
    assert kept.outcome.success


def test_the_way_from_a_repelling_root_to_another_is_no_stagnation() -> None:
    stop = StopRule(1e-13, "absolute")
    kept = follow(formula("z <- tanh(1.01*z)"), [[1e-9]], "picard", stop, budget=Budget(steps=9999))
    assert kept.outcome.success
    assert abs(kept.z[-1, 0, 0]) > 0.1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_tolerance_below_rounding_ends_at_the_floor_and_says_so(solver: str, dtype: str) -> None:
    stop = StopRule(1e-9 if dtype == "float32" else 1e-18, "absolute")
    kept = follow(tutorial_layer(0), np.full((1, 10), 0.5), solver, stop, path="torch", dtype=dtype)
    assert kept.outcome.name == "float_floor"
    assert kept.outcome.floor == kept.of(0).residual[-1] < 20 * torch.finfo(getattr(torch, dtype)).eps
    assert "loosen the tolerance, or use float64" in str(kept.outcome)
    assert f"{kept.outcome.floor:.2g}" in str(kept.outcome)


def test_bad_starts_end_at_once_and_are_never_shown_to_the_map() -> None:
    seen: list[Any] = []

    def f(z: torch.Tensor) -> torch.Tensor:
        seen.append(bool(torch.isfinite(z).all()))
        return torch.cos(z)

    kept = follow(layer(f, 1), [[np.nan], [1.0], [-np.inf]], "picard", ABSOLUTE, path="torch")
    assert [outcome.name for outcome in kept.outcomes] == ["bad_input", "converged", "bad_input"]
    assert all(seen)
    none = follow(layer(f, 1), [[np.nan]], "newton", ABSOLUTE, path="torch")
    assert none.outcome == Outcome("bad_input", 0, True)
    assert none.lengths == ()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("solver", "opening"), [("picard", 0), ("damped", 0), ("newton", 1), ("anderson", 1)])
def test_the_budget_is_kept_to_the_last_evaluation(solver: str, opening: int, path: str) -> None:
    calls: list[int] = []
    inner = formula("z <- z + 1/(1 + z^2)")
    mapping = NumpyMap(lambda z: calls.append(1) or inner.array()(z), inner.jacobian(), 1, inner)
    for budget, name, last in (
        (Budget(steps=17), "max_iterations", 17),
        (Budget(evaluations=12), "max_evaluations", 12 - opening),
        (Budget(steps=12, evaluations=12 + opening), "max_iterations", 12),
        (Budget(evaluations=1), "max_evaluations", 1 - opening),
    ):
        calls.clear()
        kept = follow(mapping, [[0.3]], solver, StopRule(1e-15, "absolute"), path=path, budget=budget)
        assert (kept.outcome.name, kept.outcome.t) == (name, last)
        assert kept.iteration.tolist() == list(range(1 - opening, last + 1))
        assert kept.evaluations[:, 0].tolist() == [number + opening for number in kept.iteration]
        assert kept.jacobians[:, 0].tolist() == [number * (solver == "newton") for number in kept.iteration]
        if path == "numpy":
            assert len(calls) == last + opening


def test_time_is_bounded() -> None:
    slow = NumpyMap(lambda z: time.sleep(0.002) or z + 1.0 / (1.0 + z * z), None, 1, None)
    begun = time.perf_counter()
    kept = follow(slow, [[0.0]], "picard", StopRule(1e-15), budget=Budget(seconds=0.05, steps=10**6))
    assert kept.outcome.name == "max_time"
    assert 0.05 < time.perf_counter() - begun < 0.5
    assert "raise the time budget, loosen the tolerance" in str(kept.outcome)


@pytest.mark.parametrize("path", PATHS)
def test_a_cancelled_run_stops_between_two_blocks(path: str) -> None:
    calls: list[int] = []
    mapping = NumpyMap(lambda z: calls.append(1) or z + 1.0, None, 1, layer(lambda z: calls.append(1) or z + 1.0, 1))
    problem = FixedPoint(mapping, np.zeros((1, 1)))
    loop = iterate(problem, root_solver("picard"), ABSOLUTE, Budget(), path)
    block = next(loop)
    assert len(block) == len(calls) <= 64
    loop.close()
    assert len(calls) == len(block)


def test_blocks_follow_one_another_and_are_short() -> None:
    kept = follow(formula("z <- 0.999*z"), [[1.0]], "picard", ABSOLUTE, budget=Budget(steps=5000))
    assert kept.iteration.tolist() == list(range(1, 5001))
    assert max(kept.lengths) <= 64
    assert len(kept.lengths) > 5000 // 64


def test_a_whole_batch_shares_its_norm_and_its_end() -> None:
    starts = np.array([[0.2], [1.0], [5.0]])
    kept = follow(formula("z <- cos(z)"), starts, "picard", StopRule(1e-8, "absolute", True))
    assert len(set(kept.outcomes)) == 1
    apart = np.linalg.norm(np.cos(kept.z) - kept.z, axis=(1, 2))
    assert kept.residual[:, 0] == pytest.approx(apart, rel=1e-14)
    assert (kept.residual == kept.residual[:, :1]).all()
    assert apart[-1] < 1e-8 <= apart[-2]
    bad = follow(formula("z <- cos(z)"), [[1.0], [np.nan]], "picard", StopRule(1e-8, "absolute", True))
    assert [outcome.name for outcome in bad.outcomes] == ["bad_input"] * 2


@pytest.mark.parametrize(
    ("text", "starts", "solver", "name"),
    [
        ("z <- 0.5*sqrt(z) + 0.1", [[0.5], [-1.0]], "picard", "nonfinite_map"),
        ("z <- exp(z)", [[0.0], [1.0]], "newton", "singular_jacobian"),
        ("z <- 3.2*z*(1 - z)", [[0.3], [0.0]], "picard", "cycle"),
        ("z <- 2*z", [[0.0], [1.0]], "picard", "diverged"),
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_one_sample_that_fails_ends_the_whole_batch(path: str, text: str, starts: Any, solver: str, name: str) -> None:
    kept = follow(formula(text), starts, solver, StopRule(1e-8, "absolute", True), path=path)
    assert [outcome.name for outcome in kept.outcomes] == [name] * 2
    assert len(set(kept.outcomes)) == 1


def test_the_step_criterion_measures_the_move() -> None:
    newton = follow(formula("z <- cos(z)"), [[1.0]], "newton", StopRule(1e-9, "step"))
    assert np.isnan(newton.measure[0, 0])
    assert newton.measure[1:, 0] == pytest.approx(abs(np.diff(newton.z[:, 0, 0])), abs=1e-16)
    damped = follow(formula("z <- cos(z)"), [[1.0]], "damped", StopRule(1e-9, "step"), beta=0.25)
    assert damped.measure[:-1, 0] == pytest.approx(abs(np.diff(damped.z[:, 0, 0])), abs=1e-15)


@settings(max_examples=60)
@given(
    solver=st.sampled_from(SOLVERS),
    path=st.sampled_from(PATHS),
    criterion=st.sampled_from(["absolute", "relative"]),
    exponent=st.integers(3, 13),
    gain=st.floats(-3.0, 3.0),
    bias=st.floats(-2.0, 2.0),
    starts=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=4),
)
def test_success_means_that_the_residual_is_small(
    solver: str, path: str, criterion: str, exponent: int, gain: float, bias: float, starts: list[float]
) -> None:
    tolerance = 10.0**-exponent
    mapping = formula(f"z <- tanh(w*z + x)\nw = {gain!r}\nx = {bias!r}")
    kept = follow(mapping, [[z] for z in starts], solver, StopRule(tolerance, criterion), path=path)
    for sample, outcome in enumerate(kept.outcomes):
        mine = kept.of(sample)
        value = np.tanh(gain * mine.z[:, 0] + bias)
        measure = abs(value - mine.z[:, 0]) / (1.0 if criterion == "absolute" else abs(value) + 1e-9)
        assert mine.residual == pytest.approx(abs(value - mine.z[:, 0]), abs=1e-15 * (1.0 + abs(mine.z).max()))
        assert outcome.success == (measure[-1] < tolerance) or measure[-1] == pytest.approx(tolerance, rel=0.01)
        assert outcome.t == mine.iteration[-1]
