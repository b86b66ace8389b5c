"""The race in a run: nothing without rivals, method by method, the trajectory in focus, and cancelled at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ode_problems import VAN_DER_POL

import core
from core.codec import decode, encode
from core.experiment import Experiment, Integration
from core.experiment_file_error import ExperimentFileError
from core.provenance import provenance
from core.readings import IntegratorRace, Trajectories
from core.request import Request
from core.runner import frames
from core.window_notes import WindowNotes

RACE = Integration("dopri5", rivals=("euler", "rk4"))
EXPERIMENT = Experiment(VAN_DER_POL, starts=((2.0, 0.0), (0.5, 0.5)), span=(0.0, 5.0), integration=RACE)


def readings(experiment: Experiment, **options: object) -> list[IntegratorRace]:
    wanted = frozenset({IntegratorRace, Trajectories})
    made = list(frames(Request(experiment, wanted, **options)))  # type: ignore[arg-type]
    assert made[-1].error is None
    return [frame.readings[IntegratorRace] for frame in made if IntegratorRace in frame.readings]


def test_without_rivals_there_is_no_race() -> None:
    assert readings(replace(EXPERIMENT, integration=Integration())) == []


def test_the_frames_show_one_method_after_the_other() -> None:
    shown = readings(EXPERIMENT)
    assert [len(race) for race in shown[:-1]] == sorted(len(race) for race in shown[:-1])
    assert [run.method for run in shown[-1].runs] == ["dopri5", "euler", "rk4"]
    assert shown[-1].reference.trusted


def test_it_is_the_same_as_the_public_answer() -> None:
    race = readings(EXPERIMENT)[-1]
    same = core.compare_integrators(core.parse(VAN_DER_POL), [2.0, 0.0], (0.0, 5.0), ["dopri5", "euler", "rk4"])
    for mine, theirs in zip(race.runs, same.runs, strict=True):
        assert mine.end_error == theirs.end_error
        assert str(mine.fit) == str(theirs.fit)
        assert np.array_equal(mine.work.error, theirs.work.error, equal_nan=True)


def test_a_path_of_few_long_steps_is_smooth() -> None:
    experiment = replace(EXPERIMENT, integration=Integration("dop853", rivals=("rk4",), step=0.25))
    long, equal = readings(experiment)[-1].runs
    for run in (long, equal):
        assert len(run.t) < 50 < 700 < len(run.path_t) <= 800
        assert np.diff(run.path_t).min() > 0.0
        ends = np.searchsorted(run.path_t, run.t)
        assert run.path_z[ends] == pytest.approx(run.z, abs=1e-12)
    exact = core.integrate(core.parse(VAN_DER_POL), [2.0, 0.0], (0.0, 5.0), at=long.path_t, rtol=1e-12, atol=1e-12).z
    assert np.abs(long.path_z - exact).max() < 1e-5


def test_the_trajectory_that_is_looked_at_races() -> None:
    race = readings(EXPERIMENT, focus=1)[-1]
    assert race.trajectory == 1
    assert race.runs[0].z[0] == pytest.approx([0.5, 0.5])


def test_a_preview_is_coarser_and_of_the_same_methods() -> None:
    full, preview = readings(EXPERIMENT)[-1], readings(EXPERIMENT, quality="preview")[-1]
    assert [run.method for run in preview.runs] == [run.method for run in full.runs]
    assert all(len(mine.fixed) < len(theirs.fixed) for mine, theirs in zip(preview.runs, full.runs, strict=True))
    assert preview.reference.trusted


def test_a_cancelled_run_ends_within_a_block() -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    last = list(frames(Request(EXPERIMENT, frozenset({IntegratorRace})), stop))[-1]
    assert last.final
    race = last.readings.get(IntegratorRace)
    assert race is None or len(race) < 3


def test_the_file_keeps_who_races_and_refuses_who_is_not_there() -> None:
    text = encode(EXPERIMENT, WindowNotes())
    assert decode(text)[0] == EXPERIMENT
    assert provenance(EXPERIMENT, core.parse(VAN_DER_POL))["rivals"] == ["euler", "rk4"]
    with pytest.raises(ExperimentFileError, match="there is no integration method 'rk5'"):
        decode(text.replace('"rk4"', '"rk5"'))


def test_single_precision_races_in_single_precision() -> None:
    run = readings(replace(EXPERIMENT, dtype="float32"))[-1].runs[2]
    assert 1e-8 < np.nanmin(run.fixed.error) < 1e-3
