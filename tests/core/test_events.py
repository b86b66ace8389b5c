"""Events against exact answers: where they are met, what ends there and what goes on from there."""

from __future__ import annotations

import math

import numpy as np
import ode_problems as known
import pytest
import torch
from ode_problems import KINDS, problem
from scipy.special import ellipk

import core
from core import Event

PATHS = ("kernel", "python", "torch")
BALL = "x' = v\nv' = -9.8"
ROTATION = "x' = y\ny' = -x"
TIGHT = {"rtol": 1e-12, "atol": 1e-14}
LOOSE = {"rtol": 1e-9, "atol": 1e-11}
FIRST = 10.0 / 7.0
"""When a ball from height 10 first meets the ground: sqrt(2 h / g)."""


def _bounces(restitution: float, count: int) -> np.ndarray:
    """When the ball meets the ground: t_k = t_1 (1 + 2 (e + e^2 + ... + e^(k-1)))."""
    powers = restitution ** np.arange(1, count)
    return FIRST * np.concatenate([[1.0], 1.0 + 2.0 * np.cumsum(powers)])


@pytest.mark.parametrize("path", PATHS)
def test_a_ball_ends_where_it_meets_the_ground(path: str) -> None:
    run = core.integrate(core.parse(BALL), (10.0, 0.0), (0.0, 30.0), events=Event("x", -1, terminal=True), path=path)
    assert run.outcome.name == "event"
    assert run.outcome.success
    assert str(run.outcome) == "met its terminal event event 1 at t = 1.42857"
    assert run.outcome.t == run.t[-1] == pytest.approx(FIRST, abs=3e-15)
    assert run.z[-1] == pytest.approx([0.0, -14.0], abs=1e-13)
    assert run.events["event 1"].t.tolist() == [run.t[-1]]
    assert np.array_equal(run.events["event 1"].z[0], run.z[-1])
    assert run(1.0) == pytest.approx([10.0 - 4.9, -9.8], rel=1e-13)
    assert np.isnan(run(2.0)).all()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("change", [{"v": "-e_r*v"}, lambda z: z * [1.0, -0.75]])
def test_every_bounce_of_a_ball(path: str, change: object) -> None:
    system = core.parse(f"{BALL}\ne_r = 0.75")
    run = core.integrate(system, (10.0, 0.0), (0.0, 8.0), events=[Event("x", -1, change=change, name="hit")], path=path)
    assert run.outcome.name == "success"
    hits = run.events["hit"]
    assert hits.t == pytest.approx(_bounces(0.75, len(hits)), rel=1e-13)
    assert len(hits) == np.count_nonzero(_bounces(0.75, 30) < 8.0)
    assert hits.z[:, 1] == pytest.approx(-14.0 * 0.75 ** np.arange(len(hits)), rel=1e-12)
    assert run.z[:, 0].min() > -1e-12
    twice = np.flatnonzero(np.diff(run.t) == 0.0)
    assert np.array_equal(run.t[twice], hits.t)
    assert np.array_equal(run.z[twice + 1, 1], -0.75 * run.z[twice, 1])
    middle = (hits.t[1] + hits.t[2]) / 2.0
    assert run(middle) == pytest.approx([(14.0 * 0.75**2) ** 2 / 19.6, 0.0], abs=1e-11)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("restitution", [0.9, 0.5, 0.1, 1e-3, 0.0])
def test_a_ball_that_comes_to_rest_ends_with_a_reason(path: str, restitution: float) -> None:
    event = Event("x", -1, change={"v": f"-{restitution}*v"}, name="hit")
    run = core.integrate(core.parse(BALL), (10.0, 0.0), (0.0, 60.0), events=event, path=path)
    assert run.outcome.name == "events_pile_up"
    assert not run.outcome.success
    assert str(run.outcome).startswith("met the same event again and again, sooner than times can be told apart at")
    rest = FIRST * (1.0 + restitution) / (1.0 - restitution)
    assert run.outcome.t == pytest.approx(rest, rel=1e-10)
    hits = run.events["hit"]
    assert hits.t == pytest.approx(_bounces(restitution, len(hits)), rel=1e-10)
    assert len(hits) < 400
    assert run.z[:, 0].min() > -1e-10
    assert run.stats.accepted < 20 * (len(hits) + 1)


@pytest.mark.parametrize("kind", KINDS)
def test_van_der_pols_limit_cycle(kind: str) -> None:
    system, path = problem(known.VAN_DER_POL, kind)
    event = Event(lambda _t, z: z[:, 1], -1, name="top")
    run = core.integrate(system, (2.0, 0.0), (0.0, 30.0), events=event, path=path, **LOOSE)
    tops = run.events["top"]
    assert np.diff(tops.t)[-2:] == pytest.approx(np.full(2, 6.66328685932), abs=2e-8)
    assert tops.z[-2:, 0] == pytest.approx(np.full(2, 2.00861986087), abs=1e-8)
    assert run.outcome.name == "success"


@pytest.mark.parametrize("path", PATHS)
def test_a_section_of_lotka_and_volterra(path: str) -> None:
    event = Event("x - y", 1, name="cut")
    run = core.integrate(core.parse(known.LOTKA_VOLTERRA), (2.0, 1.0), (0.0, 16.0), events=event, path=path, **LOOSE)
    cuts = run.events["cut"]
    assert len(cuts) == 2
    assert cuts.z[:, 0] == pytest.approx(cuts.z[:, 1], rel=1e-14)
    invariant = cuts.z.sum(axis=1) - np.log(cuts.z).sum(axis=1)
    assert invariant == pytest.approx(np.full(2, 3.0 - math.log(2.0)), rel=1e-7)
    assert np.diff(cuts.t) == pytest.approx([6.6084826712350566], rel=1e-7)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("amplitude", [0.5, 3.0])
def test_the_period_of_a_pendulum(path: str, amplitude: float) -> None:
    system = core.parse(known.PENDULUM)
    run = core.integrate(system, (amplitude, 0.0), (0.0, 20.0), events=Event("theta", -1), path=path, **LOOSE)
    exact = 4.0 * ellipk(math.sin(amplitude / 2.0) ** 2)
    falls = run.events["event 1"].t
    assert len(falls) == math.ceil((20.0 - exact / 4.0) / exact)
    assert falls[0] == pytest.approx(exact / 4.0, rel=1e-7)
    assert np.diff(falls) == pytest.approx(np.full(len(falls) - 1, exact), rel=1e-7)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_several_events_and_directions_both_ways_in_time(path: str, sign: float) -> None:
    events = [
        Event("y", name="turn"),
        Event("x", 1, name="up"),
        Event("x", -1, name="down"),
        Event("x = 2", name="never"),
    ]
    run = core.integrate(core.parse(ROTATION), (1.0, 0.0), (0.0, 20.0 * sign), events=events, path=path, **LOOSE)
    turns = np.arange(1, 7) * math.pi * sign  # the start is a turn too, and is not told
    assert run.events["turn"].t == pytest.approx(turns, rel=1e-8)
    assert run.events["up"].t == pytest.approx(np.array([1.5, 3.5, 5.5]) * math.pi * sign, rel=1e-8)
    assert run.events["down"].t == pytest.approx(np.array([0.5, 2.5, 4.5]) * math.pi * sign, rel=1e-8)
    assert run.events["never"].t.shape == (0,)
    assert run.events["never"].z.shape == (0, 2)
    assert run.events["turn"].z[:, 0] == pytest.approx([-1.0, 1.0] * 3, rel=1e-7)


@pytest.mark.parametrize("path", PATHS)
def test_a_formula_of_time_parameters_and_helpers(path: str) -> None:
    system = core.parse("x' = 1\nlevel = 3 in [0, 9]\ntwice = 2 x")
    event = Event("twice - level - sin(t)", terminal=True, name="there")
    run = core.integrate(system, [0.0], (0.0, 10.0), events=event, params={"level": 4.0}, path=path, **TIGHT)
    t = run.outcome.t
    assert 2.0 * t - 4.0 - math.sin(t) == pytest.approx(0.0, abs=1e-13)
    assert run.outcome.account == "there"


@pytest.mark.parametrize("path", PATHS)
def test_two_crossings_inside_one_step_are_both_found(path: str) -> None:
    run = core.integrate(core.parse("x' = 1"), [0.0], (0.0, 100.0), events=Event("(x - 31)*(x - 57)"), path=path)
    assert run.events["event 1"].t == pytest.approx([31.0, 57.0], rel=1e-15)
    assert np.diff(run.t).max() > 57.0 - 31.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_ends_at_different_events_and_nobody_disturbs_another(kind: str) -> None:
    system, path = problem(known.PENDULUM, kind)
    starts = np.column_stack([np.linspace(0.1, 3.0, 40), np.zeros(40)])
    starts[7] = math.nan
    events = [
        Event(lambda _t, z: z[:, 1] + 1.2, -1, terminal=True, name="fast"),
        Event(lambda _t, z: z[:, 0], -1, name="low"),
        Event(lambda t, z: t - 3.0 - z[:, 0], terminal=True, name="late"),
    ]
    plain = core.integrate(system, starts, (0.0, 8.0), path=path)
    run = core.integrate(system, starts, (0.0, 8.0), events=events, path=path)
    names = [outcome.account for outcome in run.outcome]
    assert {"fast", "late"} <= set(names)
    assert run.outcome[7].name == "bad_input"
    for sample in [0, 13, 39]:
        alone = core.integrate(system, starts[sample], (0.0, 8.0), events=events, path=path)
        count = len(alone.t)
        assert np.array_equal(run.t[sample, :count], alone.t)
        assert np.array_equal(run.z[sample, :count], alone.z)
        assert alone.outcome == run.outcome[sample]
        assert alone.stats.evaluations == run.stats.evaluations[sample]
        for name, points in alone.events.items():
            assert np.array_equal(run.events[name].t[sample, : len(points)], points.t)
            assert np.isnan(run.events[name].t[sample, len(points) :]).all()
        assert np.array_equal(plain.z[sample, : count - 1], alone.z[:-1])  # up to the step that the event cuts


@pytest.mark.parametrize("path", PATHS)
def test_bouncing_balls_in_a_batch_are_those_alone(path: str) -> None:
    system = core.parse(BALL)
    starts = np.column_stack([np.linspace(1.0, 20.0, 9), np.linspace(3.0, -3.0, 9)])
    events = [Event("x", -1, change={"v": "-0.8*v"}, name="hit"), Event("v", -1, name="peak")]
    run = core.integrate(system, starts, (0.0, 4.0), events=events, path=path)
    for sample in (0, 4, 8):
        alone = core.integrate(system, starts[sample], (0.0, 4.0), events=events, path=path)
        count, hits = len(alone.t), len(alone.events["hit"])
        assert np.array_equal(run.z[sample, :count], alone.z)
        assert np.array_equal(run.events["hit"].t[sample, :hits], alone.events["hit"].t)
        assert alone.stats.accepted == run.stats.accepted[sample]
        assert len(alone.events["peak"]) in (hits - 1, hits, hits + 1)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("spans", ["shared", "own"])
def test_output_times_with_events(path: str, spans: str) -> None:
    system, starts = core.parse(BALL), np.array([[10.0, 0.0], [4.9, 0.0], [1.0, 0.0]])
    ends = 3.0 if spans == "shared" else np.array([3.0, 2.5, 2.0])
    at = np.linspace(np.zeros(3), np.broadcast_to(ends, 3), 13, axis=1)
    events = [Event("x", -1, change={"v": "-v"}, name="hit")]
    dense = core.integrate(system, starts, (0.0, ends), events=events, path=path)
    run = core.integrate(system, starts, (0.0, ends), at=at, events=events, path=path)
    assert run.mask.all()
    assert run.z == pytest.approx(dense(at), rel=1e-13, abs=1e-13)
    since = np.mod(at + np.sqrt(starts[:, :1] / 4.9), 2.0 * np.sqrt(starts[:, :1] / 4.9)) - np.sqrt(starts[:, :1] / 4.9)
    assert run.z[..., 0] == pytest.approx(starts[:, :1] - 4.9 * since**2, abs=1e-11)
    ended = core.integrate(system, starts, (0.0, ends), at=at, events=Event("x", -1, terminal=True), path=path)
    assert np.array_equal(ended.mask, at <= np.sqrt(starts[:, :1] / 4.9))
    assert np.isnan(ended.z[~ended.mask]).all()


@pytest.mark.parametrize("path", ["kernel", "torch"])
def test_single_precision(path: str) -> None:
    options = {"path": path, "dtype": "float32", "rtol": 1e-6, "atol": 1e-7}
    run = core.integrate(
        core.parse(BALL), (10.0, 0.0), (0.0, 7.5), events=Event("x", change={"v": "-0.75*v"}), **options
    )
    hits = run.events["event 1"]
    assert hits.z.dtype == np.float32
    assert hits.t == pytest.approx(_bounces(0.75, len(hits)), rel=2e-6)
    assert len(hits) == np.count_nonzero(_bounces(0.75, 30) < 7.5)
    turns = core.integrate(core.parse(ROTATION), (1.0, 0.0), (0.0, 20.0), events=Event("y"), **options).events[
        "event 1"
    ]
    assert turns.t == pytest.approx(np.arange(1, 7) * math.pi, rel=1e-5)


@pytest.mark.parametrize(
    ("method", "step", "near"), [("rk4", 0.02, 1e-7), ("euler", 0.01, 1e-4), ("dopri5", 0.05, 1e-8)]
)
@pytest.mark.parametrize("path", PATHS)
def test_fixed_steps_of_any_method(path: str, method: str, step: float, near: float) -> None:
    run = core.integrate(
        core.parse(ROTATION), (1.0, 0.0), (0.0, 10.0), method, step=step, events=[Event("y")], path=path
    )
    assert run.events["event 1"].t == pytest.approx(np.arange(1, 4) * math.pi, rel=near)


def test_tensors_in_give_tensors_of_events() -> None:
    start = torch.tensor([[10.0, 0.0], [5.0, 0.0]], dtype=torch.float64)
    run = core.integrate(core.parse(BALL), start, (0.0, 2.0), events=Event("x", -1, terminal=True, name="hit"))
    hits = run.events["hit"]
    assert isinstance(hits.t, torch.Tensor)
    assert hits.t[:, 0].tolist() == pytest.approx([math.sqrt(10.0 / 4.9), math.sqrt(5.0 / 4.9)], rel=1e-15)
    assert hits.numpy()["z"].shape == (2, 1, 2)
