"""Divergence and vorticity against derivatives by hand."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core.analysis.divergence import divergence_and_vorticity
from core.analysis.plane import Plane
from core.formula_field import FormulaField
from core.request import Viewport
from core.vector_field import VectorField

X, Y = np.linspace(-3.0, 3.0, 41), np.linspace(-2.0, 4.0, 31)
ACROSS, UP = np.meshgrid(X, Y)


def derivatives(field: VectorField, axes: tuple[str, str], time: float = 0.0, **at: float) -> tuple[np.ndarray, ...]:
    base = np.array([at.get(name, 0.0) for name in field.components])
    plane = Plane.through(field, Viewport(*axes, (-3.0, 3.0), (-2.0, 4.0)), base, time, "divergence")
    return divergence_and_vorticity(plane, X, Y)


def test_van_der_pols_divergence_is_its_damping() -> None:
    field = FormulaField(core.parse("x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1 in [0, 5]"), {"mu": 2.5})
    divergence, vorticity = derivatives(field, ("x", "y"))
    assert (divergence == 2.5 * (1.0 - ACROSS**2)).all()
    np.testing.assert_allclose(vorticity, -5.0 * ACROSS * UP - 2.0, rtol=1e-14, atol=1e-14)
    across, turned = derivatives(field, ("y", "x"))
    assert (across == 2.5 * (1.0 - UP**2)).all()
    np.testing.assert_allclose(turned, 5.0 * ACROSS * UP + 2.0, rtol=1e-14, atol=1e-14)


def test_in_a_slice_the_divergence_is_that_of_all_components() -> None:
    field = FormulaField(core.parse("x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z"))
    divergence, vorticity = derivatives(field, ("x", "z"), y=1.5)
    np.testing.assert_allclose(divergence, -(10.0 + 1.0 + 8.0 / 3.0), rtol=1e-15)
    np.testing.assert_allclose(vorticity, 1.5 + 0.0 * ACROSS, rtol=1e-15)  # dz'/dx - dx'/dz = y


def test_a_field_that_depends_on_time_is_frozen_or_has_it_on_an_axis() -> None:
    forced = FormulaField(core.parse("x' = y*t\ny' = x^2*t + cos(t)"))
    divergence, vorticity = derivatives(forced, ("x", "y"), time=3.0)
    assert (divergence == 0.0).all()
    np.testing.assert_allclose(vorticity, 6.0 * ACROSS - 3.0, rtol=1e-14, atol=1e-14)
    one = FormulaField(core.parse("x' = x^2*sin(t)"))
    divergence, vorticity = derivatives(one, ("t", "x"))
    np.testing.assert_allclose(divergence, 2.0 * UP * np.sin(ACROSS), rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(vorticity, UP**2 * np.cos(ACROSS), rtol=1e-14, atol=1e-14)


def test_where_the_field_is_no_number_nothing_is_told() -> None:
    divergence, vorticity = derivatives(FormulaField(core.parse("x' = sqrt(x)\ny' = 1/x")), ("x", "y"))
    assert np.isnan(divergence[ACROSS <= 0.0]).all()
    right = ACROSS > 0.0
    np.testing.assert_allclose(divergence[right], 0.5 / np.sqrt(ACROSS[right]), rtol=1e-14)
    np.testing.assert_allclose(vorticity[right], -1.0 / ACROSS[right] ** 2, rtol=1e-14)
    assert np.isnan(vorticity[:, X == 0.0]).all()


def test_of_a_long_state_only_a_part_of_the_plane_is_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    field = FormulaField(core.parse("z' = A z - z^3\nz in R^4\nA = normal(4, 4, seed 1)"))
    whole = derivatives(field, ("z[1]", "z[3]"))
    monkeypatch.setattr("core.analysis.divergence._NUMBERS", 16 * len(X) * 7)
    for one, other in zip(derivatives(field, ("z[1]", "z[3]")), whole, strict=True):
        assert (one == other).all()
    np.testing.assert_allclose(np.diff(whole[0][:, 0]), np.diff(-3.0 * Y**2), rtol=1e-10, atol=1e-10)


def test_a_torch_callable_has_them_too() -> None:
    field = core.field(lambda z: z**2 * z[:, [1, 0]], 2, ("a", "b"))
    divergence, vorticity = derivatives(field, ("a", "b"))
    np.testing.assert_allclose(divergence, 4.0 * ACROSS * UP, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(vorticity, UP**2 - ACROSS**2, rtol=1e-12, atol=1e-12)
