"""Events: what is refused, what is fired together, and runs that end for another reason."""

from __future__ import annotations

import math
import time

import numpy as np
import ode_problems as known
import pytest
import torch

import core
from core import Event

PATHS = ("kernel", "python", "torch")
BALL = "x' = v\nv' = -9.8"
ROTATION = "x' = y\ny' = -x"


def _run(text: str, start: object, end: float, events: object, path: str = "kernel", **options: object) -> core.Run:
    return core.integrate(core.parse(text), start, (0.0, end), events=events, path=path, **options)


@pytest.mark.parametrize("path", PATHS)
def test_an_event_that_goes_on_through_is_met_once(path: str) -> None:
    doubled = Event("x - 1", change={"k": "2 k"}, name="faster")
    run = _run("x' = k\nk' = 0", [(0.0, 1.0), (2.0, -1.0)], 2.0, [doubled], path)
    assert run.events["faster"].t == pytest.approx(np.array([[1.0], [1.0]]))
    last = run.mask.sum(axis=1) - 1
    assert run.z[np.arange(2), last] == pytest.approx(np.array([[3.0, 2.0], [-1.0, -2.0]]), rel=1e-12)


@pytest.mark.parametrize("path", PATHS)
def test_a_jump_away_comes_again_at_once_where_it_should(path: str) -> None:
    sawtooth = Event("x = 1", 1, change={"x": "0"}, name="spike")
    run = _run("x' = 1", [0.25], 5.0, [sawtooth], path)
    assert run.events["spike"].t == pytest.approx(np.arange(5) + 0.75, rel=1e-14)
    assert run.z[-1, 0] == pytest.approx(0.25, rel=1e-12)
    beyond = Event("x", -1, change={"x": "-5"}, name="fall")
    run = _run("x' = -1", [1.0], 9.0, [beyond], path)
    assert run.outcome.name == "success"
    assert run.events["fall"].t == pytest.approx([1.0])
    assert run.z[-1, 0] == pytest.approx(-13.0)


@pytest.mark.parametrize("path", PATHS)
def test_a_corner_turns_both_velocities_at_once(path: str) -> None:
    walls = [Event("x", -1, change={"u": "-u"}, name="left"), Event("y", -1, change={"v": "-v"}, name="floor")]
    run = _run("x' = u\ny' = v\nu' = 0\nv' = 0", (1.0, 2.0, -1.0, -2.0), 3.0, walls, path)
    assert run.outcome.success
    assert run.events["left"].t.tolist() == run.events["floor"].t.tolist() == pytest.approx([1.0])
    assert run.z[-1] == pytest.approx([2.0, 4.0, 1.0, 2.0], rel=1e-12)


@pytest.mark.parametrize("path", PATHS)
def test_a_billiard_keeps_its_speed_and_its_times(path: str) -> None:
    walls = [Event("x", change={"u": "-u"}, name="left"), Event("x = 1", change={"u": "-u"}, name="right")]
    run = _run("x' = u\nu' = 0", (0.5, 1.0), 20.25, walls, path)
    assert run.events["right"].t == pytest.approx(np.arange(0.5, 20.0, 2.0), rel=1e-12)
    assert run.events["left"].t == pytest.approx(np.arange(1.5, 20.0, 2.0), rel=1e-12)
    assert abs(run.z[:, 1]).tolist() == [1.0] * len(run.z)


@pytest.mark.parametrize("path", PATHS)
def test_a_terminal_event_wins_over_a_change_at_the_same_time(path: str) -> None:
    events = [Event("x", -1, change={"v": "-v"}, name="bounce"), Event("x - 0*v", -1, terminal=True, name="stop")]
    run = _run(BALL, (10.0, 0.0), 5.0, events, path)
    assert run.outcome.account == "stop"
    assert len(run.events["bounce"]) == len(run.events["stop"]) == 1
    assert run.z[-1, 1] == pytest.approx(-14.0)


@pytest.mark.parametrize("path", PATHS)
def test_a_change_at_the_very_end_is_noted_and_changes_nothing(path: str) -> None:
    run = _run("x' = 1", [0.0], 1.0, [Event("x = 1", change={"x": "7"})], path, rtol=1e-3)
    assert run.outcome.name == "success"
    assert run.z[-1, 0] == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("path", PATHS)
def test_a_condition_that_is_no_number_ends_its_trajectory_alone(path: str) -> None:
    run = _run("x' = -1", [[1.0], [5.0]], 3.0, [Event("log(x) + 9", name="low")], path)
    assert [outcome.name for outcome in run.outcome] == ["nonfinite_event", "success"]
    assert "look for a division by zero, log or sqrt" in str(run.outcome[0])
    assert 0.0 <= run.outcome[0].t <= 1.0
    assert run.events["low"].t.shape[1] <= 1
    assert np.isfinite(run.z[run.mask]).all()


@pytest.mark.parametrize("path", PATHS)
def test_a_change_to_no_number_ends_there(path: str) -> None:
    run = _run(BALL, (10.0, 0.0), 5.0, [Event("x", -1, change={"v": "v/0"})], path)
    assert run.outcome.name == "nonfinite_event"
    assert run.outcome.t == pytest.approx(10.0 / 7.0)
    assert np.isfinite(run.z).all()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("options", "name"), [({"steps": 41}, "max_steps"), ({"evaluations": 300}, "max_evaluations")])
def test_budgets_hold_over_all_bounces_and_for_each_alone(path: str, options: dict, name: str) -> None:
    events = [Event("x", -1, change={"v": "-0.9*v"}, name="hit")]
    starts = [(10.0, 0.0), (0.5, 0.0), (0.1, 0.0)]
    budget = core.Budget(**options)
    run = _run(BALL, starts, 30.0, events, path, budget=budget)
    assert name in {outcome.name for outcome in run.outcome}
    assert (run.stats.accepted + run.stats.rejected <= budget.steps).all()
    assert (run.stats.evaluations <= budget.evaluations).all()
    for sample, start in enumerate(starts):
        alone = _run(BALL, start, 30.0, events, path, budget=budget)
        assert alone.outcome == run.outcome[sample]
        assert alone.stats.evaluations == run.stats.evaluations[sample]
        assert np.array_equal(alone.z, run.z[sample, : len(alone.z)])


@pytest.mark.parametrize("path", PATHS)
def test_the_time_budget_ends_endless_bounces(path: str) -> None:
    begun = time.perf_counter()
    budget = core.Budget(steps=10**9, evaluations=10**9, seconds=0.3)
    run = _run(BALL, (1e-3, 0.0), 1e6, [Event("x", -1, change={"v": "-v"}, name="hit")], path, budget=budget)
    assert run.outcome.name == "max_time"
    assert time.perf_counter() - begun < 10.0
    assert run.outcome.t == run.t[-1] > 0.0


@pytest.mark.parametrize("path", PATHS)
def test_other_endings_are_as_without_events(path: str) -> None:
    for text, start, levels in ((known.BLOW_UP, 1.0, 0), (known.ROOT, 1.0, 1), (known.ROOT, -1.0, 0)):
        plain = core.integrate(core.parse(text), [start], (0.0, 5.0), path=path)
        run = _run(text, [start], 5.0, [Event("x = 0.75", name="level")], path)
        assert run.outcome == plain.outcome
        assert np.array_equal(run.z, plain.z)
        assert run.stats.evaluations == plain.stats.evaluations
        assert len(run.events["level"]) == levels


@pytest.mark.parametrize("path", PATHS)
def test_what_lies_beyond_a_terminal_event_is_not_followed(path: str) -> None:
    budget = core.Budget(steps=20_000)
    starts = np.column_stack([np.linspace(1.0, 2.0, 5), np.zeros(5)])
    begun = time.perf_counter()
    run = _run(ROTATION, starts, 1e4, [Event("x", terminal=True)], path, budget=budget)
    assert {outcome.name for outcome in run.outcome} == {"event"}
    assert time.perf_counter() - begun < 5.0
    assert run.stats.accepted.max() < 100


def test_a_torch_field_gives_its_condition_tensors_of_its_own_dtype() -> None:
    seen = set()

    def condition(t: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        seen.add((t.dtype, z.dtype, z.shape[1], torch.is_grad_enabled()))
        return z[:, 0] - 0.5

    field = core.field(lambda z: -z, 1)
    run = core.integrate(
        field, [[1.0], [2.0]], (0.0, 3.0), events=Event(condition, terminal=True), dtype="float32", rtol=1e-6
    )
    assert [outcome.t for outcome in run.outcome] == pytest.approx([math.log(2.0), math.log(4.0)], rel=1e-5)
    assert seen == {(torch.float32, torch.float32, 1, False)}


@pytest.mark.parametrize(
    ("events", "error", "sentence"),
    [
        (lambda: [Event(3)], TypeError, "a formula or a callable g\\(t, z\\), not int"),
        (lambda: [Event("x", 2)], ValueError, "direction of an event must be -1, 0 or 1, not 2"),
        (lambda: [Event("x", terminal=True, change={"v": "v"})], ValueError, "leave terminal or change out"),
        (lambda: [Event("x", change={})], ValueError, "names no unknown"),
        (lambda: [Event("x", change=3)], TypeError, "a callable, or formulas by name, not int"),
        (lambda: [Event("w")], ValueError, "event 'event 1': in 'w', unknown name 'w'"),
        (lambda: [Event("x +", name="hit")], ValueError, "event 'hit': in 'x \\+'"),
        (lambda: [Event("")], ValueError, "is no formula, such as x - 1"),
        (lambda: [Event("x = 1 = v")], ValueError, "is no formula"),
        (lambda: [Event("x\ny' = 3")], ValueError, "is no formula"),
        (lambda: [Event("[x, v]")], ValueError, "is not one number"),
        (lambda: [Event("x", change={"w": "1"})], ValueError, "no unknown 'w'"),
        (lambda: [Event("x", change={"v": "[1, 2]"})], ValueError, "has not the shape of v"),
        (lambda: [Event("x", name="a"), Event("v", name="a")], ValueError, "two events are called 'a'"),
        (lambda: ["x"], TypeError, "values of core.Event, and the number 1 is str"),
        (lambda: "x", TypeError, "a list of values of core.Event, not 'x'"),
        (lambda: 3, TypeError, "a list of values of core.Event, not 3"),
        (lambda: [Event(lambda _t, z: z)], ValueError, "g gives one number for each of the m rows"),
        (lambda: [Event(lambda _t, z: 1j * z[:, 0])], ValueError, "g gives one number for each of the m rows"),
        (lambda: [Event("x", change=lambda z: z[:, :1])], ValueError, "the change gives a state for each"),
    ],
)
def test_events_that_make_no_sense_are_refused(events: object, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        _run(BALL, (10.0, 0.0), 5.0, events())


def test_a_torch_field_has_no_names_for_formulas() -> None:
    with pytest.raises(ValueError, match="this field has no names for a formula: give a callable"):
        core.integrate(known.field_of(known.GROWTH), [1.0], events=Event("x"))


def test_a_vector_changes_as_a_whole() -> None:
    system = core.parse("z' = w\nw' = -[1, 1, 1]\nz in R^3\nw in R^3")
    event = Event("z[1]", -1, change={"w": "-w"}, name="hit")
    run = core.integrate(system, [0.5, 2.0, 3.0, 0.0, 0.0, 0.0], (0.0, 1.5), events=event)
    assert run.events["hit"].t == pytest.approx([1.0])
    assert run.z[-1, 3:] == pytest.approx([0.5] * 3)


@pytest.mark.parametrize("method", ["radau5", "bdf", "auto"])
def test_events_of_methods_that_solve_equations(method: str) -> None:
    """x' = -1000 (x - cos t) - sin t from 1: x = cos t crosses 0 at pi / 2, 3 pi / 2, ..."""
    run = core.integrate(
        core.parse("x' = -1000 (x - cos(t)) - sin(t)"),
        [1.0],
        (0.0, 12.0),
        method,
        rtol=1e-8,
        atol=1e-10,
        events=Event("x"),
    )
    met = run.events["event 1"].t
    assert met == pytest.approx(np.pi * (np.arange(len(met)) + 0.5), abs=1e-5)
    assert len(met) == 4
