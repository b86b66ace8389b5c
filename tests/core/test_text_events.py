"""Events of a text, followed: exact answers, both alone and among mates, and what refuses them."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import core
from core.budget import Budget
from core.experiment import Experiment
from core.formula_field import FormulaField
from core.frame import Frame
from core.language import parse
from core.ode_path import open_loop
from core.problem import InitialValue
from core.readings import ClosedOrbits, EnsembleRun, Equilibria, LyapunovExponents, StepSizes, Trajectories
from core.request import Request
from core.runner import frames
from core.step_controllers.fixed import Fixed
from core.tableaus.dopri5 import TABLEAU
from core.trajectory_file import save_csv

PATHS = ("kernel", "python", "numpy", "torch")
BALL = "x' = v\nv' = -g\ng = 9.8\nc = 0.75 in [0, 1]\nstart (10, 0), (5, 0)\nt in [0, 8]\n"
BOUNCING = f"{BALL}when x = 0 falling: v = -c v\n"
FIRST = 10.0 / 7.0


def bounces(restitution: float, until: float) -> np.ndarray:
    """t_k = t_1 (1 + 2 (c + c^2 + ... + c^(k-1))), t_1 = sqrt(2 h / g)."""
    times = FIRST * np.concatenate([[1.0], 1.0 + 2.0 * np.cumsum(restitution ** np.arange(1, 60))])
    return times[times < until]


def last_frame(text: str, wanted: set[type], **changes: object) -> Frame:
    *_, frame = frames(Request(Experiment(text, **changes), frozenset(wanted)))
    assert frame.error is None
    return frame


@pytest.mark.parametrize("path", PATHS)
def test_a_text_bounces_by_itself_and_other_events_are_watched_beside(path: str) -> None:
    top = core.Event("v", -1, name="top")
    run = core.integrate(parse(BOUNCING), (10.0, 0.0), (0.0, 8.0), params={"c": 0.5}, events=top, path=path)
    exact = bounces(0.5, 8.0)
    assert list(run.events) == ["x = 0 falling", "top"]
    assert run.outcome.name == "events_pile_up"  # at t = 3 t_1
    assert run.outcome.t == pytest.approx(3.0 * FIRST, rel=1e-10)
    hits, tops = run.events["x = 0 falling"], run.events["top"]
    assert hits.t[:20] == pytest.approx(exact[:20], rel=1e-12)
    assert hits.z[:20, 1] == pytest.approx(-14.0 * 0.5 ** np.arange(20), rel=1e-7)
    assert tops.t[:10] == pytest.approx((exact[:10] + exact[1:11]) / 2.0, rel=1e-12)
    middle = (exact[0] + exact[1]) / 2.0
    assert run(middle) == pytest.approx([7.0**2 / 19.6, 0.0], abs=1e-10)


@pytest.mark.parametrize("path", PATHS)
def test_mates_change_no_bit(path: str) -> None:
    system, starts = parse(BOUNCING.replace("-g", "-9.8")), np.array([[10.0, 0.0], [5.0, 1.0], [2.0, -3.0]])
    together = core.integrate(system, starts, (0.0, 4.0), path=path)
    for index, start in enumerate(starts):
        alone = core.integrate(system, start[None], (0.0, 4.0), path=path)
        count = int(alone.mask.sum())
        assert together.z[index, :count].tobytes() == alone.z[0].tobytes()
        hits = together.events["x = 0 falling"].t[index]
        assert hits[~np.isnan(hits)].tobytes() == alone.events["x = 0 falling"].t[0].tobytes()


def test_simultaneous_assignments_and_simultaneous_events() -> None:
    swap = parse("x' = 1\ny' = 2\nwhen x = 1: x = y, y = x")
    run = core.integrate(swap, (0.0, 0.0), (0.0, 1.5))
    assert run.z[-1] == pytest.approx([2.5, 2.0], rel=1e-14)  # (1, 2) became (2, 1)
    corner = parse("x' = u\ny' = w\nu' = 0\nw' = 0\nwhen x = 1: u = -u\nwhen y = 1: w = -w")
    run = core.integrate(corner, (0.0, 0.0, 1.0, 1.0), (0.0, 2.0))
    assert run.z[-1] == pytest.approx([0.0, 0.0, -1.0, -1.0], abs=1e-14)


def test_a_start_at_an_event_and_a_terminal_event() -> None:
    system = parse(f"{BALL}when x = 0: v = -c v\nwhen x = 0 falling: stop")
    run = core.integrate(system, (0.0, 9.8), (0.0, 5.0))  # thrown up from the ground, which it met there
    assert run.outcome.name == "event"
    assert str(run.outcome) == "met its terminal event x = 0 falling at t = 2"
    assert run.events["x = 0"].t.tolist() == [run.t[-1]] == [pytest.approx(2.0, rel=1e-14)]


def test_an_event_of_time_switches_a_parameter_of_the_state() -> None:
    system = parse("x' = k\nk' = 0\nwhen t = 1: k = -1\nwhen t = 2.5: k = 3, x = 10")
    run = core.integrate(system, (0.0, 2.0), (0.0, 3.0))
    assert run.z[-1] == pytest.approx([11.5, 3.0], rel=1e-14)
    assert run(2.0) == pytest.approx([1.0, -1.0], rel=1e-14)


def test_the_window_follows_the_same_events_forward_only() -> None:
    found = last_frame(BOUNCING, {Trajectories, StepSizes, Equilibria, ClosedOrbits, LyapunovExponents, EnsembleRun})
    curves = found.readings[Trajectories]
    assert curves.backward == ()
    (event,) = curves.events
    exact = bounces(0.75, 8.0)
    assert (event.text, event.terminal) == ("x = 0 falling", False)
    assert event.times(0) == pytest.approx(exact, rel=1e-12)
    run = core.integrate(parse(BOUNCING), (10.0, 0.0), (0.0, 8.0))
    part = curves.curve(0)
    jumps = curves.jumps[(curves.jumps >= part.start) & (curves.jumps < part.stop)]
    assert np.array_equal(curves.t[jumps], event.times(0))
    assert np.array_equal(curves.t[jumps - 1], event.times(0))
    assert curves.z[jumps, 1] == pytest.approx(-0.75 * curves.z[jumps - 1, 1], rel=1e-13)
    assert curves.z[part][-1] == pytest.approx(run.z[-1], rel=1e-12)
    between = curves.z[part][:, 0]
    height = 10.0 - 4.9 * curves.t[part] ** 2
    assert between[curves.t[part] < FIRST] == pytest.approx(height[curves.t[part] < FIRST], abs=1e-12)
    assert between.min() > -1e-12
    assert {ClosedOrbits, LyapunovExponents, EnsembleRun} == set(found.absent)
    assert all("has events (when ...)" in sentence for sentence in found.absent.values())


def test_a_table_flags_where_events_were_met(tmp_path: Path) -> None:
    experiment = Experiment(BOUNCING + "when v = 0: stop\n", starts=((10.0, -1.0),))
    curves = last_frame(experiment.text, {Trajectories}, starts=experiment.starts).readings[Trajectories]
    save_csv(tmp_path / "a.csv", curves, experiment, parse(experiment.text))
    lines = (tmp_path / "a.csv").read_text().splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    speed = math.sqrt(1.0 + 196.0)
    hit = (speed - 1.0) / 9.8
    met = [(float(row["t"]), row["event 1"], row["event 2"]) for row in rows if "1" in (row["event 1"], row["event 2"])]
    assert met == [
        (pytest.approx(hit), "1", "0"),
        (pytest.approx(hit), "1", "0"),
        (pytest.approx(hit + 0.75 * speed / 9.8), "0", "1"),
    ]


REFUSALS: list[Callable[[core.System], object]] = [
    lambda system: core.integrate(system, (10.0, 0.0), (8.0, 0.0)),
    lambda system: core.compare_gradients(system, lambda z: z.sum(), "c"),
    lambda system: core.limit_cycle(system, (10.0, 0.0)),
    lambda system: core.lyapunov_exponents(system, (10.0, 0.0)),
    lambda system: core.compare_integrators(system, (10.0, 0.0), (0.0, 5.0)),
    lambda system: open_loop(
        InitialValue(FormulaField(system), np.array([[10.0, 0.0]]), (0.0, 5.0)), TABLEAU, Fixed(0.1), Budget(), "python"
    ),
]


@pytest.mark.parametrize("ask", REFUSALS)
def test_nothing_passes_over_events_silently(ask: Callable[[core.System], object]) -> None:
    with pytest.raises(ValueError, match=r"events \(when \.\.\.\)"):
        ask(parse(BOUNCING))
