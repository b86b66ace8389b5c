"""Kernels against SciPy on ten systems, with powers, divisions, exponentials and more among them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import core
from core.formula_field import FormulaField

SYSTEMS = {
    "Van der Pol": ("x' = y\ny' = (1 - x^2)*y - x", (2.0, 0.0), 20.0),
    "Lotka-Volterra": ("x' = x - x*y\ny' = x*y - y", (1.0, 2.0), 15.0),
    "pendulum": ("a' = w\nw' = -sin(a) - 0.1*w", (2.5, 0.0), 20.0),
    "forced Duffing": ("x' = v\nv' = x - x^3 - 0.25*v + 0.3*cos(t)", (1.0, 0.0), 12.0),
    "chemical reactor": ("c' = 1 - c - 2*c*exp(T)\nT' = -T + 2*c*exp(T)/(1 + c)", (0.5, 0.1), 10.0),
    "Kepler": ("x' = u\ny' = v\nu' = -x/(x^2 + y^2)^1.5\nv' = -y/(x^2 + y^2)^1.5", (0.5, 0.0, 0.0, 1.732), 10.0),
    "Michaelis-Menten": ("s' = -3*s/(0.4 + s) + 0.5\np' = 3*s/(0.4 + s) - p^0.7", (2.0, 1.0), 10.0),
    "two neurons": ("a' = tanh(2*a - 3*b) - 0.3*a\nb' = tanh(2.5*a) - b", (0.1, 0.2), 20.0),
    "Lorenz": ("x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z", (1.0, 1.0, 1.0), 3.0),
    "growth in seasons": ("n' = n*log(2 + sin(t)) - n^2/(5 + t)", (0.3,), 15.0),
}


@pytest.mark.parametrize("name", list(SYSTEMS))
def test_errors_are_those_of_scipys_method_at_the_same_tolerances(name: str) -> None:
    text, start, end = SYSTEMS[name]
    system = core.parse(text)
    field = FormulaField(system).array()
    times = np.linspace(0.0, end, 60)[1:]
    exact = solve_ivp(field, (0.0, end), start, method="DOP853", rtol=1e-12, atol=1e-13, t_eval=times).y.T
    ours, theirs = [], []
    for rtol in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8):
        run = core.integrate(system, start, (0.0, end), at=times, rtol=rtol, atol=1e-3 * rtol, path="kernel")
        peer = solve_ivp(field, (0.0, end), start, method="RK45", rtol=rtol, atol=1e-3 * rtol, t_eval=times)
        assert run.outcome.success
        assert run.stats.evaluations <= 2 * peer.nfev
        ours.append(np.abs(run.z - exact).mean())
        theirs.append(np.abs(peer.y.T - exact).mean())
    assert np.exp(np.mean(np.log(ours) - np.log(theirs))) <= 1.5
