"""Answers are checked before anything is timed, and whoever is right is sampled in turn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_case import TRUTH, answering, case

from core.benchmarking import clock
from core.benchmarking.arithmetic_limit import multiply_adds
from core.benchmarking.benchmark import Entrant, Prepared
from core.benchmarking.comparison import compare, interleaved, missing


@pytest.fixture
def single_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sample is one call."""
    monkeypatch.setattr(clock, "calls_needed", lambda call, _: call() and 1)


@pytest.mark.usefixtures("single_calls")
def test_answers_come_before_times_and_samples_take_turns() -> None:
    calls: list[str] = []
    entrants = [Entrant(name, answering(2.0, name, calls)) for name in "abc"]
    standings = compare(case(*entrants), repeats=3)
    # the check, the measurement of how long a sample is, then three rounds
    assert "".join(calls) == "abc" * 5
    assert [(standing.name, len(standing.samples), standing.error) for standing in standings] == [
        ("a", 3, 0.0),
        ("b", 3, 0.0),
        ("c", 3, 0.0),
    ]


@pytest.mark.usefixtures("single_calls")
@pytest.mark.parametrize("answer", [2.11, -2.0, math.nan, math.inf])
def test_a_wrong_answer_gets_no_time(answer: float) -> None:
    calls: list[str] = []
    right, wrong = Entrant("right", answering(2.09, "r", calls)), Entrant("wrong", answering(answer, "w", calls))
    first, second = compare(case(right, wrong), repeats=2)
    assert first.least is not None
    assert not first.fault
    assert second.fault.startswith("wrong: off by ")
    assert "allowed 0.1" in second.fault
    assert (second.samples, second.least, second.middle, second.first) == ((), None, None, None)
    assert calls.count("w") == 1


def test_who_is_not_installed_or_fails_is_named_and_the_others_are_measured() -> None:
    calls: list[str] = []

    def fails() -> Prepared:
        raise RuntimeError("no\nsuch thing")

    ours, absent, broken = compare(
        case(
            Entrant("ours", answering(2.0, "o", calls)),
            Entrant("absent", answering(2.0, "x", calls), ("numpy", "surely-not-a-distribution")),
            Entrant("broken", fails),
        ),
        repeats=1,
    )
    assert len(ours.samples) == 1
    assert absent.fault == "surely-not-a-distribution not installed"
    assert broken.fault == "failed: RuntimeError: no such thing"
    assert (absent.samples, broken.samples) == ((), ())
    assert "x" not in calls


def test_without_a_reference_nobody_is_timed() -> None:
    calls: list[str] = []
    entrants = Entrant("ours", answering(2.0, "o", calls)), Entrant("peer", answering(2.0, "p", calls))
    standings = compare(case(*entrants, needs=("surely-not-a-distribution",)), repeats=1)
    assert {standing.fault for standing in standings} == {
        "the answer cannot be checked: surely-not-a-distribution not installed"
    }
    assert calls == []
    assert missing(("numpy", "surely-not-a-distribution")) == ["surely-not-a-distribution"]


def test_short_calls_are_repeated_inside_a_sample() -> None:
    calls: list[str] = []
    (standing,) = compare(case(Entrant("ours", answering(2.0, "o", calls))), repeats=2)
    assert len(standing.samples) == 2
    assert (len(calls) - 2) % 2 == 0
    assert (len(calls) - 2) // 2 > 10  # a call of well under a microsecond in a sample of milliseconds


def test_a_slow_one_is_sampled_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "sample", lambda call, _: 60.0 if call() == "slow" else 1.0)
    samples = interleaved({0: lambda: "slow", 1: lambda: "quick"}, {0: 1, 1: 1}, repeats=4, patience=100.0)
    assert samples == {0: (60.0, 60.0), 1: (1.0, 1.0, 1.0, 1.0)}


def test_how_many_calls_make_a_sample() -> None:
    calls: list[str] = []
    assert clock.calls_needed(lambda: calls.append("quick"), first=1.0) > 10
    assert clock.calls_needed(lambda: calls.append("slow"), first=60_000.0) == 1
    assert calls == ["quick"]


def test_a_limit_is_timed_without_an_answer() -> None:
    calls: list[str] = []
    ours = Entrant("ours", answering(TRUTH, "ours", calls))
    limit = Entrant("limit", answering(float("nan"), "limit", calls), goal=1 / 1.5, is_limit=True)
    _, standing = compare(case(ours, limit), 2)
    assert (standing.error, standing.fault, len(standing.samples)) == (None, "", 2)


@pytest.mark.kernel
def test_the_arithmetic_of_a_limit_is_done() -> None:
    numbers = multiply_adds(0.0).call()
    assert not numbers.any()
    assert multiply_adds(50.0 * len(numbers)).call() == pytest.approx(np.full(len(numbers), 1.0 - 0.999**50))
