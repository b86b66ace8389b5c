"""Dense output inside recorded steps."""

from __future__ import annotations

from dataclasses import replace
from types import FunctionType
from typing import get_type_hints

import numpy as np
import pytest
from beartype import beartype
from jaxtyping import Float, TypeCheckError, jaxtyped

import core
from core.catalogue import tableaus
from core.dense_output import AcceptedSteps, DenseOutput, interpolate
from core.tableau import Tableau

DOPRI5 = tableaus()["dopri5"]
HERMITE = replace(DOPRI5, dense=None, dense_order=None)


def _steps(tableau: Tableau, step: float) -> AcceptedSteps:
    """The steps of z' = cos(t) z from 1 at t = 0 to 1, by hand."""
    t, z, rows = 0.0, 1.0, []
    for _ in range(round(1.0 / step)):
        stages: list[float] = []
        for row, node in zip(tableau.a, tableau.c, strict=True):
            inner = z + step * sum(float(a) * k for a, k in zip(row, stages, strict=True))
            stages.append(np.cos(t + float(node) * step) * inner)
        end = z + step * sum(float(b) * k for b, k in zip(tableau.b, stages, strict=True))
        rows.append((0, t, t + step, [z], [end], np.array(stages)[:, None]))
        t, z = t + step, end
    return AcceptedSteps(*(np.array(column) for column in zip(*rows, strict=True)))


@pytest.mark.parametrize("tableau", [*tableaus().values(), HERMITE], ids=[*tableaus(), "hermite"])
def test_both_ends_are_met(tableau: Tableau) -> None:
    steps = _steps(tableau, 0.25)
    states = interpolate(tableau, *steps[1:6], np.array([0.0, 1.0]))
    assert states[:, 0] == pytest.approx(steps.z0, rel=1e-14)
    assert states[:, 1] == pytest.approx(steps.z1, rel=1e-14)


def test_places_common_to_all_steps_and_places_of_each_step_agree() -> None:
    steps = _steps(DOPRI5, 0.25)
    theta = np.array([0.1, 0.5, 0.9])
    common = interpolate(DOPRI5, *steps[1:6], theta)
    own = interpolate(DOPRI5, *steps[1:6], np.tile(theta, (4, 1)))
    assert common.shape == (4, 3, 1)
    assert own == pytest.approx(common, rel=1e-15)


@pytest.mark.parametrize(("tableau", "order"), [(DOPRI5, 4), (HERMITE, 3), (tableaus()["rk4"], 3)])
def test_the_local_error_falls_with_one_order_more(tableau: Tableau, order: int) -> None:
    theta, errors = np.linspace(0.1, 0.9, 9), []
    steps = [0.25, 0.125, 0.0625, 0.03125]
    for step in steps:
        first = _steps(tableau, step).take(np.arange(1))
        errors.append(np.abs(interpolate(tableau, *first[1:6], theta)[0, :, 0] - np.exp(np.sin(theta * step))).max())
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(order + 1, abs=0.25)


def test_derivatives_match_where_two_steps_meet() -> None:
    steps = _steps(DOPRI5, 0.25)
    tiny = 1e-5
    states = interpolate(DOPRI5, *steps[1:6], np.array([0.0, tiny, 1.0 - tiny, 1.0]))[:, :, 0]
    before = (states[:-1, 3] - states[:-1, 2]) / (0.25 * tiny)
    after = (states[1:, 1] - states[1:, 0]) / (0.25 * tiny)
    assert before == pytest.approx(after, rel=1e-3)


def test_times_between_blocks_and_on_their_ends() -> None:
    steps = _steps(DOPRI5, 0.25)
    dense = DenseOutput(DOPRI5, np.array([[1.0]]), (0.0, 1.0))
    for part in (slice(0, 1), slice(1, 4)):
        dense.add(steps.take(part))
    times = np.array([1.0, 0.0, 0.25, 0.6])
    states = dense.at(times)[0, :, 0]
    assert states == pytest.approx(np.exp(np.sin(times)), abs=1e-6)
    assert states[0] == steps.z1[-1, 0]
    assert states[1] == 1.0
    assert states[2] == steps.z1[0, 0]


def test_nothing_kept_is_nothing_known_but_the_start() -> None:
    dense = DenseOutput(DOPRI5, np.array([[3.0]]), (0.0, 1.0))
    assert len(dense.steps().t0) == 0
    assert np.array_equal(dense.at(np.array([0.0, 0.5]))[0, :, 0], [3.0, np.nan], equal_nan=True)


def test_shapes_are_as_written() -> None:
    # the program imports its shapes for type checkers only: a copy of the function gets them as objects
    copy = FunctionType(interpolate.__code__, interpolate.__globals__)
    copy.__annotations__ = get_type_hints(interpolate, localns={"Float": Float})
    copy.__module__ = interpolate.__module__
    checked = jaxtyped(typechecker=beartype)(copy)
    steps = _steps(DOPRI5, 0.25)
    assert checked(DOPRI5, *steps[1:6], np.array([0.5])).shape == (4, 1, 1)
    with pytest.raises(TypeCheckError):
        checked(DOPRI5, steps.t0[:2], *steps[2:6], np.array([0.5]))


def test_dense_output_of_a_run_has_the_error_of_its_order_over_the_whole_span() -> None:
    system = core.parse("y' = cos(t)*y")
    times, errors = np.linspace(0.0, 3.0, 301), []
    steps = [0.2, 0.1, 0.05, 0.025]
    for step in steps:
        run = core.integrate(system, [1.0], (0.0, 3.0), step=step)
        errors.append(np.abs(run(times)[:, 0] - np.exp(np.sin(times))).max())
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] > 4.5
