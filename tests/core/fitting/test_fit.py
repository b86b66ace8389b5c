"""`core.fit`: known parameters come back, closed forms are met, and what cannot be reached is said."""

from __future__ import annotations

from itertools import pairwise
from math import atanh, exp, log

import mpmath
import numpy as np
import pytest

import core
from core import catalogue

LOTKA_VOLTERRA = """
x' = alpha*x - beta*x*y
y' = delta*x*y - gamma*y
alpha = 1.5 in [0.1, 4]
beta = 1 in [0.1, 4]
gamma = 3 in [0.1, 6]
delta = 1 in [0.1, 4]
start (1, 1)
t in [0, 15]
"""
TRUE = {"alpha": 1.3, "beta": 0.9, "gamma": 2.7, "delta": 1.1}
GROWTH = "y' = k*y\nk = -1 in [-3, 3]\nstart 2\nt in [0, 2]"
LAYER = "z <- tanh(w*z + x)\nw = 0.5\nx = 0.1 in [-2, 2]\nstart 0"
METHODS = tuple(catalogue.fit_methods())
SECOND_ORDER = ("levenberg_marquardt", "gauss_newton")


def points(count: int = 20) -> dict[str, np.ndarray]:
    """Noiseless points of the trajectory with the true parameters."""
    t = np.linspace(0.75, 15.0, count)
    run = core.integrate(core.parse(LOTKA_VOLTERRA), (1, 1), (0, 15), at=t, rtol=1e-12, atol=1e-13, params=TRUE)
    return {"t": t, "x": run.z[:, 0], "y": run.z[:, 1]}


@pytest.mark.parametrize("method", SECOND_ORDER)
def test_lotka_volterra_comes_back_from_twenty_points(method: str) -> None:
    system = core.parse(LOTKA_VOLTERRA)
    found = core.fit(system, data=points(), method=method, integrate={"rtol": 1e-9, "atol": 1e-11})
    assert found.outcome.success
    for name, value in TRUE.items():
        assert found.values[name] == pytest.approx(value, abs=1e-6)
    assert found.gradient == "through the solver's steps"
    assert len(found.history) <= 15
    assert found.history[0].values == system.defaults()
    assert found.evaluations > found.runs == found.history[-1].runs


@pytest.mark.parametrize("method", METHODS)
def test_a_rate_is_that_of_the_closed_form(method: str) -> None:
    """y(2) = 2 exp(2 k) = 0.7."""
    found = core.fit(core.parse(GROWTH), "k", target=[0.7], method=method, tolerance=1e-7, iterations=2000)
    assert found.outcome.name == "reached"
    assert found.values["k"] == pytest.approx(log(0.35) / 2, abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_root_is_moved_to_its_target(method: str) -> None:
    """z = tanh(w z + x), so that x = atanh(z) - w z."""
    found = core.fit(core.parse(LAYER), "x", target={"z": 0.6}, method=method, tolerance=1e-6, iterations=900)
    assert found.outcome.name == "reached"
    assert found.values["x"] == pytest.approx(atanh(0.6) - 0.5 * 0.6, abs=1e-5)
    assert found.gradient == "by the implicit function theorem"


@pytest.mark.parametrize("method", SECOND_ORDER)
def test_convergence_is_quadratic_where_the_residual_vanishes(method: str) -> None:
    """e_(k+1) <= C e_k^2 with one C, of the parameter's error, from some point on."""
    found = core.fit(core.parse(LAYER), "x", target=[0.6], method=method, solve={"tol": 1e-15, "method": "newton"})
    exact = atanh(0.6) - 0.3
    errors = [abs(step.values["x"] - exact) for step in found.history]
    errors = [error for error in errors if error > 1e-9]
    ratios = [after / before**2 for before, after in pairwise(errors[1:])]
    assert len(ratios) >= 2
    assert max(ratios) < 5.0
    assert errors[-1] < 1e-4 * errors[-2] or errors[-2] < 1e-4


def test_an_implicit_method_is_differentiated_by_sensitivities() -> None:
    system = core.parse(GROWTH)
    found = core.fit(system, target=[0.7], integrate={"method": "kvaerno5", "rtol": 1e-7, "atol": 1e-9})
    assert found.gradient == "by sensitivity equations"
    assert found.values["k"] == pytest.approx(log(0.35) / 2, abs=1e-6)


def test_a_parameter_stops_at_the_end_of_its_range() -> None:
    """No k in [-3, 3] brings y(2) below 2 exp(-6)."""
    for method in METHODS:
        found = core.fit(core.parse(GROWTH), target=[-1.0], method=method, iterations=500)
        assert found.values["k"] == -3.0
        assert found.outcome.name == "minimum"
        assert found.outcome.at_ends == ("k",)
        assert found.distance == pytest.approx(1.0 + 2.0 * exp(-6.0), rel=1e-6)
        assert str(found.outcome) == (
            "stalled at the nearest that the parameters reach, 1 from the target; k is at an end of the range"
        )


def test_an_end_off_the_reachable_curve_comes_to_its_nearest_point() -> None:
    """x = exp(k), y = exp(2 k) for k in a range: the nearest point of the parabola y = x^2 to (3, 1), by mpmath."""
    system = core.parse("x' = k*x\ny' = 2*k*y\nk = 0.2 in [-2, 2]\nstart (1, 1)\nt in [0, 1]")
    found = core.fit(system, target=[3.0, 1.0], integrate={"rtol": 1e-11, "atol": 1e-13}, tolerance=1e-14)
    x = float(mpmath.findroot(lambda x: (x - 3) + 2 * x * (x * x - 1), 1.2))
    assert exp(found.values["k"]) == pytest.approx(x, rel=1e-6)
    assert found.distance == pytest.approx(((x - 3.0) ** 2 + (x * x - 1.0) ** 2) ** 0.5, rel=1e-9)
    assert "stalled at the nearest" in str(found.outcome)
    assert f"{found.distance:.3g} from the target" in str(found.outcome)


def test_a_parameter_without_effect_is_said() -> None:
    found = core.fit(core.parse("x' = -x\nk = 1 in [0, 2]\nstart 1\nt in [0, 1]"), target=[2.0])
    assert found.outcome.name == "flat"
    assert "no parameter that may move has an effect here" in str(found.outcome)
    assert found.values == {"k": 1.0}


def test_a_start_may_move_too() -> None:
    t = np.linspace(0.5, 2.0, 4)
    found = core.fit(core.parse(GROWTH), data={"t": t, "y": 3.0 * np.exp(-0.7 * t)}, free_start=True)
    assert found.values["k"] == pytest.approx(-0.7, abs=1e-7)
    assert found.start == pytest.approx([3.0], abs=1e-7)


def test_huber_is_led_astray_less_by_one_far_point() -> None:
    t = np.linspace(0.2, 2.0, 10)
    y = 2.0 * np.exp(-0.7 * t)
    y[4] += 5.0
    errors = {
        loss: abs(core.fit(core.parse(GROWTH), data={"t": t, "y": y}, loss=loss, delta=0.05).values["k"] + 0.7)
        for loss in ("squares", "huber")
    }
    assert errors["huber"] < 0.05 < errors["squares"]


def test_a_run_that_breaks_down_says_why() -> None:
    found = core.fit(core.parse("x' = k*x^2\nk = 1 in [0.5, 2]\nstart 1\nt in [0, 5]"), target=[1.0])
    assert found.outcome.name == "failed"
    assert not found.outcome.success
    assert "the trajectory" in str(found.outcome)


def test_a_fit_is_cancelled_in_the_middle_of_a_run() -> None:
    asked = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    found = core.fit(core.parse(LOTKA_VOLTERRA), data=points(), should_stop=should_stop)
    assert found.outcome.name == "cancelled"
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"wrt": "kk"}, "no parameter 'kk'; did you mean 'k'"),
        ({"method": "levenberg"}, "no fit method 'levenberg'; did you mean 'levenberg_marquardt'"),
        ({"dampin": 1.0}, "no option 'dampin'; did you mean 'damping'"),
        ({"damping": -1.0}, "damping must lie between"),
        ({"target": None}, "either data or a target"),
        ({"target": {"x": 1.0}}, "no component 'x'"),
        ({"target": [float("nan")]}, "finite numbers"),
        ({"params": {"k": 9.0}}, "k = 9 lies outside its range from -3 to 3"),
        ({"ranges": {"k": (2.0, 1.0)}}, "two finite ends"),
        ({"wrt": ()}, "no parameter may move"),
        ({"loss": "absolute"}, "must be one of squares, huber"),
        ({"free_start": True}, "free_start is for"),
        ({"solve": {}}, "use integrate="),
        ({"ranges": {"k": 3.0}}, "the range of k needs two numbers, lo and hi, not 3.0"),
        ({"params": {"k": "a"}}, "k must be a number, not 'a'"),
        ({"iterations": "a"}, "iterations must be a number, not 'a'"),
        ({"target": [[0.7], [0.8]]}, "a target is one point, not 2"),
        ({"integrate": {"t": 1.0}}, "t needs two numbers, the ends of the time span, not 1.0"),
        ({"integrate": {"rtol": "a"}}, "rtol must be a number, not 'a'"),
        ({"target": None, "data": {"t": [1.0, 2.0], "y": [1.0, float("inf")]}}, "y is infinite at t = 2"),
        ({"integrate": {"metod": "rk4"}}, "no option 'metod'; did you mean 'method'"),
        ({"target": None, "data": {"t": [-1.0, 1.0], "y": [0.0, 0.0]}}, "lie after the start of the time span"),
    ],
)
def test_a_question_without_sense_is_refused(change: dict[str, object], sentence: str) -> None:
    asked = {"target": [0.7], **change}
    if sentence == "must be one of squares, huber":
        asked = {**asked, "target": None, "data": {"t": [1.0], "y": [1.0]}}
    with pytest.raises((ValueError, TypeError), match=sentence.replace("(", r"\(")):
        core.fit(core.parse(GROWTH), **asked)
