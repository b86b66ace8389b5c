"""The order that errors show: of exact powers, on the way into rounding, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from core.fitted_order import fitted_order

STEPS = 2.0 ** -np.arange(0.0, 12.0, 0.5)


@pytest.mark.parametrize("order", [1, 2, 3.5, 8])
def test_an_exact_power_has_its_exponent(order: float) -> None:
    errors = 0.7 * STEPS**order
    found = fitted_order(STEPS, errors, 1e-13, 1.0)
    assert found.order == pytest.approx(order, abs=1e-9)
    first, last = found.used
    assert errors[last - 1] > 1e-13  # nothing below the floor is looked at
    assert errors[first] < 0.1  # and nothing that is as large as the solution


def test_it_looks_at_the_finest_steps_before_rounding() -> None:
    rng = np.random.default_rng(1)
    noise = 1e-12 * np.abs(1.0 + rng.standard_normal(len(STEPS)))
    bent = 0.3 * STEPS**4 * (1.0 + 40.0 * STEPS**2)  # order 6 at first, and 4 in the end
    found = fitted_order(STEPS, bent + noise, 1e-10, 1.0)
    assert found.order == pytest.approx(4.0, abs=0.15)


def test_rounding_alone_is_no_order() -> None:
    found = fitted_order(STEPS, np.full(len(STEPS), 3e-16), 1e-13, 1.0)
    assert not found.found
    assert str(found) == "no order: its errors are those of rounding, or of the reference"


def test_errors_that_stay_are_no_order() -> None:
    found = fitted_order(STEPS, np.full(len(STEPS), 1e-3), 1e-13, 1.0)
    assert str(found) == "no order: its error does not fall evenly with the step"


def test_errors_that_jump_are_no_order() -> None:
    jumping = STEPS**2 * np.where(np.arange(len(STEPS)) % 2, 3.0, 1.0)
    assert str(fitted_order(STEPS, jumping, 1e-13, 1.0)) == "no order: its error does not fall evenly with the step"


def test_runs_that_do_not_arrive_are_left_out() -> None:
    errors = 0.7 * STEPS**2
    errors[:8] = np.nan
    assert fitted_order(STEPS, errors, 1e-13, 1.0).order == pytest.approx(2.0, abs=1e-9)
    errors[2:] = np.nan
    assert str(fitted_order(STEPS, errors, 1e-13, 1.0)) == "no order: too few of its runs reach the end"


def test_errors_as_large_as_the_solution_are_no_order() -> None:
    found = fitted_order(STEPS, 1e6 * STEPS, 1e-13, 1.0)
    assert str(found) == "no order: its errors are large"
