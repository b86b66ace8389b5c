"""Closed orbits of whole runs: when they are looked for, of which trajectories, and that the search can be stopped."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest
from experiment_runs import frame_of, preset

from core.experiment import Experiment
from core.probes import closed_orbits
from core.readings import ClosedOrbits, Trajectories
from core.request import Request, Viewport
from core.runner import frames

WANTED = frozenset({ClosedOrbits})
DRIVEN = "x' = y\ny' = mu*(1 - x^2)*y - x + 0.3*cos(1.1*t)\nmu = 1\nstart (2, 0)"


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_orbits, "_KNOWN", {})


def found(experiment: Experiment, viewport: Viewport | None = None) -> ClosedOrbits:
    reading = frame_of(experiment, WANTED, viewport).get(ClosedOrbits)
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("name", "period", "starts"),
    [("van_der_pol", 6.66328685932, 2), ("fitzhugh_nagumo", 39.47441498, 2), ("brusselator", 7.15691992, 3)],
)
def test_presets_that_oscillate_show_their_cycle_once(name: str, period: float, starts: int) -> None:
    reading = found(preset(name))
    (orbit,) = reading.orbits
    assert reading.searched
    assert orbit.stability == "attracting limit cycle"
    assert orbit.period == pytest.approx(period, abs=2e-8)
    assert reading.of == (tuple(range(starts)),)


def test_every_trajectory_around_a_centre_has_its_own_orbit() -> None:
    reading = found(preset("lotka_volterra"))
    assert [orbit.kind for orbit in reading.orbits] == ["family"] * 3
    assert reading.of == ((0,), (1,), (2,))


def test_repelling_cycles_are_found_where_time_runs_backward_too() -> None:
    experiment = replace(preset("van_der_pol"), values={"mu": -1.0})
    reading = found(experiment)
    assert [orbit.kind for orbit in reading.orbits] == ["repelling"]
    forward = replace(experiment, integration=replace(experiment.integration, backward=False))
    assert found(forward).orbits == ()


@pytest.mark.parametrize("text", [DRIVEN, "x' = -x\nstart (1)"])
def test_a_field_that_time_drives_and_a_line_have_none(text: str) -> None:
    assert found(Experiment(text)).orbits == ()


def test_a_drag_shows_none_rather_than_the_last_and_a_moved_plane_knows_at_once() -> None:
    experiment = preset("van_der_pol")
    *_, dragged = frames(Request(experiment, WANTED, None, "preview"))
    assert dragged.get(ClosedOrbits) == ClosedOrbits(("x", "y"))
    assert found(experiment).orbits
    opening = next(iter(frames(Request(experiment, WANTED, Viewport("x", "y", (-9, 9), (-9, 9), (50, 50))))))
    known = opening.get(ClosedOrbits)
    assert known is not None
    assert known.searched
    assert len(known.orbits) == 1
    *_, other = frames(Request(replace(experiment, values={"mu": 1.1}), WANTED, None, "preview"))
    assert not other.readings[ClosedOrbits].searched


def test_the_search_comes_last_and_stops_when_asked() -> None:
    experiment, asked = preset("lorenz"), []
    for frame in frames(Request(experiment, WANTED | {Trajectories}), lambda: bool(asked)):
        if frame.progress is not None and frame.progress.what == "closed orbits":
            assert len(frame.readings[Trajectories]) == 2
            asked.append(perf_counter())
    assert len(asked) == 1
    assert perf_counter() - asked[0] < 0.5
    assert not frame.readings[ClosedOrbits].searched
