"""How long a root solver took: the loop's own time, shared out over its records, and in no table."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.experiment import Experiment, RootFinding
from core.frame import Frame
from core.iteration_file import save_csv
from core.language import parse
from core.outcome import Outcome
from core.readings import Iterations
from core.request import Request
from core.root_clock import timed
from core.run_summary import run_summary
from core.runner import frames
from core.telemetry import Iterates, joined_iterates

TEXT = "z <- cos(z)\nstart (1), (0.1)\n"
RACE = RootFinding("picard", ("newton",), tolerance=1e-10, iterations=200)
ENDED = (Outcome("converged", 4.0),)


def block(first: int, length: int) -> Iterates:
    column = np.zeros((length, 1))
    numbers = np.arange(first, first + length)
    return Iterates(numbers, column[..., None], column, column, column, column, column.astype(bool))


def loop(closed: list[bool]) -> Generator[Iterates, None, tuple[Outcome, ...]]:
    try:
        yield block(0, 2)
        yield block(2, 4)
    finally:
        closed.append(True)
    return ENDED


def solved() -> Frame:
    *_, last = frames(Request(Experiment(TEXT, root=RACE), frozenset({Iterations})))
    return last


def test_a_block_shares_its_time_and_what_lies_between_two_blocks_is_not_counted() -> None:
    clock = iter([10.0, 11.0, 50.0, 58.0, 90.0, 99.0]).__next__  # 1 s, then 8 s, then what the end takes
    going, closed = timed(loop([]), clock), []
    blocks = [next(going), next(going)]
    assert blocks[0].seconds.tolist() == [0.5, 1.0]
    assert blocks[1].seconds.tolist() == [3.0, 5.0, 7.0, 9.0]
    assert joined_iterates(blocks).seconds.tolist() == [0.5, 1.0, 3.0, 5.0, 7.0, 9.0]
    with pytest.raises(StopIteration) as end:
        next(going)
    assert end.value.value == ENDED
    assert not closed


def test_who_stops_listening_stops_the_loop() -> None:
    closed: list[bool] = []
    going = timed(loop(closed), itertools.count().__next__)
    next(going)
    going.close()
    assert closed == [True]


def test_without_a_clock_there_are_no_seconds() -> None:
    timed_block = replace(block(2, 1), seconds=np.array([1.0]))
    assert joined_iterates([block(0, 2), timed_block]).seconds is None


def test_every_record_of_a_race_has_its_time_and_the_summary_the_last(tmp_path: Path) -> None:
    frame, experiment, system = solved(), Experiment(TEXT, root=RACE), parse(TEXT)
    reading = frame.get(Iterations)
    assert reading is not None
    for run in reading.runs:
        assert run.seconds.shape == run.iteration.shape
        assert run.seconds[0] > 0.0
        assert (np.diff(run.seconds) > 0.0).all()
        assert run.duration == run.seconds[-1]
    assert sum(run.duration for run in reading.runs) < frame.seconds
    entries = run_summary(experiment, system, frame)["samples"]
    assert [entry["solver_seconds"] for entry in entries] == [run.duration for run in reading.runs for _ in range(2)]
    save_csv(tmp_path / "a.csv", reading, experiment, system)
    table = [line for line in (tmp_path / "a.csv").read_text().splitlines() if not line.startswith("#")]
    assert "seconds" not in table[0]


def test_two_runs_give_the_same_table_whatever_their_times(tmp_path: Path) -> None:
    experiment, system = Experiment(TEXT, root=RACE), parse(TEXT)
    for name in ("a.csv", "b.csv"):
        reading = solved().get(Iterations)
        assert reading is not None
        save_csv(tmp_path / name, reading, experiment, system)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
