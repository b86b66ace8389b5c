"""The command `bench`: which benchmarks it takes, what it refuses, and what it leaves behind."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from command_line import answer, program

from core.benchmarking.benchmark import Benchmark
from explorer import benchmarks as package
from explorer.benching import choose
from explorer.drawn_picture import by_us, our_plot

ENGINE = {name: Benchmark(name, name, tuple) for name in ("one_trajectory", "telemetry")}
DRAWING = {name: Benchmark(name, name, tuple) for name in ("arrows", "grid")}


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command changes in the environment, for its own process, goes with the test."""
    monkeypatch.setattr("os.environ", dict(os.environ))


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ([], ["one_trajectory", "telemetry"]),
        (["drawing"], ["arrows", "grid"]),
        (["telemetry", "grid", "telemetry"], ["telemetry", "grid"]),
        (["grid", "drawing"], ["grid", "arrows"]),
    ],
)
def test_names_choose(names: list[str], chosen: list[str]) -> None:
    assert [benchmark.name for benchmark in choose(names, ENGINE, DRAWING)] == chosen


@pytest.mark.parametrize(
    ("name", "nearest"), [("one_trajectry", "one_trajectory"), ("arows", "arrows"), ("drawings", "drawing")]
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=f"no benchmark '{name}'; did you mean '{nearest}'"):
        choose(["telemetry", name], ENGINE, DRAWING)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["first_fram"], "did you mean 'first_frame'?"),
        (["--repeats", "0"], "a whole number from 1 on is needed, not '0'"),
        (["first_frame", "--json", "no/such/folder/times.json"], "there is no folder"),
    ],
)
@pytest.mark.usefixtures("own_environment")
def test_bad_usage_is_refused_in_one_line(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(capsys, "bench", *arguments)
    assert (told.status, told.output, told.errors.count("\n")) == (2, "", 1)
    assert sentence in told.errors


@pytest.mark.usefixtures("own_environment")
def test_every_name_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {line.split()[0] for line in answer(capsys, "bench", "--list").output.splitlines()}
    (folder,) = package.__path__
    drawing = {file.stem for file in Path(folder).glob("*.py")} - {"__init__"}
    assert listed >= drawing | {"one_trajectory", "batch_dense", "first_frame"}
    assert len(drawing) >= 8


def test_a_benchmark_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    done = program("bench", "first_frame", "grid", "--repeats", "2", "--json", str(tmp_path / "times.json"))
    assert done.status == 0, done.errors
    assert "goal, at most 100 ms: " in done.output
    written = json.loads((tmp_path / "times.json").read_text(encoding="utf-8"))
    assert written["repeats"] == 2
    assert {case["benchmark"] for case in written["cases"]} == {"first_frame", "grid"}
    for case in written["cases"]:
        for entrant in case["entrants"]:
            assert len(entrant["samples_ms"]) == 2
            assert entrant["min_ms"] == min(entrant["samples_ms"]) > 0
            assert entrant["error"] <= case["allowed_error"]


@pytest.mark.usefixtures("qtbot")
def test_a_picture_is_held_against_its_data() -> None:
    plot = our_plot()
    corner, middle = np.array([[3.3, 4.1]]), np.array([[0.1, 0.13]])
    assert by_us(plot, np.empty((0, 2)), np.vstack([corner, middle])).wrong() == 0.0
    assert by_us(plot, middle, corner).wrong() == 0.5
    plot.close()
    plot.deleteLater()
