"""The way back takes the step control of the forward run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from trajectories import SPIRAL, half_square, run

import core


def test_the_adjoint_is_given_the_control_that_chose_the_steps() -> None:
    chosen = run(SPIRAL, ("a",), t=(0, 1), controller="h211b", control={"safety": 0.7}).solve.controller
    assert chosen.name == "h211b"
    assert chosen == replace(chosen, safety=0.7)


@pytest.mark.parametrize("method", ["backsolve", "interpolating", "quadrature"])
def test_no_step_back_is_longer_than_a_forward_one_may_be(method: str) -> None:
    """At most 0.01 long, a span of 1 needs a hundred steps of six new evaluations."""
    options = {"t": (0, 1), "rtol": 1e-3, "atol": 1e-3, "control": {"longest": 0.01}}
    card = core.gradient(core.parse(SPIRAL), half_square, "a", method, integrate=options)
    assert card.backward_evaluations >= 600
    assert card.evaluations >= 600
