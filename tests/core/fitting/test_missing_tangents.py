"""Fits that begin where a solution has no derivative by a parameter."""

from __future__ import annotations

import numpy as np
import pytest

import core

ROOT_TEXT = "x' = -sqrt(k)*x\nk = 0 in [0, 4]\nstart 1\nt in [0, 2]"
METHODS = ("levenberg_marquardt", "gauss_newton", "gradient_descent", "adam")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("question", [{"target": [0.3679]}, {"data": {"t": [1.0, 2.0], "x": [0.6, 0.37]}}])
def test_no_minimum_is_claimed_where_the_derivative_is_infinite(method: str, question: dict[str, object]) -> None:
    """d x / d k = -t x / (2 sqrt k) at k = 0; k = 0.25 brings x to 1 / e at t = 2."""
    found = core.fit(core.parse(ROOT_TEXT), method=method, **question)
    assert found.outcome.name == "failed"
    assert str(found.outcome) == "ended because the derivative by k is not finite here"
    assert found.errors == {}


def test_points_that_are_met_there_have_no_standard_errors() -> None:
    found = core.fit(core.parse(ROOT_TEXT), data={"t": [1.0, 2.0], "x": [1.0, 1.0]})
    assert found.outcome.name == "reached"
    assert np.isnan(found.errors["k"])


def test_a_double_root_has_no_derivative() -> None:
    """z = sqrt(a): d z / d a is infinite at a = 0."""
    found = core.fit(core.parse("0 = z^2 - a\nsolve z = 0\na = 0 in [0, 4]"), target=[1.0], start=[0.0])
    assert str(found.outcome) == "ended because the derivative by a is not finite here"
