"""Which expressions of a text are there to be watched, and what they come to."""

from __future__ import annotations

import numpy as np

import core
from core.language import array_invariant, invariants_of


def names(text: str) -> list[str]:
    return [helper.name for helper in invariants_of(core.parse(text))]


def test_they_are_numbers_of_the_state_that_nothing_else_needs_in_the_order_of_the_text() -> None:
    energy = "x' = v\nv' = -k*x\nk = w^2\nw = 2 in [0, 3]\nH = K + P\nK = v^2/2\nP = k*x^2/2\nA = x*v"
    assert names(energy) == ["H", "A"]  # k is needed and of no state, K and P are needed by H
    assert names("x' = s - x\ns = tanh(x)\nq = w^2\nw = 2 in [0, 3]") == []
    assert names("z' = -z\nz in R^3\nhalf = z/2\nlength = norm(z)") == ["length"]
    assert names("x' = v\nv' = -1\ng = x - 1\nE = v^2/2 + x\nwhen g = 0 falling: v = -v") == ["E"]


def test_other_systems_have_none() -> None:
    assert names("z' = i*z\nz in C\nstart (1)\ns = abs(z)") == []
    assert names("x <- cos(x)\ns = x^2\nstart (1)") == []


def test_their_values() -> None:
    system = core.parse("x' = v\nv' = -x + sin(t)\nw = 2 in [0, 3]\nK = v^2/2\nH = K + w*x^2 + t\nV = log(x)")
    energy, logarithm = invariants_of(system)
    z = np.random.default_rng(0).normal(size=(4, 5, 2))
    t = np.linspace(0.0, 1.0, 20).reshape(4, 5)
    found = array_invariant(system, energy)(t, z, (3.0,))
    np.testing.assert_allclose(found, z[..., 1] ** 2 / 2 + 3.0 * z[..., 0] ** 2 + t, rtol=1e-14)
    negative = array_invariant(system, logarithm)(0.0, z, (3.0,))
    assert (np.isnan(negative) == (z[..., 0] < 0.0)).all()


def test_an_expression_that_no_equation_needs_changes_no_trajectory() -> None:
    text, start = "x' = y\ny' = (1 - x^2)*y - x", [2.0, 0.0]
    bare, named = (core.integrate(core.parse(one), start, (0.0, 5.0)) for one in (text, f"{text}\nH = x^2 + y^2"))
    assert bare.path == named.path
    np.testing.assert_array_equal(bare.z, named.z)
