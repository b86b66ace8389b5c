"""Standard errors and derivatives of fits against scipy, mpmath and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares

import core
from core import catalogue
from core.curve_fitting.coordinate import Coordinate
from core.curve_fitting.question import trajectory_to_data
from core.curve_fitting.trajectory_model import Route
from core.fit_data import FitData
from core.fit_loss import FitLoss
from core.ode_path import choose_controller

HARE = (30, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22, 25.4, 27.1)
LYNX = (4, 6.1, 9.8, 35.2, 59.4, 41.7, 19, 13, 8.3, 9.1, 7.4)
TEXT = """
x' = a*x - b*x*y
y' = d*x*y - c*y
a = 0.5 in [0.05, 1.5]
b = 0.03 in [0.002, 0.1]
c = 0.8 in [0.05, 2]
d = 0.03 in [0.002, 0.1] log
start (30, 4)
t in [0, 10]
"""


def test_hudson_bay_agrees_with_scipy() -> None:
    """The same minimum, and the same covariance, as an independent solver and integrator find."""
    years = np.arange(11.0)
    found = core.fit(core.parse(TEXT), data={"t": years, "x": HARE, "y": LYNX}, free_start=True)

    def residual(p: np.ndarray) -> np.ndarray:
        def field(_t: float, z: np.ndarray) -> list[float]:
            return [p[0] * z[0] - p[1] * z[0] * z[1], p[3] * z[0] * z[1] - p[2] * z[1]]

        run = solve_ivp(field, (0, 10), p[4:], "DOP853", years, rtol=1e-9, atol=1e-9)
        return (run.y - np.array([HARE, LYNX])).ravel()

    other = least_squares(residual, [0.5, 0.03, 0.8, 0.03, 30, 4], x_scale=[0.5, 0.03, 0.8, 0.03, 30, 4], jac="3-point")
    mine = np.array([found.values[name] for name in ("a", "b", "c", "d", "x", "y")])
    assert mine == pytest.approx(other.x, rel=1e-4)
    assert found.loss == pytest.approx(2.0 * other.cost, rel=1e-7)
    covariance = np.linalg.inv(other.jac.T @ other.jac) * 2.0 * other.cost / (22 - 6)
    errors = np.array([found.errors[name] for name in ("a", "b", "c", "d", "x", "y")])
    assert errors == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-3)


@pytest.mark.parametrize("method", ["dopri5", "rk4", "bogacki_shampine_3", "radau3"])
def test_tangents_are_the_derivatives_of_what_was_computed(method: str) -> None:
    """By central differences with equal steps, where the computed states are smooth functions of the parameters."""
    system = core.parse(TEXT)
    tableau = catalogue.integrator(method)
    data = FitData.of({"t": [0.0, 0.33, 1.0, 2.5], "x": [1.0, 1, 1, 1], "y": [1.0, 1, np.nan, 1]}, system.components)
    ranges = [Coordinate("a", 0.05, 1.5), Coordinate("d", 0.002, 0.1, log=True)]
    route = Route(tableau, choose_controller(tableau, 1e-6, 1e-9, 0.25))
    start = np.array([30.0, 4.0])
    problem = trajectory_to_data(system, system.defaults(), start, 0.0, data, ranges, FitLoss(), route, free_start=True)
    u = problem.position_of({**system.defaults(), "x": 30.0, "y": 4.0})
    tangent = problem.linearised(problem.look(u)).slopes
    assert tangent.shape == (7, 4)
    for place in range(4):
        step = np.eye(4)[place] * 1e-5
        change = (problem.look(u + step).prediction - problem.look(u - step).prediction) / 2e-5
        assert tangent[:, place] == pytest.approx(change, rel=2e-7, abs=2e-6)


def test_no_errors_are_told_where_the_data_do_not_tell() -> None:
    system = core.parse("y' = -(k + c)*y\nk = 1 in [0, 3]\nc = 1 in [0, 3]\nstart 2\nt in [0, 2]")
    t = np.linspace(0.2, 2.0, 6)
    noisy = 2.0 * np.exp(-1.5 * t) + 0.01 * np.cos(7.0 * t)
    found = core.fit(system, data={"t": t, "y": noisy})
    assert found.outcome.success
    assert all(np.isnan(value) for value in found.errors.values())
    assert core.fit(system, data={"t": t[:2], "y": noisy[:2]}).errors == {}
