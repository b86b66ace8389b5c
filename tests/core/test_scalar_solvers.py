"""Solvers of one unknown: published iterates, orders and counts, and every sample for itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from root_problems import BRACKETING, PATHS, SCALAR_SOLVERS, follow, formula
from scipy.optimize import brentq, elementwise, toms748

import core
from core.experiment import Experiment, RootFinding
from core.readings import Iterations, PlaneMap
from core.request import Request, Viewport
from core.runner import check_experiment, frames
from core.stop_rule import StopRule

COSINE = 0.7390851332151606416553121
FUNCTIONS = {
    # text: ends of an interval
    "cos(z) - z": (0.0, 1.0),
    "z^3 - 2*z - 5": (2.0, 3.0),
    "z^3 - z - 2": (1.0, 2.0),
    "z - 0.5*sin(z) - 1": (0.0, 2.0),
    "exp(-z) - z": (0.0, 1.0),
    "z*exp(z) - 2": (0.0, 2.0),
    "log(z) - 1": (0.5, 4.0),
    "arctan(z - 1)": (-3.0, 8.0),
    "z^9 - 0.1": (0.0, 2.0),
    "tanh(20*(z - 0.3))": (-1.0, 2.0),
    "exp(z) - z^2 + 1": (-5.0, 2.0),
    "sqrt(z) - 1.7": (0.0, 10.0),
    "1/z - 3": (0.1, 5.0),
    "sin(z) - z/2": (1.0, 3.0),
    "z^2 - 2": (0.0, 2.0),
    "exp(-1/(z^2 + 0.01)) - 0.2": (0.0, 2.0),
}
RECORDED = ("iteration", "z", "residual", "measure", "evaluations", "jacobians")


@pytest.mark.parametrize("path", PATHS)
def test_the_secant_methods_errors_on_the_root_of_two(path: str) -> None:
    kept = follow(formula("0 = z^2 - 2\nsolve z = 1"), [[1.0]], "secant", StopRule(1e-15), path=path, offset=1.0)
    assert kept.z[:2, 0, 0].tolist() == [1.0, 2.0]
    errors = abs(kept.z[2:7, 0, 0] - np.sqrt(2.0))
    assert errors == pytest.approx([8.09e-2, 1.42e-2, 4.2058e-4, 2.1239e-6, 3.1577e-10], rel=2e-3)
    assert kept.evaluations[:, 0].tolist() == [number + 1 for number in kept.iteration]


def test_the_order_of_the_secant_method_is_the_golden_ratio() -> None:
    kept = follow(formula("z <- cos(z)"), [[2.0]], "secant", StopRule(1e-13))
    errors = kept.z[2:, 0, 0] - COSINE
    # e'' / (e' e) -> g'' / (2 g') for g = cos z - z, and such errors fall with the order (1 + sqrt 5) / 2
    constant = COSINE / (2.0 * (1.0 + np.sin(COSINE)))
    assert errors[2:4] / (errors[1:3] * errors[:2]) == pytest.approx([constant] * 2, rel=0.02)
    assert errors[3] / (errors[2] * errors[1]) == pytest.approx(constant, rel=2e-3)


def test_the_secant_method_has_no_step_between_equal_values() -> None:
    kept = follow(formula("0 = (z - 1)^2 + 1\nsolve z = 0.5"), [[0.5]], "secant", StopRule(), offset=1.0)
    assert (kept.outcome.name, kept.outcome.t) == ("singular_jacobian", 1)
    assert "the slope of f - z that it follows" in str(kept.outcome)
    assert kept.z[-1, 0, 0] == 1.5


def test_a_second_point_close_by_is_no_short_step() -> None:
    kept = follow(formula("z <- cos(z)"), [[0.0]], "secant", StopRule(1e-4, "step"), offset=1e-6)
    assert np.isnan(kept.measure[1, 0])
    assert kept.outcome.success
    assert kept.z[-1, 0, 0] == pytest.approx(COSINE, abs=1e-6)


def test_secants_that_halve_about_a_jump_are_no_success() -> None:
    # the points 0 and 1, then always the middle of the two halves about 1/3
    kept = follow(formula("0 = sign(z - 1/3)\nsolve z = 0"), [[0.0]], "secant", StopRule(1e-3, "step"), offset=1.0)
    assert not kept.outcome.success
    assert abs(np.diff(kept.z[:12, 0, 0])).min() < 1e-3


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("path", PATHS)
def test_interpolating_solvers_need_no_more_calls_than_scipys(text: str, path: str) -> None:
    lo, hi = FUNCTIONS[text]
    names = {name: getattr(np, name) for name in ("cos", "sin", "exp", "log", "arctan", "tanh", "sqrt")}
    function: Any = eval(f"lambda z: {text.replace('^', '**')}", names)
    root, brent = brentq(function, lo, hi, xtol=1e-12, rtol=8.9e-16, full_output=True)
    _, toms = toms748(function, lo, hi, xtol=1e-12, rtol=8.9e-16, full_output=True)
    theirs = elementwise.find_root(function, (lo, hi), tolerances={"xatol": 1e-12, "xrtol": 0, "fatol": 0, "frtol": 0})
    mapping = formula(f"0 = {text.replace('arctan', 'atan')}\nsolve z = 1")
    for solver, calls in (("brent", brent.function_calls), ("chandrupatla", int(theirs.nfev))):
        kept = follow(mapping, [[(lo + hi) / 2]], solver, StopRule(1e-12, "step"), path=path, width=(hi - lo) / 2)
        assert kept.outcome.success
        assert kept.z[-1, 0, 0] == pytest.approx(root, abs=3e-12)
        assert kept.evaluations[-1, 0] <= calls + 3
        assert kept.evaluations[-1, 0] <= 2 * toms.function_calls


@pytest.mark.parametrize(("path", "dtype"), [("numpy", "float64"), ("torch", "float64"), ("torch", "float32")])
@pytest.mark.parametrize("solver", SCALAR_SOLVERS)
def test_a_sample_is_the_same_whatever_its_mates_are(solver: str, path: str, dtype: str) -> None:
    starts = np.random.default_rng(3).normal(size=(41, 1)) * 3.0
    starts[7] = 500.0  # its interval grows for longer
    stop = StopRule(1e-10 if dtype == "float64" else 1e-5)
    broken, absent = starts.copy(), np.delete(starts, [2, 5], axis=0)
    broken[2], broken[5] = np.nan, np.inf
    mapping = formula("z <- tanh(2*z + 0.3) - z/4")
    chosen = {"path": path, "dtype": dtype}
    runs = [follow(mapping, z, solver, stop, **chosen) for z in (starts, broken, absent)]
    alone = {k: follow(mapping, starts[k : k + 1], solver, stop, **chosen) for k in (0, 7, 40)}
    assert [outcome.name for outcome in runs[1].outcomes][2:6] == ["bad_input", "converged", "converged", "bad_input"]
    assert len({outcome.t for outcome in runs[0].outcomes}) > 1
    for place, sample in enumerate(np.delete(np.arange(41), [2, 5])):
        twins = [runs[1].of(sample), runs[2].of(place)] + ([alone[sample].of(0)] if sample in alone else [])
        for twin in twins:
            for name in RECORDED:
                mine = getattr(runs[0].of(sample), name)
                assert np.array_equal(mine, getattr(twin, name), equal_nan=True), (sample, name)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", SCALAR_SOLVERS)
def test_a_map_that_breaks_for_one_sample_leaves_the_others(solver: str, path: str) -> None:
    mapping, stop = formula("z <- 0.5*sqrt(z) + 0.1"), StopRule(1e-8, "absolute")
    both = follow(mapping, [[0.5], [-1.0], [2.0]], solver, stop, path=path)
    apart = follow(mapping, [[0.5], [2.0]], solver, stop, path=path)
    assert [outcome.name for outcome in both.outcomes] == ["converged", "nonfinite_map", "converged"]
    assert (both.outcomes[1].t, both.evaluations[-1, 1]) == (0, 1)
    for sample, twin in ((0, 0), (2, 1)):
        assert np.array_equal(both.of(sample).z, apart.of(twin).z)
    assert np.isfinite(both.z).all()


@pytest.mark.parametrize("solver", BRACKETING)
def test_a_whole_batch_waits_for_its_slowest(solver: str) -> None:
    stop = StopRule(1e-9, "absolute", True)
    kept = follow(formula("z <- tanh(2*z + 0.3)"), [[0.978312184853417], [3.0], [5.0]], solver, stop)
    assert {outcome.name for outcome in kept.outcomes} == {"converged"}
    exact = follow(formula("0 = z*(1 + z^2)\nsolve z = 0"), [[0.0], [1.0], [2.7]], solver, stop)
    assert {outcome.name for outcome in exact.outcomes} == {"converged"}
    assert exact.z[-1, 0, 0] == 0.0


@pytest.mark.parametrize("solver", SCALAR_SOLVERS)
@pytest.mark.parametrize("path", PATHS)
def test_one_start_in_public(solver: str, path: str) -> None:
    root = core.solve(core.parse("z <- cos(z)"), [1.0], solver, path=path, tol=1e-12)
    assert root.outcome == core.Outcome("converged", root.iterations, iterative=True)
    assert root.z == pytest.approx([COSINE], abs=1e-11)
    assert root.history.evaluations[-1] == root.stats.evaluations


TWO = "0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5\nview x [0, 3], y [0, 3]"


@pytest.mark.parametrize("solver", SCALAR_SOLVERS)
def test_several_unknowns_are_refused_in_words(solver: str) -> None:
    words = "finds one unknown alone, and this layer has 2: use another solver"
    with pytest.raises(ValueError, match=words):
        core.solve(core.parse(TWO), method=solver)
    chosen = Experiment(TWO, root=RootFinding(solver, rivals=("newton",)))
    with pytest.raises(ValueError, match=words):
        check_experiment(chosen)
    view = Viewport("x", "y", (0, 3), (0, 3), (40, 40))
    *_, frame = frames(Request(chosen, frozenset({Iterations, PlaneMap}), view))
    assert frame.final
    assert words in str(frame.error)
    assert words in frame.absent[PlaneMap]


def test_a_rival_for_one_unknown_stays_out_of_a_race_of_several() -> None:
    for text, expected in ((TWO, ["newton"]), ("z <- cos(z)", ["newton", *SCALAR_SOLVERS])):
        *_, frame = frames(
            Request(Experiment(text, root=RootFinding("newton", SCALAR_SOLVERS)), frozenset({Iterations}))
        )
        assert frame.error is None
        assert [run.solver for run in frame.readings[Iterations].runs] == expected
        assert all(outcome.success for run in frame.readings[Iterations].runs for outcome in run.outcomes)


def test_a_map_over_a_parameter_says_why_there_is_none() -> None:
    experiment = Experiment("z <- a*cos(z)\na = 1 in [0, 3]", root=RootFinding("bisection"))
    view = Viewport("z", "a", (0, 3), (0, 3), (40, 40))
    *_, frame = frames(Request(experiment, frozenset({PlaneMap, Iterations}), view))
    assert frame.error is None
    assert "no map over parameters by bisection" in frame.absent[PlaneMap]
