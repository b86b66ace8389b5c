"""Crossings of numerical solutions: exact ones, hidden ones, and none that are rounding."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from core.analysis.crossings import crossing_points, nodes
from core.experiment import Experiment, Integration
from core.readings import Crossings
from core.request import Request
from core.runner import frames

STIFF = "x' = -20*(x - cos(t))\nstart (1.5), (0), (-1)"


def crossings(text: str, span: tuple[float, float], dtype: str = "float64", **choice) -> Crossings | None:
    integration = Integration(**({"backward": False} | choice))
    experiment = Experiment(text, span=span, integration=integration, dtype=dtype)
    last = deque(frames(Request(experiment, frozenset({Crossings}))), maxlen=1).pop()
    assert not last.error
    return last.get(Crossings)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_eulers_long_steps_cross_where_the_factor_says(dtype: str) -> None:
    # the distance of two is 1 - 20*0.09 = -0.8 times the one before, straight in between: 0 after 1/1.8 of a step
    found = crossings(STIFF, (0.0, 1.8), dtype, method="euler", step=0.09)
    assert (found.method, found.compared, len(found)) == ("Euler 1", 3, 60)
    rough = 1e-12 if dtype == "float64" else 1e-5
    for pair, apart in (((0, 1), 1.5), ((0, 2), 2.5), ((1, 2), 1.0)):
        mine = (found.pairs == pair).all(axis=1)
        count = np.arange(20)
        assert found.t[mine] == pytest.approx(0.09 * count + 0.05, abs=rough)
        assert found.depth[mine] == pytest.approx(apart * 0.8 ** (count + 1.0), rel=1e-3, abs=rough)
    assert found.step == pytest.approx(0.09)
    # all go through the chord between x = 1.5 and Euler's next one, 1.5 - 0.09*20*(1.5 - 1)
    assert found.value[:3] == pytest.approx(1.5 - 0.05 * 20.0 * 0.5, abs=1e-6)
    assert not found.within.any()


def test_short_steps_and_implicit_ones_do_not_cross() -> None:
    assert not len(crossings(STIFF, (0.0, 4.0), method="euler", step=0.045))
    assert not len(crossings(STIFF, (0.0, 4.0), method="gauss3", step=0.02))


def test_coming_together_to_the_last_digit_is_no_crossing() -> None:
    # e^(-20 t) is below rounding from t = 2 on: what is left jumps between the last digits
    for method, step in (("rk4", 0.04), ("euler", 0.045), ("heun_2", 0.03)):
        for dtype in ("float64", "float32"):
            found = crossings(STIFF, (0.0, 60.0), dtype, method=method, step=step, fixed=True)
            assert len(found) == 0
    assert not len(crossings("x' = -x\nstart (1), (1)", (0.0, 5.0), method="euler", step=0.5))


def test_steps_that_follow_tolerances_cross_within_them() -> None:
    found = crossings(STIFF, (0.0, 20.0))
    assert len(found) > 10
    assert found.within.all()
    assert found.depth.max() < 2e-6


def test_a_curved_dense_output_is_crossed_where_its_polynomial_is() -> None:
    # one step of 1 of the trapezoidal rule is a parabola for each: both have slopes at the start and at the end
    found = crossings("x' = -6*x + 3*t\nstart (1), (-1)", (0.0, 1.0), method="trapezoid", step=1.0)
    ends = [(z0 * (1.0 - 3.0) + 1.5) / 4.0 for z0 in (1.0, -1.0)]

    def gap(theta: float) -> float:
        curves = [
            z0 + theta * (-6.0 * z0) + 0.5 * theta**2 * ((-6.0 * z1 + 3.0) - (-6.0 * z0))
            for z0, z1 in zip((1.0, -1.0), ends, strict=True)
        ]
        return curves[0] - curves[1]

    assert found.t == pytest.approx([brentq(gap, 0.0, 1.0, xtol=1e-15)], abs=1e-12)


def test_two_zeros_between_the_points_that_are_looked_at_are_found() -> None:
    theta = nodes(4)
    hidden = (theta - 0.3) ** 2 - 1e-6
    assert (hidden > 0.0).all()
    gap = np.stack([np.ones(5), hidden, np.full(5, np.nan)])
    found = crossing_points(gap, np.full((3, 5), 1e-12))
    assert found.piece.tolist() == [1, 1]
    assert found.theta == pytest.approx([0.299, 0.301], abs=1e-12)
    assert found.depth == pytest.approx([1e-6, 0.49 - 1e-6], rel=1e-6)
    assert not len(crossing_points(gap + 1e-6, np.full((3, 5), 1e-12)).piece)  # it only touches
    assert not len(crossing_points(gap, np.full((3, 5), 2e-6)).piece)


def test_a_reference_for_curves_of_a_high_order() -> None:
    # trajectories of other lengths of steps are compared on the steps of both; those of the reference never cross
    text = "x' = sin(3*t) - x^3\nstart (1), (0.2), (-1)"
    found = crossings(text, (0.0, 6.0), method="dop853", rtol=1e-8, atol=1e-10)
    run = solve_ivp(lambda t, z: np.sin(3 * t) - z**3, (0.0, 6.0), [1.0, 0.2, -1.0], rtol=1e-11, atol=1e-13)
    assert (np.diff(run.y, axis=0) < 0.0).all()
    assert not len(found)


def test_in_falling_time_the_way_ahead_comes_first() -> None:
    found = crossings("x' = -20*x\nstart (1), (0.5)", (0.9, 0.0), method="euler", step=0.09, backward=True)
    assert found.t[0] == pytest.approx(0.95)
    ahead = crossings("x' = 20*x\nstart (1), (0.5)", (0.9, 0.0), method="euler", step=0.09, backward=True)
    assert ahead.t[:2] == pytest.approx([0.85, 0.76])


def test_backward_in_time_and_what_has_none() -> None:
    found = crossings("x' = 20*x\nstart (1), (0.5)", (0.0, 0.9), method="euler", step=0.09, backward=True)
    assert found.t[0] == pytest.approx(-0.05)
    assert len(found) == 10
    assert crossings("x' = y\ny' = -x\nstart (1, 0), (0, 1)", (0.0, 1.0)) is None
    assert crossings("x' = -x\nstart (1)", (0.0, 1.0)) is None
    ended = crossings("x' = x^2\nstart (1), (0.5)", (0.0, 3.0))
    assert not len(ended)
