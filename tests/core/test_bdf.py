"""Backward differentiation formulas: the order of each, their choice among them, and the solution in between."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core import catalogue
from core.array_library import NUMPY
from core.backward_differences import ALPHA, ERROR, HIGHEST, ROWS
from core.bdf_step import BdfStep
from core.bound_field import BoundField, field_in_numpy
from core.formula_field import FormulaField

BDF = catalogue.integrator("bdf")
ROBERTSON = "a' = -0.04a + 1e4 b c\nb' = 0.04a - 1e4 b c - 3e7 b^2\nc' = 3e7 b^2"
STARTS = np.array([[0.3], [0.7], [1.4]])


def _history(values: np.ndarray, order: int) -> np.ndarray:
    """Backward differences (L, 8, n) of values (order + 1, L, n), the newest first."""
    table = np.zeros((values.shape[1], ROWS, values.shape[2]))
    column = values
    for row in range(order + 1):
        table[:, row] = column[0]
        column = column[:-1] - column[1:]
    return table


def _exact(t: float) -> np.ndarray:
    return STARTS * np.exp(np.sin(t))


def _error(order: int, h: float) -> float:
    """The largest on the way to t = 2, of steps of one order and size from an exact history."""
    stepper = BdfStep(field_in_numpy(FormulaField(core.parse("x' = cos(t) x"))), BDF, (1e-12, 1e-14))
    t, end = order * h, 2.0
    differences = _history(np.array([_exact(t - back * h) for back in range(order + 1)]), order)
    ones, largest = np.ones(len(STARTS)), 0.0
    for _ in range(round((end - t) / h)):
        made = stepper.step(t * ones, h * ones, differences[:, 0], (differences, h * ones, order * ones, 0.0 * ones))
        differences, t = made.memory[0], t + h
        largest = max(largest, float(np.abs(made.z1 - _exact(t)).max()))
    assert t == pytest.approx(end)
    return largest


@pytest.mark.parametrize("order", range(1, HIGHEST + 1))
def test_each_formula_has_its_order(order: int) -> None:
    errors = [_error(order, step) for step in (0.02, 0.01)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.15)


@pytest.mark.parametrize("ratio", [0.3, 1.0, 1.9])
@pytest.mark.parametrize("order", range(1, HIGHEST + 1))
def test_polynomials_of_the_order_are_exact_at_any_step(order: int, ratio: float) -> None:
    """z = (1 + t)^k by formula k, also where the step before was longer or shorter; and inside the step."""

    def exact(t: np.ndarray) -> np.ndarray:
        return np.asarray((1.0 + t) ** order)

    def slope(t: np.ndarray, z: np.ndarray) -> np.ndarray:
        return order * (1.0 + t[:, None]) ** (order - 1) + 0.0 * z

    field = BoundField(NUMPY, slope, lambda _, z: np.zeros((*z.shape, 1)))
    h, ones = 0.1, np.ones(2)
    values = np.array([np.full((2, 1), exact(np.array(-back * h))) for back in range(order + 1)])
    memory = _history(values, order), h * ones, order * ones, 0.0 * ones
    made = BdfStep(field, BDF, (1e-12, 1e-14)).step(0.0 * ones, ratio * h * ones, values[0], memory)
    assert np.abs(made.z1 - exact(np.array(ratio * h))).max() < 1e-12
    powers = 0.4 ** np.arange(1, HIGHEST + 1)
    inside = values[0] + ratio * h * np.einsum("j,ljn->ln", powers, made.stages)
    assert np.abs(inside - exact(np.array(0.4 * ratio * h))).max() < 1e-12


def test_the_coefficients_are_those_of_the_source() -> None:
    assert ALPHA[:3] == (0.0, 1.185, pytest.approx(5.0 / 3.0))
    assert ERROR[5] == pytest.approx(1.0 / 6.0)


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_robertson_with_no_more_evaluations_than_scipys(path: str) -> None:
    """SciPy 1.17's BDF takes 366 evaluations at these tolerances."""
    system = core.parse(ROBERTSON)
    run = core.integrate(system, [1.0, 0.0, 0.0], (0.0, 40.0), "bdf", rtol=1e-6, atol=1e-10, path=path)
    assert run.stats.evaluations <= 366
    assert run.z[-1] == pytest.approx([0.715827068719, 9.18553476456e-6, 0.284163745746], rel=1e-5)


def test_robertson_to_1e11_in_few_steps() -> None:
    run = core.integrate(core.parse(ROBERTSON), [1.0, 0.0, 0.0], (0.0, 1e11), "bdf", rtol=1e-6, atol=1e-12)
    assert run.outcome.success
    assert run.stats.accepted + run.stats.rejected <= 2000
    assert run.z[-1][0] == pytest.approx(0.2083340149701255e-7, rel=1e-3)


def test_the_error_follows_the_tolerance() -> None:
    errors, times = [], np.linspace(0.0, 10.0, 501)
    tolerances = 10.0 ** -np.arange(3, 10)
    for rtol in tolerances:
        run = core.integrate(core.parse("x' = cos(t) x"), [1.0], (0.0, 10.0), "bdf", rtol=rtol, atol=1e-3 * rtol)
        errors.append(np.abs(run(times)[:, 0] - np.exp(np.sin(times))).max())
    slope = np.polyfit(np.log(tolerances), np.log(errors), 1)[0]
    assert 0.7 <= slope <= 1.3
    assert (np.array(errors) < 100.0 * tolerances).all()


def test_backward_in_time() -> None:
    run = core.integrate(core.parse("x' = cos(t) x"), [1.0], (0.0, -3.0), "bdf", rtol=1e-8, atol=1e-10)
    assert run.z[-1][0] == pytest.approx(np.exp(np.sin(-3.0)), rel=1e-6)


def test_mates_do_not_change_a_sample() -> None:
    system = core.parse("x' = y\ny' = 20(1 - x^2) y - x")
    alone = core.integrate(system, [2.0, 0.0], (0.0, 4.0), "bdf")
    both = core.integrate(system, [[2.0, 0.0], [1e3, 1e3], [np.inf, 0.0], [0.5, -3.0]], (0.0, 4.0), "bdf")
    assert (both.z[0, : len(alone.t)] == alone.z).all()
    assert both.outcome[2].name == "bad_input"


def test_steps_of_a_given_size_are_refused() -> None:
    with pytest.raises(ValueError, match=r"BDF 1-5 finds its own steps.*leave step out"):
        core.integrate(core.parse("x' = -x"), [1.0], (0.0, 1.0), "bdf", step=0.1)
