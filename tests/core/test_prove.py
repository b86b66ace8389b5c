"""core.prove: a box, Banach's theorem and Kantorovich's, for a computed root."""

from __future__ import annotations

import math

import numpy as np
import pytest

import core
from core.stored_tensor import StoredTensor

DOTTIE = 0.7390851332151606416553121


def test_a_fixed_point_is_proved() -> None:
    system = core.parse("z <- cos(k z)\nk = 1")
    proof = core.prove(system, core.solve(system, [1.0], "newton", tol=1e-14).z)
    assert proof.box is not None
    assert abs(proof.box.centre[0] - DOTTIE) <= proof.box.error[0] < 1e-14
    assert proof.box.radius[0] > 2
    assert proof.contraction is not None
    assert proof.contraction.bound == pytest.approx(math.sin(DOTTIE), abs=1e-9)
    assert proof.kantorovich is not None
    assert proof.kantorovich.h < 1e-14


def test_parameters_and_rows_are_bound() -> None:
    system = core.parse("z <- p + 0*z\np = 1")
    assert core.prove(system, [1.0]).box is not None
    moved = core.prove(system, [1.0], params={"p": 1.005}).box
    assert moved is not None
    assert moved.error[0] == pytest.approx(0.005)
    batch = {"D": StoredTensor((2,), "float64", np.array([4.0, 5.0]).tobytes())}
    rows = core.parse('z <- d + 0*z\nd = data "D" as batch', batch)
    for row, value in enumerate((4.0, 5.0)):
        found = core.prove(rows, [value], row=row).box
        assert found is not None
        assert found.error[0] < 1e-13
    with pytest.raises(ValueError, match="which of the 2 rows"):
        core.prove(rows, [4.0])
    with pytest.raises(ValueError, match="no batch of data"):
        core.prove(system, [1.0], row=0)


def test_what_cannot_be_asked() -> None:
    system = core.parse("z <- cos(z)")
    with pytest.raises(TypeError, match=r"a parsed formula \(core.parse\), not str"):
        core.prove("z <- cos(z)", [1.0])
    with pytest.raises(ValueError, match="one point"):
        core.prove(system, [[1.0], [2.0]])
    with pytest.raises(ValueError, match="needs 1 numbers"):
        core.prove(system, [1.0, 2.0])
    with pytest.raises(ValueError, match="are roots proved"):
        core.prove(core.parse("x' = -x"), [1.0])
    with pytest.raises(ValueError, match="at most 6 unknowns"):
        core.prove(core.parse("z <- tanh(z)\nz in R^7"), np.zeros(7))
    nothing = core.prove(core.parse("0 = x^2 + 1\nsolve x = 1"), [0.0])
    assert nothing.box is nothing.contraction is nothing.kantorovich is None


def test_kantorovich_is_none_where_it_proves_nothing() -> None:
    layer = core.parse("z <- tanh(2 z + 0.3)")
    assert core.prove(layer, (50.0,)).kantorovich is None
    near = core.prove(layer, core.solve(layer, (1.0,), "newton").z).kantorovich
    assert near is not None
    assert near.h <= 0.5
    with pytest.raises(ValueError, match="and this is a differential equation"):
        core.prove(core.parse("x' = -x"), (0.0,))
