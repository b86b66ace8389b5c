"""What is printed and what is written: times, ratios, goals, and the words for those without."""

from __future__ import annotations

import json

import pytest
from small_case import answering, case

from core.benchmarking.benchmark import Benchmark, Entrant
from core.benchmarking.comparison import Standing
from core.benchmarking.record import case_record, machine
from core.benchmarking.report import table
from core.benchmarking.verdict import goals, ratio

OURS = Standing("ours", error=1e-9, first=30.0, samples=(2.0, 1.0, 4.0), path="kernel")
PEER = Standing("peer", error=2e-9, first=0.0, samples=(40.0, 50.0, 30.0))
WRONG = Standing("wrong", fault="wrong: off by 3, allowed 0.1", error=3.0)
ENTRANTS = tuple(Entrant(name, answering(2.0, name, [])) for name in ("ours", "peer", "wrong"))


def with_goals(peer: float | None, wrong: float | None) -> tuple[Entrant, ...]:
    ours, *others = ENTRANTS
    return ours, *(
        Entrant(other.name, other.prepare, goal=goal) for other, goal in zip(others, (peer, wrong), strict=True)
    )


def test_ratios_are_of_the_shortest_samples() -> None:
    assert (OURS.least, OURS.middle) == (1.0, 2.0)
    assert ratio(OURS, PEER) == 30.0
    assert ratio(OURS, WRONG) is None
    assert ratio(WRONG, PEER) is None


def test_goals_are_met_missed_or_not_measured() -> None:
    asked = case(*with_goals(30.0, 5.0), most=0.9)
    assert [str(goal) for goal in goals(asked, (OURS, PEER, WRONG))] == [
        "at most 0.9 ms: missed",
        "at least 30 times faster than peer: met",
        "at least 5 times faster than wrong: not measured",
    ]
    share = case(*with_goals(1 / 1.6, None))
    slower = Standing("peer", samples=(0.5,))
    assert [str(goal) for goal in goals(share, (OURS, slower, WRONG))] == ["at most 1.6 times as long as peer: missed"]


def test_a_table_has_times_only_for_right_answers() -> None:
    lines = list(table(case(*with_goals(100.0, None)), (OURS, PEER, WRONG)))
    assert [line.split() for line in lines[2:4]] == [
        ["ours", "1.0e-09", "1", "2", "30", "1", "kernel"],
        ["peer", "2.0e-09", "30", "40", "0", "30"],
    ]
    assert lines[4].split(maxsplit=1) == ["wrong", "wrong: off by 3, allowed 0.1"]
    assert lines[5:] == ["    goal, at least 100 times faster than peer: missed"]


def test_why_the_fast_path_did_not_run_is_told_once() -> None:
    slow = "the fast path did not run, but python"
    standings = [Standing(name, samples=(1.0,), slow=slow) for name in ("ours", "peer", "wrong")]
    assert sum(slow in line for line in table(case(*ENTRANTS), standings)) == 1


def test_json_holds_what_was_measured() -> None:
    asked = case(*with_goals(100.0, None))
    nowhere = Standing("wrong", fault="wrong: off by inf, allowed 0.1", error=float("inf"))
    record = case_record(Benchmark("sums", "sums", lambda: [asked]), asked, (OURS, PEER, nowhere))
    read = json.loads(json.dumps(record, allow_nan=False))
    assert (read["benchmark"], read["case"], read["allowed_error"]) == ("sums", "1 + 1", 0.1)
    ours, peer, wrong = read["entrants"]
    assert (ours["min_ms"], ours["median_ms"], ours["first_call_more_ms"], ours["path"]) == (1.0, 2.0, 30.0, "kernel")
    assert (peer["times_ours"], peer["samples_ms"], peer["fault"]) == (30.0, [40.0, 50.0, 30.0], None)
    assert (wrong["min_ms"], wrong["times_ours"], wrong["error"]) == (None, None, None)
    assert wrong["fault"] == nowhere.fault
    assert read["goals"] == [{"goal": "at least 100 times faster than peer", "met": False}]


def test_the_machine_and_every_library_are_named() -> None:
    found = machine()
    assert found["processor"]
    assert found["versions"]["numpy"][0].isdigit()
    assert {"torchdiffeq", "diffrax", "scipy", "pyqtgraph"} <= found["versions"].keys()


@pytest.mark.parametrize("name", ["python", "implicit-explorer"])
def test_versions_have_numbers(name: str) -> None:
    assert machine()["versions"][name][0].isdigit()
