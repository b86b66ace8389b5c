"""The compiled loop: lanes do not know each other, threads and slices change nothing, a slider compiles nothing."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

import core
from core import catalogue
from core.budget import Budget
from core.formula_field import FormulaField
from core.kernels import compile_cache
from core.kernels.batch import follow, followed
from core.kernels.lane_state import remembered
from core.kernels.trajectories import TrajectoryCalls, TrajectoryTask
from core.ode_path import choose_controller
from core.problem import InitialValue
from core.step_rules import ENDINGS

VAN_DER_POL = "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1 in [0, 5]"
OSCILLATING_GROWTH = "x' = cos(t)*x"
SUCCESS = ENDINGS.index("success")
STARTS = np.random.default_rng(5).uniform(-3.0, 3.0, (999, 2))
TIMES = np.linspace(0.0, 8.0, 33)


def _task(
    text: str = VAN_DER_POL,
    starts: np.ndarray = STARTS,
    span: tuple[float, float] = (0.0, 8.0),
    method: str = "dopri5",
    step: float | None = None,
    dtype: str = "float64",
    **values: float,
) -> TrajectoryTask:
    problem = InitialValue(FormulaField(core.parse(text), values), starts, span)
    tableau = catalogue.tableau(method)
    return TrajectoryTask(problem, tableau, choose_controller(tableau, 1e-6, 1e-9, step), Budget(), dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("method", "step"), [("dopri5", None), ("rk4", 0.02), ("euler", 0.02)])
def test_a_trajectory_is_the_same_to_the_last_bit_in_any_company(dtype: str, method: str, step: float | None) -> None:
    whole = followed(_task(method=method, step=step, dtype=dtype), TIMES)
    assert (whole.ending == SUCCESS).all()
    backwards = followed(_task(starts=STARTS[::-1], method=method, step=step, dtype=dtype), TIMES)
    assert np.array_equal(backwards.samples[::-1], whole.samples)
    some = followed(_task(starts=STARTS[40:57], method=method, step=step, dtype=dtype), TIMES)
    assert np.array_equal(some.samples, whole.samples[40:57])
    assert np.array_equal(some.attempts, whole.attempts[40:57])


@pytest.mark.parametrize("text", ["h' = v\nv' = -g\ng = 9.81", "x' = y + a\ny' = a*b\na = 0.1\nb = 0.3"])
@pytest.mark.parametrize("method", ["dopri5", "dop853"])
def test_slopes_that_are_alike_in_all_lanes_are_added_as_alone(text: str, method: str) -> None:
    starts = STARTS[:20]
    whole = followed(_task(text, starts, method=method), TIMES)
    alone = [followed(_task(text, start[None], method=method), TIMES).samples[0] for start in starts[:3]]
    assert np.array_equal(whole.samples[:3], np.array(alone))


def test_threads_change_nothing() -> None:
    alone = followed(_task(), TIMES)
    for threads in (2, 5):
        several = followed(_task(), TIMES, threads)
        assert np.array_equal(several.samples, alone.samples)
        assert np.array_equal(several.accepted, alone.accepted)


def test_slices_of_a_call_change_nothing() -> None:
    whole = followed(_task(), TIMES)
    calls = TrajectoryCalls(_task(), TIMES)
    memory, count = calls.memory(), 0
    while not calls.is_done:
        calls.advance(memory, 7)
        count += 1
    assert count > 100
    assert np.array_equal(calls.samples, whole.samples)
    assert np.array_equal(calls.attempts, whole.attempts)
    assert np.array_equal(calls.z.T, calls.samples[:, -1])


@pytest.mark.parametrize("span", [(0.0, 8.0), (0.0, -3.0), (2.0, 5.0)])
def test_samples_are_those_of_the_recorded_steps(span: tuple[float, float]) -> None:
    times = np.linspace(*span, 41)
    sampled = followed(_task(OSCILLATING_GROWTH, STARTS[:40, :1], span), times)
    system = core.parse(OSCILLATING_GROWTH)
    run = core.integrate(system, STARTS[:40, :1], span, path="kernel")
    assert sampled.samples == pytest.approx(run(times), rel=1e-12, abs=1e-13)
    assert np.array_equal(sampled.samples[:, -1], run.z[run.mask].reshape(-1, 1)[np.cumsum(run.mask.sum(1)) - 1])
    exact = STARTS[:40, :1, None].swapaxes(1, 2) * np.exp(np.sin(times) - np.sin(span[0]))[None, :, None]
    assert sampled.samples == pytest.approx(exact, rel=2e-5)


def test_a_slider_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    followed(_task(mu=1.0), TIMES)
    monkeypatch.setattr(compile_cache, "compiled", lambda *_: pytest.fail("a kernel was compiled"))
    other = followed(_task(mu=2.5), TIMES)
    looser = replace(_task(mu=2.5), controller=choose_controller(catalogue.tableau("dopri5"), 1e-3, 1e-5, None))
    assert followed(looser, TIMES).attempts.sum() < other.attempts.sum()
    same_formula = "u' = w\nw' = nu*(1 - u^2)*w - u\nnu = 2.5"
    assert np.array_equal(followed(_task(same_formula), TIMES).samples, other.samples)


def test_few_lane_steps_are_wasted_on_a_mixed_batch() -> None:
    rng = np.random.default_rng(1)
    starts = np.column_stack([np.full((4096, 2), (2.0, 0.0)), 10.0 ** rng.uniform(-1.0, 1.0, 4096)])
    text = "x' = y\ny' = m*(1 - x^2)*y - x\nm' = 0"
    calls = TrajectoryCalls(_task(text, starts, (0.0, 50.0)))
    memory = calls.memory()
    while not calls.is_done:
        calls.advance(memory, 10**6)
    spent = calls.plan.lanes * int(remembered(calls.plan.layout, memory, "now")[0])
    assert calls.attempts.max() > 3 * calls.attempts.min()
    assert 0.95 * spent < calls.attempts.sum() <= spent


def test_one_trajectory_in_a_hundred_that_blows_up_is_flagged_and_disturbs_nobody() -> None:
    starts = np.random.default_rng(2).uniform(-0.9, 0.9, (5_000, 1))
    clean = followed(_task("x' = x^2 - 1", starts, (0.0, 4.0)), TIMES[:17])
    bad = np.arange(0, 5_000, 100)
    starts[bad] = 1.5
    mixed = followed(_task("x' = x^2 - 1", starts, (0.0, 4.0)), TIMES[:17])
    good = np.setdiff1d(np.arange(5_000), bad)
    assert np.array_equal(mixed.samples[good], clean.samples[good])
    exact = -np.tanh(TIMES[:17] - np.arctanh(starts[good]))
    assert mixed.samples[good, :, 0] == pytest.approx(exact, abs=2e-5)
    pole = np.arctanh(1.0 / 1.5)
    assert {ENDINGS[code] for code in mixed.ending[bad]} <= {"step_underflow", "nonfinite_state"}
    assert mixed.t[bad] == pytest.approx(np.full(len(bad), pole), rel=1e-4)
    assert np.isnan(mixed.samples[bad][:, TIMES[:17] > pole]).all()


def test_a_budget_of_time_leaves_what_is_under_way() -> None:
    task = replace(_task(span=(0.0, 1e6)), budget=Budget(steps=10**9, evaluations=10**10, seconds=0.05))
    times = np.array([0.0, 1.0, 1e5, 1e6])
    begun = time.perf_counter()
    calls = followed(task, times)
    assert time.perf_counter() - begun < 2.0
    assert {ENDINGS[code] for code in calls.ending} == {"max_time"}
    assert np.array_equal(calls.samples[:, 0], STARTS)
    assert np.isfinite(calls.samples[0, 1]).all()
    assert np.isnan(calls.samples[:, 3]).all()
    assert 0.0 < calls.t[0] < 1e6
    assert calls.t[-1] == 0.0


def test_a_run_is_left_at_once() -> None:
    task = replace(_task(span=(0.0, 1e6)), budget=Budget(steps=10**9, evaluations=10**10, seconds=60.0))
    for threads in (1, 3):
        running = follow(task, None, threads)
        next(running)
        begun = time.perf_counter()
        running.close()
        assert time.perf_counter() - begun < 0.5


def test_float32_is_float32() -> None:
    kernel = followed(_task(dtype="float32"), TIMES)
    assert kernel.samples.dtype == kernel.z.dtype == np.float32
    run = core.integrate(core.parse(VAN_DER_POL), STARTS[:50], (0.0, 8.0), at=TIMES, dtype="float32", path="torch")
    assert kernel.samples[:50] == pytest.approx(np.asarray(run.z), abs=2e-4)
    exact = followed(_task(), TIMES)
    assert 1e-8 < np.abs(kernel.samples - exact.samples).max() < 1e-3
