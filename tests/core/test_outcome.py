"""Every ending says what happened, where, and what to do."""

from __future__ import annotations

import pytest

from core.outcome import Outcome
from core.root_watch import ENDINGS


@pytest.mark.parametrize("name", ENDINGS[2:])
def test_every_ending_of_a_root_solver_has_a_place_and_a_cure(name: str) -> None:
    sentence = str(Outcome(name, 12, iterative=True))
    assert " at iteration 12: " in sentence
    assert Outcome(name, 12, iterative=True).cure
    assert "t =" not in sentence
    assert "rtol" not in sentence
    assert not Outcome(name).success


def test_convergence_has_a_place_and_needs_no_cure() -> None:
    assert str(Outcome("converged", 7, iterative=True)) == "converged at iteration 7"
    assert Outcome("converged").success


def test_a_cycle_has_a_period_and_a_floor_a_residual() -> None:
    assert str(Outcome("cycle", 40, iterative=True, period=2)).startswith(
        "runs in a cycle of period 2 at iteration 40: "
    )
    floor = Outcome("float_floor", 30, iterative=True, floor=1.19e-7)
    assert str(floor).startswith(
        "reached the rounding of its floating-point numbers before the tolerance, "
        "with a residual of 1.2e-07, at iteration 30: this is as near as they come"
    )


def test_times_are_told_as_before() -> None:
    assert str(Outcome("success", 30.0)) == "reached the end of the time span"
    assert str(Outcome("max_time", 2.5)).startswith(
        "used up its time budget at t = 2.5: raise the time budget or shorten"
    )
    with pytest.raises(ValueError, match="unknown outcome 'fine'"):
        Outcome("fine")
