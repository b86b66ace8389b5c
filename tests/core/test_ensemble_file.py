"""Ensembles and maps as files: what is read back is what was computed, with what it comes from."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plane_frames import CUBE, NEWTON, SQUARE, request

import core
from core import ensemble_file, map_file
from core.ensemble_picture import _kept_times
from core.ensemble_starts import ensemble_starts
from core.experiment import Ensemble, Experiment
from core.readings import EnsembleRun, PlaneMap
from core.request import Request, Viewport
from core.runner import frames

BLOW = "x' = x^2\ny' = -y\nstart (1, 1)\nview x [-2, 2], y [-1, 1]\nt in [0, 2]"
VIEW = Viewport("x", "y", *SQUARE, (60, 40))
EXPERIMENT = Experiment(BLOW, ensemble=Ensemble(on=True, count=40, seed=3))
SYSTEM = core.parse(BLOW)


def followed(experiment: Experiment = EXPERIMENT, every_step: bool = True) -> EnsembleRun:
    *_, frame = frames(Request(experiment, frozenset({EnsembleRun}), VIEW, every_step=every_step))
    assert frame.error is None, frame.traceback
    return frame.readings[EnsembleRun]


def rows_of(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    return head, list(csv.DictReader(lines[len(head) :]))


def archive(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    with np.load(path, allow_pickle=False) as data:
        arrays = dict(data)
    return arrays, json.loads(str(arrays["provenance"]))


def test_the_states_are_those_of_the_trajectories() -> None:
    states = followed().states
    assert states is not None
    starts = ensemble_starts(EXPERIMENT, SYSTEM)
    assert states.z.shape == (40, 201, 2)
    assert np.array_equal(states.z[:, 0], starts)
    assert (states.times[0], states.times[-1]) == (0.0, 2.0)
    expected = starts[:, :1] / (1.0 - starts[:, :1] * states.times)
    there = starts[:, 0] < 0.45  # the others have no number at the end of the span
    assert np.allclose(states.z[there, :, 0], expected[there], rtol=1e-4)
    assert np.isnan(states.z[starts[:, 0] > 0.55, -1]).all()


def test_a_picture_keeps_no_states() -> None:
    assert followed(every_step=False).states is None
    assert not ensemble_file.has_rows(followed(every_step=False))


@pytest.mark.parametrize(("numbers", "times"), [(80, 201), (20_000, 50), (400_000, 2), (10**7, 2)])
def test_a_file_stays_of_a_moderate_size(numbers: int, times: int) -> None:
    kept = _kept_times(np.linspace(0.0, 1.0, 999), numbers)
    assert (len(kept), kept[0], kept[-1]) == (times, 0, 998)


def test_an_ensemble_as_a_table(tmp_path: Path) -> None:
    run = followed()
    ensemble_file.save_csv(tmp_path / "e.csv", run, EXPERIMENT, SYSTEM)
    head, rows = rows_of(tmp_path / "e.csv")
    assert any('"count": 40' in line and '"seed": 3' in line for line in head)
    assert any(line.startswith("# equation: x' = x^2") for line in head)
    assert f"# path: {run.path}" in head
    assert list(rows[0]) == ["trajectory", "t", "x", "y", "outcome"]
    assert run.states is not None
    assert len(rows) == np.isfinite(run.states.z).all(axis=2).sum() < 40 * 201
    first = [row for row in rows if row["trajectory"] == "1"]
    assert [float(row["x"]) for row in first] == run.states.z[0, : len(first), 0].tolist()
    assert {row["outcome"] for row in rows} > {"success"}
    late = {row["outcome"] for row in rows if float(row["t"]) == 2.0}
    assert late == {"success"}


def test_an_ensemble_as_an_archive(tmp_path: Path) -> None:
    run = followed()
    ensemble_file.save_npz(tmp_path / "e.npz", run, EXPERIMENT, SYSTEM)
    arrays, facts = archive(tmp_path / "e.npz")
    assert run.states is not None
    assert np.array_equal(arrays["z"], run.states.z, equal_nan=True)
    assert np.array_equal(arrays["starts"], run.states.z[:, 0])
    assert (arrays["outcomes"] == "success").sum() == run.arrived
    assert arrays["components"].tolist() == ["x", "y"]
    assert (facts["ensemble"]["count"], facts["method"], facts["path"]) == (40, "dopri5", run.path)


def test_without_states_nothing_is_written(tmp_path: Path) -> None:
    for save in (ensemble_file.save_csv, ensemble_file.save_npz):
        with pytest.raises(ValueError, match="not followed to its end"):
            save(tmp_path / "e", followed(every_step=False), EXPERIMENT, SYSTEM)
    assert not (tmp_path / "e").exists()


def test_a_map_as_a_table_and_as_an_archive(tmp_path: Path) -> None:
    asked = request(CUBE, PlaneMap, VIEW, root=NEWTON)
    *_, frame = frames(asked)
    shown, system = frame.readings[PlaneMap], core.parse(CUBE)
    map_file.save_csv(tmp_path / "m.csv", shown, asked.experiment, system)
    head, rows = rows_of(tmp_path / "m.csv")
    assert len(rows) == 60 * 40
    assert list(rows[0]) == ["x", "y", "end", "count"]
    assert np.array_equal([int(row["end"]) for row in rows], shown.end.ravel())
    assert np.array_equal([float(row["count"]) for row in rows], shown.count.ravel())
    assert [float(row["x"]) for row in rows[:60]] == shown.x.tolist()
    assert [float(row["y"]) for row in rows[::60]] == shown.y.tolist()
    assert any("Newton's method" in line for line in head)
    assert any("(1, 0)" in line for line in head)
    map_file.save_npz(tmp_path / "m.npz", shown, asked.experiment, system)
    arrays, facts = archive(tmp_path / "m.npz")
    for name in ("x", "y", "end", "count", "ends"):
        assert np.array_equal(arrays[name], getattr(shown, name))
    assert (arrays["axes"].tolist(), arrays["names"].tolist()) == (["x", "y"], list(shown.names))
    assert (facts["map"]["step"], facts["solver"], facts["path"]) == (1, "newton", shown.path)
