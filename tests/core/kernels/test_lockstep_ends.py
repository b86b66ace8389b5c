"""Marches that end oddly: times beside a rounding, stages that are no numbers, runs that are stopped on the way."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from test_lockstep import DUFFING, assert_same, each_by_itself, task

import core
from core.budget import Budget
from core.kernels import lockstep
from core.kernels.batch import finished, follow, followed
from core.kernels.lockstep import LockstepCalls, shared_grid
from core.step_rules import ENDINGS


def test_every_wanted_time_is_reached_where_the_last_step_crosses_zero():
    random, system = np.random.default_rng(11), core.parse("x' = 1")
    for _ in range(300):
        sign = random.choice([-1.0, 1.0])
        begin, end = -sign * round(random.uniform(0.05, 5.0), 3), sign * round(random.uniform(0.001, 0.5), 3)
        at = [begin, end / 2, end]
        run = core.integrate(system, [0.0], (begin, end), "rk4", step=round(random.uniform(0.05, 1.0), 2), at=at)
        assert run.mask.all()
        assert run.z[:, 0] == pytest.approx(np.array(at) - begin, abs=1e-12)


SWALLOWED = "x' = if(x > 2, if(x < 2.1, 0/0, 1), 1)"
AT_THE_END = "x' = if(x > 1.3793, 0/0, x*(2 - x))"


@pytest.mark.parametrize(
    ("text", "start", "step", "end"),
    [(SWALLOWED, 1.95, 0.5, 1.0), (AT_THE_END, 1.0, 0.4, 0.4), ("x' = x^2", 1.3154374871981342, 0.1, 2.5)],
)
@pytest.mark.parametrize("at", [True, False])
def test_a_stage_that_is_no_number_ends_a_fixed_step_on_every_path(text, start, step, end, at):
    times = {"at": [0.0, end]} if at else {}
    runs = [
        core.integrate(core.parse(text), [start], (0.0, end), "dopri5", step=step, path=path, **times)
        for path in ("python", "kernel")
    ]
    python, kernel = ((run.outcome.name, run.outcome.t, run.stats.accepted, run.stats.evaluations) for run in runs)
    assert python[0] == "nonfinite_rhs"
    assert kernel == python
    assert np.array_equal(runs[0].mask, runs[1].mask)
    assert runs[1].z[0, 0] == start


def test_a_march_is_stopped_in_the_middle_of_a_slice():
    starts = np.random.default_rng(5).uniform(-1.5, 1.5, (2_000, 2))
    budget = Budget(steps=10**7, evaluations=10**9)
    given = task(starts=starts, span=(0.0, 40_000.0), step=0.01, budget=budget)
    grid = shared_grid(given)
    assert grid is not None
    calls = LockstepCalls(given, np.array([0.0, 40_000.0]), grid)
    threading.Timer(0.2, calls.stop).start()
    begun = time.perf_counter()
    for _ in calls.advance(calls.shares(1)[0]):
        pass
    assert time.perf_counter() - begun < 5.0  # all of it takes forty times as long as it is let go on
    assert not calls.conclude().size
    assert {ENDINGS[place] for place in calls.ending} == {"max_time"}
    assert np.array_equal(calls.t, grid[calls.attempts])
    whole = followed(task(starts=starts, span=(0.0, float(calls.t[0])), step=0.01, budget=budget), None)
    assert calls.z[:, 0] == pytest.approx(whole.z[:, 0], rel=1e-9)


def test_how_a_march_is_sliced_changes_no_bit(monkeypatch):
    times = np.linspace(0.5, 7.3, 23)
    for method in ("rk4", "dopri5"):
        whole = followed(task(method=method), times)
        monkeypatch.setattr(lockstep, "_MOST_STEPS", 3)
        sliced = followed(task(method=method), times)
        monkeypatch.undo()
        assert np.array_equal(whole.samples, sliced.samples)
        assert_same(whole, sliced, 0.0)


def test_the_budget_counts_while_the_lost_are_followed_singly():
    starts = np.linspace(1.0, 1.1, 20_000)[:, None]
    given = task("x' = x^2*if(t > 0.9, 1000000, 0)", starts, (0.0, 2.0), step=2e-5, budget=Budget(seconds=0.3))
    begun = time.perf_counter()
    counts = []
    running = follow(given, np.array([0.0, 2.0]))
    while True:
        try:
            counts.append(next(running))
        except StopIteration as end:
            calls = end.value
            break
    assert time.perf_counter() - begun < 3.0
    assert counts == sorted(counts)
    assert (calls.ending != 0).all()


@pytest.mark.parametrize(("span", "step"), [((0.0, 1.0), 1e-310), ((-1e308, 1e308), 1e300)])
def test_steps_beyond_counting_end_with_the_budget(span, step):
    run = core.integrate(core.parse("x' = 1"), [0.0], span, "rk4", step=step, at=[span[1]], budget=Budget(steps=50))
    assert run.outcome.name in ("max_steps", "step_underflow")


def test_results_lie_in_memory_as_those_of_other_paths():
    system, at = core.parse(DUFFING), np.linspace(0.0, 2.0, 7)
    starts = np.random.default_rng(1).uniform(-1.0, 1.0, (5, 2))
    run = core.integrate(system, starts, (0.0, 2.0), "rk4", step=0.1, at=at)
    assert run.z.flags.c_contiguous
    assert run.z.shape == (5, 7, 2)
    single = core.integrate(system, starts[0], (0.0, 2.0), "rk4", step=0.1, at=at)
    single.t[0] = 99.0
    assert at[0] == 0.0  # the caller's own


def test_a_start_that_is_refused_keeps_its_reason_where_the_others_run_out_of_time():
    starts = np.random.default_rng(5).uniform(-1.5, 1.5, (300, 2))
    starts[3] = np.nan
    given = task(starts=starts, span=(0.0, 1e5), step=0.001, budget=Budget(seconds=0.02, steps=10_000_000))
    calls = finished(follow(given, np.array([0.0, 1e5])))
    assert ENDINGS[calls.ending[3]] == "bad_input"
    alone = each_by_itself(task(starts=starts[:4], span=(0.0, 0.1)), None)
    assert ENDINGS[alone.ending[3]] == "bad_input"
