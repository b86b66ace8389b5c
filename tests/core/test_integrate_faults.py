"""What goes wrong ends with the right reason, finite data and bounded work."""

from __future__ import annotations

import math
import time

import numpy as np
import ode_problems as known
import pytest
import torch
from ode_problems import KINDS, problem

import core
from core.budget import Budget

MATES = "x' = sin(x*y) - x + exp(-x^2)/(2 + y^2)\ny' = tanh(x) - y^3 + sqrt(abs(x))*cos(t) - abs(y)^1.7"


def _run(text: str, kind: str, start: object, t: tuple[float, float], **options: object) -> core.Run:
    system, path = problem(text, kind)
    return core.integrate(system, start, t, path=path, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_a_blow_up_ends_at_the_singularity(kind: str) -> None:
    run = _run(known.BLOW_UP, kind, [1.0], (0.0, 3.0))
    assert run.outcome.name in ("step_underflow", "nonfinite_state")
    assert 0.9 < run.t[-1] < 1.001
    assert run.outcome.t == run.t[-1]
    assert np.isfinite(run.z).all()
    assert run.z[-1, 0] > 1e9
    assert "singularity" in str(run.outcome)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["euler", "rk4", "dopri5"])
def test_fixed_steps_past_a_singularity_overflow(kind: str, method: str) -> None:
    run = _run(known.BLOW_UP, kind, [1.0], (0.0, 3.0), method=method, step=0.01)
    assert run.outcome.name == "nonfinite_state"
    assert np.isfinite(run.z).all()
    assert run.stats.rejected == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_stops_being_a_number_says_so(kind: str) -> None:
    run = _run(known.ROOT, kind, [1.0], (0.0, 5.0))
    assert run.outcome.name == "nonfinite_rhs"
    assert run.outcome.t == pytest.approx(2.0, abs=1e-3)
    assert np.isfinite(run.z).all()
    assert str(run.outcome).startswith("met a vector field that is not a finite number at t = 2")


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_without_a_value_at_the_start(kind: str) -> None:
    run = _run(known.ROOT, kind, [-1.0], (0.0, 5.0))
    assert run.outcome.name == "nonfinite_rhs"
    assert run.outcome.t == 0.0
    assert run.z.tolist() == [[-1.0]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_start_that_is_no_number(kind: str, number: float) -> None:
    run = _run(known.GROWTH, kind, [number], (0.0, 1.0))
    assert run.outcome.name == "bad_input"
    assert run.stats.evaluations == 0
    assert not run.mask.any()


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("call", [1, 2, 37])
def test_one_bad_call_of_the_field(bad: float, call: int) -> None:
    calls = 0

    def field(z: torch.Tensor) -> torch.Tensor:
        nonlocal calls
        calls += 1
        return torch.full_like(z, bad) if calls == call else -z

    run = core.integrate(core.field(field, 1), [1.0], (0.0, 5.0))
    assert np.isfinite(run.z).all()
    if call == 1:
        assert run.outcome.name == "nonfinite_rhs"
    else:
        # a bad trial step is tried again, smaller
        assert run.outcome.success
        assert run.z[-1, 0] == pytest.approx(math.exp(-5.0), rel=1e-4)


def test_a_field_that_is_bad_for_ever_ends_soon() -> None:
    def field(t: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        return torch.where(t > 1.0, math.nan, -z)

    run = core.integrate(core.field(field, 1), [1.0], (0.0, 5.0))
    assert run.outcome.name == "nonfinite_rhs"
    assert run.outcome.t == pytest.approx(1.0, abs=1e-3)
    assert run.stats.accepted + run.stats.rejected < 300


def test_a_random_field_ends() -> None:
    field = core.field(lambda z: torch.randn_like(z), 1)
    run = core.integrate(field, [1.0], (0.0, 5.0), budget=Budget(steps=500))
    assert run.outcome.name in ("max_steps", "step_underflow")
    assert np.isfinite(run.z).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("steps", [1, 2, 31, 32, 33, 64, 100])
def test_the_step_budget_is_honoured_exactly(kind: str, steps: int) -> None:
    run = _run(known.VAN_DER_POL, kind, (2.0, 0.0), (0.0, 1000.0), budget=Budget(steps=steps))
    assert run.outcome.name == "max_steps"
    assert run.stats.accepted + run.stats.rejected == steps
    assert run.outcome.t == run.t[-1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("evaluations", "spent"), [(1, 0), (7, 0), (8, 8), (13, 8), (14, 14), (200, 200), (205, 200)])
def test_the_evaluation_budget_is_never_exceeded(kind: str, evaluations: int, spent: int) -> None:
    run = _run(known.VAN_DER_POL, kind, (2.0, 0.0), (0.0, 1000.0), budget=Budget(evaluations=evaluations))
    assert run.outcome.name == "max_evaluations"
    assert run.stats.evaluations == spent


@pytest.mark.parametrize("kind", KINDS)
def test_a_budget_that_just_suffices_is_a_success(kind: str) -> None:
    free = _run(known.SPIRAL, kind, (2.0, 0.0), (0.0, 5.0)).stats
    needed = free.accepted + free.rejected
    assert _run(known.SPIRAL, kind, (2.0, 0.0), (0.0, 5.0), budget=Budget(steps=needed)).outcome.success
    one_less = _run(known.SPIRAL, kind, (2.0, 0.0), (0.0, 5.0), budget=Budget(steps=needed - 1))
    assert one_less.outcome.name == "max_steps"


@pytest.mark.parametrize("kind", KINDS)
def test_the_time_budget_is_honoured(kind: str) -> None:
    begun = time.perf_counter()
    run = _run(
        known.VAN_DER_POL, kind, (2.0, 0.0), (0.0, 1e9), budget=Budget(steps=10**9, evaluations=10**10, seconds=0.1)
    )
    assert run.outcome.name == "max_time"
    assert time.perf_counter() - begun < 1.0
    assert run.stats.accepted > 10


@pytest.mark.parametrize("kind", KINDS)
def test_stiffness_ends_with_the_step_budget(kind: str) -> None:
    system, path = ("y' = -1e6*(y - cos(t))", kind) if kind != "callable" else (None, "torch")
    system = core.parse(system) if system else core.field(lambda t, z: -1e6 * (z - torch.cos(t)), 1)
    run = core.integrate(system, [0.0], (0.0, 100.0), path=path, budget=Budget(steps=400))
    assert run.outcome.name == "max_steps"
    assert run.stats.accepted + run.stats.rejected == 400


@pytest.mark.parametrize("kind", KINDS)
def test_the_shortest_span_there_is(kind: str) -> None:
    end = math.nextafter(1.0, 2.0)
    run = _run(known.GROWTH, kind, [1.0], (1.0, end))
    assert run.outcome.success
    assert run.t.tolist() == [1.0, end]
    assert run.z[-1, 0] == pytest.approx(1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_times_too_large_for_their_steps_end(kind: str) -> None:
    run = _run(known.OSCILLATING_GROWTH, kind, [1.0], (1e15, 1e15 + 100))
    assert run.outcome.name in ("step_underflow", "success")
    assert run.stats.accepted + run.stats.rejected < 1000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_a_component_that_stays_zero_needs_no_absolute_tolerance(kind: str, direction: float) -> None:
    run = _run(known.PENDULUM, kind, (0.0, 0.0), (0.0, 10.0 * direction), atol=0.0)
    assert run.outcome.success
    assert not run.z.any()


@pytest.mark.parametrize("kind", KINDS)
def test_an_absurd_tolerance_ends_with_a_reason(kind: str) -> None:
    with pytest.raises(ValueError, match=r"rtol = 1e-20 lies below the rounding of float64, 2.2e-16: raise it"):
        _run(known.SPIRAL, kind, (2.0, 0.0), (0.0, 5.0), rtol=1e-20, atol=0.0)
    run = _run(known.SPIRAL, kind, (2.0, 0.0), (0.0, 5.0), rtol=2.3e-16, atol=0.0, budget=Budget(steps=200))
    assert run.outcome.name in ("step_underflow", "max_steps")
    assert np.isfinite(run.z).all()


def test_denormal_and_huge_states() -> None:
    for size in (1e-320, 1e300):
        run = core.integrate(core.parse("x' = -x"), [size], (0.0, 1.0))
        assert run.outcome.success
        assert run.z[-1, 0] == pytest.approx(size / math.e, rel=1e-3)


def test_a_large_state() -> None:
    run = core.integrate(core.field(lambda z: -z, 100_000), np.ones(100_000), (0.0, 1.0))
    assert run.z[-1] == pytest.approx(np.full(100_000, math.exp(-1.0)), rel=1e-5)


@pytest.mark.parametrize("text", [MATES, known.VAN_DER_POL])
@pytest.mark.parametrize("place", [0, 500, 999])
def test_one_nan_start_leaves_999_others_bitwise(text: str, place: int) -> None:
    system = core.parse(text)
    starts = np.random.default_rng(0).uniform(-2.0, 2.0, (1000, 2))
    starts[place] = math.nan
    others = np.delete(np.arange(1000), place)
    every = core.integrate(system, starts, (0.0, 4.0), path="torch")
    clean = core.integrate(system, starts[others], (0.0, 4.0), path="torch")
    assert every.outcome[place].name == "bad_input"
    assert all(outcome.success for outcome in clean.outcome)
    assert [every.outcome[index] for index in others] == list(clean.outcome)
    assert np.array_equal(every.z[others], clean.z, equal_nan=True)
    assert np.array_equal(every.t[others], clean.t, equal_nan=True)
    assert np.array_equal(every.stats.evaluations[others], clean.stats.evaluations)


@pytest.mark.parametrize("count", [2, 15, 16, 17, 33, 100])
def test_a_mate_that_blows_up_on_the_way_changes_no_bit(count: int) -> None:
    system = core.parse("x' = x^2*(1 - y) - y*sin(x)^1.5/(1 + exp(-x))\ny' = 0")
    starts = np.random.default_rng(2).uniform(0.1, 0.9, (count, 2)) * [1.0, 0.0] + [0.0, 1.0]
    exploding = np.vstack([starts[: count // 2], [[50.0, 0.0]], starts[count // 2 :]])
    others = np.delete(np.arange(count + 1), count // 2)
    every = core.integrate(system, exploding, (0.0, 2.0), path="torch")
    clean = core.integrate(system, starts, (0.0, 2.0), path="torch")
    assert not every.outcome[count // 2].success
    length = clean.z.shape[1]
    assert np.array_equal(every.z[others, :length], clean.z, equal_nan=True)


def test_a_sample_stays_itself_in_any_order_of_the_batch() -> None:
    system = core.parse(MATES)
    starts = np.random.default_rng(3).uniform(-2.0, 2.0, (50, 2))
    order = np.random.default_rng(4).permutation(50)
    straight = core.integrate(system, starts, (0.0, 3.0), path="torch")
    shuffled = core.integrate(system, starts[order], (0.0, 3.0), path="torch")
    assert np.array_equal(straight.z[order], shuffled.z, equal_nan=True)


def test_a_batch_with_bad_mates_costs_no_more_steps() -> None:
    system = core.parse(known.BLOW_UP)
    starts = -np.linspace(0.1, 2.0, 100)[:, None]
    clean = core.integrate(system, starts, (0.0, 3.0), path="torch")
    mixed = core.integrate(system, np.vstack([starts, [[1.0]]]), (0.0, 3.0), path="torch")
    assert np.array_equal(mixed.stats.evaluations[:-1], clean.stats.evaluations)


def test_a_run_leaves_gradients_on() -> None:
    core.integrate(known.field_of(known.GROWTH), [1.0], (0.0, 1.0))
    assert torch.is_grad_enabled()


def test_a_controller_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="no controller 'h211' of adaptive steps; did you mean 'h211b'"):
        core.integrate(core.parse("x' = -x"), [1.0], controller="h211")
    with pytest.raises(ValueError, match="no controller 'fixed' of adaptive steps"):
        core.integrate(core.parse("x' = -x"), [1.0], controller="fixed")
    with pytest.raises(ValueError, match=r"step=0\.1 asks for fixed steps, controller='i' for adaptive ones"):
        core.integrate(core.parse("x' = -x"), [1.0], step=0.1, controller="i")
