"""Many trajectories in equal steps: the same as each by itself, and what fails is told singly."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core import catalogue
from core.budget import Budget
from core.formula_field import FormulaField
from core.kernels.batch import finished, follow, followed
from core.kernels.lockstep import LockstepCalls, shared_grid
from core.kernels.time_table import _timed
from core.kernels.trajectories import TrajectoryCalls, TrajectoryTask
from core.language.rates import rates_program
from core.ode_path import choose_controller
from core.problem import InitialValue
from core.step_rules import ENDINGS

DUFFING = "x' = v\nv' = x - x^3 - d*v + g*cos(1.2*t)*exp(-0.01*t)\nd = 0.25\ng = 0.3"
STARTS = np.random.default_rng(3).uniform(-1.5, 1.5, (150, 2))


def task(text=DUFFING, starts=STARTS, span=(0.5, 7.3), method="rk4", step=0.03, budget=None, dtype="float64"):
    tableau = catalogue.tableau(method)
    problem = InitialValue(FormulaField(core.parse(text)), np.asarray(starts, dtype=float), span)
    return TrajectoryTask(problem, tableau, choose_controller(tableau, 0.0, 0.0, step), budget or Budget(), dtype)


def each_by_itself(given, times):
    calls = TrajectoryCalls(given, times)
    memory = calls.memory()
    while not calls.is_done:
        calls.advance(memory, 1000)
    return calls


def assert_same(one, other, within=1e-12):
    """Equal counts and ends; states to rounding: a product that is tabulated is rounded before it is added."""
    for name in ("t", "ending", "attempts", "accepted", "evaluations"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in ("samples", "z"):
        assert np.allclose(getattr(one, name), getattr(other, name), rtol=within, atol=within, equal_nan=True), name


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("method", ["euler", "rk4", "dopri5"])
@pytest.mark.parametrize("span", [(0.5, 7.3), (2.0, -3.1)])
def test_it_is_what_each_trajectory_does_by_itself(method, span, dtype):
    times = np.linspace(*span, 23)
    given = task(span=span, method=method, dtype=dtype)
    calls = followed(given, times)
    assert isinstance(calls, LockstepCalls)
    assert_same(calls, each_by_itself(given, times), 1e-12 if dtype == "float64" else 2e-4)


def test_company_changes_no_bit():
    times = np.linspace(0.5, 7.3, 23)
    whole, some, one = (
        followed(task(starts=STARTS[part]), times) for part in (slice(None), slice(9, 90), slice(9, 10))
    )
    assert np.array_equal(whole.samples[9:90], some.samples)
    assert np.array_equal(some.samples[:1], one.samples)


def test_its_ends_are_those_of_fine_adaptive_steps():
    run = core.integrate(core.parse(DUFFING), STARTS, (0.0, 10.0), "rk4", step=0.01, at=[3.0, 10.0])
    fine = core.integrate(
        core.parse(DUFFING), STARTS, (0.0, 10.0), rtol=1e-11, atol=1e-12, at=[3.0, 10.0], path="torch"
    )
    assert run.z == pytest.approx(fine.z, abs=1e-7)


def test_what_blows_up_says_so_singly_and_the_others_go_on():
    starts = np.linspace(-1.0, 1.0, 201)[:, None]  # x = 1/(1/x0 - t) is infinite at 1/x0
    times = np.linspace(0.0, 2.0, 9)
    given = task("x' = x^2", starts, (0.0, 2.0), step=0.005)
    calls, alone = followed(given, times), each_by_itself(given, times)
    assert_same(calls, alone)
    gone = starts[:, 0] > 0.5 + 1e-9
    assert np.array_equal(calls.ending == ENDINGS.index("success"), ~gone)
    assert np.isfinite(calls.samples[~gone]).all()
    x = starts[starts[:, 0] < 0.45, 0]
    assert calls.samples[: len(x), -1, 0] == pytest.approx(x / (1.0 - 2.0 * x), rel=1e-6)
    assert (calls.t[gone] < 2.0).all()


def test_a_start_without_a_number_is_bad_input():
    starts = STARTS.copy()
    starts[7, 1] = np.nan
    calls = followed(task(starts=starts), np.array([0.5, 7.3]))
    assert ENDINGS[calls.ending[7]] == "bad_input"
    assert calls.attempts[7] == calls.evaluations[7] == 0
    assert (np.delete(calls.ending, 7) == ENDINGS.index("success")).all()


@pytest.mark.parametrize(
    ("budget", "ending", "steps"),
    [(Budget(steps=40), "max_steps", 40), (Budget(evaluations=81), "max_evaluations", 20)],
)
def test_a_budget_ends_all_where_they_are(budget, ending, steps):
    times = np.array([0.5, 1.0, 2.0, 7.3])
    given = task(budget=budget)
    calls = followed(given, times)
    assert_same(calls, each_by_itself(given, times))
    assert {ENDINGS[place] for place in calls.ending} == {ending}
    assert calls.t == pytest.approx(np.full(len(STARTS), 0.5 + 0.03 * steps))
    assert np.isnan(calls.samples[:, -1]).all()


def test_without_time_left_what_was_not_begun_is_where_it_started():
    starts = np.random.default_rng(5).uniform(-1.5, 1.5, (40_000, 2))
    times = np.array([0.0, 900.0])
    given = task(starts=starts, span=(0.0, 900.0), step=0.01, budget=Budget(seconds=0.02))
    calls = finished(follow(given, times, threads=1))
    assert {ENDINGS[place] for place in calls.ending} <= {"success", "max_time"}
    idle = calls.attempts == 0
    assert idle.any()
    assert np.array_equal(calls.samples[idle, 0], starts[idle])
    assert np.array_equal(calls.z.T[idle], starts[idle])
    assert (calls.t[idle] == 0.0).all()
    assert np.isnan(calls.samples[idle, 1]).all()


def test_several_threads_find_the_same():
    starts = np.random.default_rng(5).uniform(-1.5, 1.5, (9_000, 2))
    times = np.linspace(0.5, 7.3, 5)
    assert_same(followed(task(starts=starts), times, threads=3), followed(task(starts=starts), times, threads=1))


def test_the_last_step_ends_at_the_end_of_the_span():
    assert shared_grid(task(span=(0.0, 1.0), step=0.3)) == pytest.approx([0.0, 0.3, 0.6, 0.9, 1.0])
    assert shared_grid(task(span=(0.0, 1.0), step=0.3325)) == pytest.approx([0.0, 0.3325, 0.665, 1.0])  # no sliver
    assert shared_grid(task(span=(1.0, 0.0), step=0.5)) == pytest.approx([1.0, 0.5, 0.0])
    assert shared_grid(task(span=(1e9, 1e9 + 1.0), step=1e-8)) is None  # too small beside the time


def test_only_what_hangs_on_the_time_alone_is_tabulated():
    program = rates_program(core.parse("x' = sin(t)^2*x + cos(3*t)\ny' = x*y + 2*w\nw = 3"))
    timed = [program.nodes[place].operation for place in _timed(program)]
    assert len(timed) == 2
    assert "cos" in timed
    assert not _timed(rates_program(core.parse("x' = sin(x)")))
