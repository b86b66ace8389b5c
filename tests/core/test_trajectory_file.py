"""Tables read back bit by bit, and say what they come from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from core.experiment import Experiment, Integration
from core.language import parse
from core.outcome import Outcome
from core.readings import Trajectories
from core.trajectory_file import save_csv, save_npz

TEXT = "# Two, \"quoted\"\nx' = y\ny' = -k*x\nk = 1 in [0, 5]\nt in [0, 2]\n"
EXPERIMENT = Experiment(TEXT, values={"k": 0.1 + 0.2}, integration=Integration(method="rk4", step=0.5), seed=7)
CURVES = Trajectories(
    components=("x", "y"),
    t=np.array([0.0, 0.1, 1 / 3, 0.0, 2.0]),
    z=np.array([[1.0, 0.0], [np.pi, -0.0], [1e-300, np.nan], [np.inf, 5e-324], [2.0, 3.0]]),
    step_end=np.array([True, False, True, True, True]),
    offsets=np.array([0, 3, 5]),
    starts=np.array([[1.0, 0.0], [np.inf, 5e-324]]),
    start_time=0.0,
    forward=(Outcome("nonfinite_state", 1 / 3), Outcome("success", 2.0)),
    backward=(),
    evaluations=np.array([13, 7]),
    accepted=np.array([2, 1]),
    rejected=np.array([0, 0]),
)


def test_csv_reads_back_bit_by_bit(tmp_path: Path) -> None:
    save_csv(tmp_path / "a.csv", CURVES, EXPERIMENT, parse(TEXT))
    lines = (tmp_path / "a.csv").read_text().splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert list(rows[0]) == ["trajectory", "t", "x", "y", "step_end"]
    assert [row["trajectory"] for row in rows] == ["1", "1", "1", "2", "2"]
    assert [row["step_end"] for row in rows] == ["1", "0", "1", "1", "1"]
    numbers = np.array([[float(row[name]) for name in ("t", "x", "y")] for row in rows])
    assert numbers.tobytes() == np.column_stack([CURVES.t, CURVES.z]).tobytes()


def test_csv_says_what_it_comes_from(tmp_path: Path) -> None:
    save_csv(tmp_path / "a.csv", CURVES, EXPERIMENT, parse(TEXT))
    header = [line for line in (tmp_path / "a.csv").read_text().splitlines() if line.startswith("#")]
    assert [line for line in header if line.startswith("# equation: ")] == [
        f"# equation: {line}" for line in TEXT.splitlines()
    ]
    for entry in ('parameters: {"k": 0.30000000000000004}', "method: rk4", "rtol: 1e-06", "atol: 1e-09", "seed: 7"):
        assert f"# {entry}" in header
    assert header[0].startswith("# program: Implicit Explorer ")


def test_npz_holds_arrays_and_no_objects(tmp_path: Path) -> None:
    save_npz(tmp_path / "a.npz", CURVES, EXPERIMENT, parse(TEXT))
    with np.load(tmp_path / "a.npz", allow_pickle=False) as found:
        for name in ("t", "z", "step_end", "offsets", "starts"):
            assert found[name].tobytes() == getattr(CURVES, name).tobytes()
        assert found["trajectory"].tolist() == [1, 1, 1, 2, 2]
        assert found["components"].tolist() == ["x", "y"]
        origin = json.loads(str(found["provenance"]))
    assert (origin["equation"], origin["seed"], origin["span"]) == (TEXT, 7, [0.0, 2.0])
    assert origin["parameters"] == {"k": 0.1 + 0.2}


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save_csv(tmp_path / "absent" / "a.csv", CURVES, EXPERIMENT, parse(TEXT))
