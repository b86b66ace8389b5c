"""Volumes along trajectories against closed forms and the variational equation."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core.analysis.flow_volume import log_volumes
from core.formula_field import FormulaField
from core.language.variational_system import variational_system

TIMES = np.linspace(0.0, 6.0, 601)


def volumes(text: str, starts: object, times: np.ndarray = TIMES) -> np.ndarray:
    system = core.parse(text)
    field = FormulaField(system)
    z = core.integrate(system, starts, (times[0], times[-1]), "dop853", rtol=1e-11, atol=1e-12, at=times).z
    return log_volumes(field, times, z, field.array()(np.broadcast_to(times, z.shape[:-1]), z))


def test_where_the_trace_is_constant_it_is_exact() -> None:
    found = volumes("x' = 0.5*x - 3*y\ny' = 2*x - 0.75*y + sin(t)", [(1, 0), (0, 2)])
    np.testing.assert_allclose(found, np.tile(-0.25 * TIMES, (2, 1)), rtol=1e-13, atol=1e-15)
    assert (volumes("a' = w\nw' = -sin(a)", [(1, 0)]) == 0.0).all()


def test_a_trace_that_depends_on_time_and_goes_backward() -> None:
    found = volumes("x' = x*cos(t)\ny' = -y", [(1, 1)], -TIMES)
    np.testing.assert_allclose(found[0], np.sin(-TIMES) + TIMES, atol=1e-9)


def test_it_is_the_determinant_of_the_variational_equation() -> None:
    system = core.parse("x' = y\ny' = (1 - x^2)*y - x")
    start = (0.3, -0.4, 1, 0, 0, 1, 0)
    whole = core.integrate(variational_system(system), start, (0, 6), "dop853", rtol=1e-12, atol=1e-12).z[-1]
    (found,) = volumes("x' = y\ny' = (1 - x^2)*y - x", [(0.3, -0.4)])
    assert np.exp(found[-1]) == pytest.approx(np.linalg.det(whole[2:6].reshape(2, 2)), rel=1e-7)


def test_from_where_a_trajectory_ended_on_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.analysis.flow_volume._NUMBERS", 1)  # one after the other
    ended, goes_on = volumes("x' = x^2\ny' = -y", [(1, 1), (-1, 1)])
    before = TIMES < 0.9
    np.testing.assert_allclose(ended[before], -2 * np.log(1 - TIMES[before]) - TIMES[before], rtol=1e-5, atol=1e-9)
    assert np.isnan(ended[TIMES > 1.0]).all()
    np.testing.assert_allclose(goes_on, -2.0 * np.log(1.0 + TIMES) - TIMES, rtol=1e-8, atol=1e-9)
