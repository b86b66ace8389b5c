"""Iterations as files read back bit by bit, and the summary tells each solver's end."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from core.experiment import Experiment, RootFinding
from core.frame import Frame
from core.iteration_file import save_csv, save_npz
from core.language import parse
from core.readings import Iterations
from core.request import Request
from core.run_summary import run_summary
from core.runner import frames

TEXT = "# Cosine\nz <- a*cos(z)\na = 1 in [0, 4]\nstart (1), (0.1)\n"
SETTLED = 0.7390851332151607
RACE = RootFinding("picard", ("newton",), tolerance=1e-10, criterion="absolute", iterations=100)


def solved(experiment: Experiment) -> Frame:
    *_, last = frames(Request(experiment, frozenset({Iterations}), every_step=True))
    return last


@pytest.fixture(scope="module")
def race() -> tuple[Experiment, Iterations]:
    experiment = Experiment(TEXT, root=RACE, seed=3)
    reading = solved(experiment).get(Iterations)
    assert reading is not None
    return experiment, reading


def test_csv_has_a_line_for_every_record_and_none_after_a_samples_end(
    race: tuple[Experiment, Iterations], tmp_path: Path
) -> None:
    experiment, reading = race
    save_csv(tmp_path / "a.csv", reading, experiment, parse(TEXT))
    lines = (tmp_path / "a.csv").read_text().splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert "# solver: picard" in head
    assert '# rivals: ["newton"]' in head
    assert not any(line.startswith("# rtol") for line in head)
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert list(rows[0]) == ["solver", "sample", "row", "iteration", "z", "residual", "measure", "evaluations"]
    for run in reading.runs:
        for sample in range(2):
            own = [row for row in rows if (row["solver"], row["sample"]) == (run.solver, str(sample + 1))]
            numbers = [int(row["iteration"]) for row in own]
            first, last = int(run.iteration[0]), int(run.iterations[sample])
            assert numbers == list(range(first, last + 1))
            assert [float(row["z"]) for row in own] == run.z[: len(own), sample, 0].tolist()
            assert float(own[-1]["residual"]) < 1e-10
            assert float(own[-1]["z"]) == pytest.approx(SETTLED, abs=2e-10)
            assert "nan" not in {row["z"] for row in own}


def test_npz_needs_no_pickle_and_keeps_every_array(race: tuple[Experiment, Iterations], tmp_path: Path) -> None:
    experiment, reading = race
    save_npz(tmp_path / "a.npz", reading, experiment, parse(TEXT))
    with np.load(tmp_path / "a.npz", allow_pickle=False) as data:
        assert data["solvers"].tolist() == ["picard", "newton"]
        assert data["starts"].tolist() == [[1.0], [0.1]]
        for run in reading.runs:
            assert np.array_equal(data[f"{run.solver}.z"], run.z, equal_nan=True)
            assert data[f"{run.solver}.outcomes"].tolist() == ["converged", "converged"]
        told = json.loads(str(data["provenance"]))
    assert (told["tolerance"], told["criterion"], told["seed"]) == (1e-10, "absolute", 3)


def test_the_summary_has_an_entry_for_every_solver_and_sample(race: tuple[Experiment, Iterations]) -> None:
    experiment, reading = race
    summary = run_summary(experiment, parse(TEXT), solved(experiment))
    assert (summary["success"], summary["reason"]) == (True, "")
    assert [(entry["solver"], entry["sample"]) for entry in summary["samples"]] == [
        ("picard", 1),
        ("picard", 2),
        ("newton", 1),
        ("newton", 2),
    ]
    for entry, run in zip(summary["samples"], np.repeat(np.array(reading.runs, dtype=object), 2), strict=True):
        assert entry["iterations"] == int(run.iterations[entry["sample"] - 1])
        assert entry["solution"][0] == pytest.approx(SETTLED, abs=2e-10)
        assert entry["residual"] < 1e-10
        assert entry["name"] == "converged"
    json.dumps(summary)


def test_only_the_chosen_solver_decides_on_success() -> None:
    repelled = Experiment(TEXT, values={"a": 2.0}, root=RACE)
    summary = run_summary(repelled, parse(TEXT), solved(repelled))
    assert not summary["success"]
    assert summary["reason"].startswith("sample 1 ")
    assert "; sample 2 " in summary["reason"]
    swapped = Experiment(TEXT, values={"a": 2.0}, root=RootFinding("newton", ("picard",)), starts=((1.2,),))
    summary = run_summary(swapped, parse(TEXT), solved(swapped))
    assert summary["success"]
    assert [entry["success"] for entry in summary["samples"]] == [True, False]
