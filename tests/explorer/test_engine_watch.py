"""When an engine is to be replaced, with a clock of our own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.channel import Status
from explorer.engine_link import Report
from explorer.engine_watch import (
    CANCEL_PATIENCE,
    IMPORT_PATIENCE,
    SILENCE_PATIENCE,
    START_PATIENCE,
    STARVED_PATIENCE,
    SUPERSEDED_PATIENCE,
    EngineWatch,
)


class Bench:
    """A watch, looked at four times a second while the engine says the same thing over and over."""

    def __init__(self) -> None:
        self.watch = EngineWatch()
        self.now = 1000.0
        self.heard_at = 1000.0
        self.share = 1.0  # of the processor
        self.worked = 0.0

    def live(self, seconds: float, status: Status | None, finished: int = 0, silent: bool = False) -> str | None:
        """Let time pass; the first complaint, if any."""
        end = self.now + seconds
        while self.now < end:
            self.now += 0.25
            self.worked += 0.25 * self.share
            if not silent:
                self.heard_at = self.now
            told = None if status is None else replace(status, worked=self.worked)
            complaint = self.watch.complaint(Report(self.heard_at, told, finished), self.now)
            if complaint is not None:
                return complaint
        return None

    def submit(self, serial: int) -> None:
        self.watch.submitted(serial, self.now)


@pytest.fixture
def bench():
    return Bench()


def _busy(serial: int, importing: bool = False) -> Status:
    return Status("busy", serial, importing)


def test_long_run_is_no_fault(bench):
    bench.submit(1)
    assert bench.live(3600, _busy(1)) is None


def test_silence_is_a_fault_after_five_seconds(bench):
    bench.submit(1)
    assert bench.live(10, _busy(1)) is None
    assert bench.live(SILENCE_PATIENCE - 0.25, _busy(1), silent=True) is None
    assert bench.live(1, _busy(1), silent=True) == "The engine gave no sign of life for 5 s"


def test_slow_start_and_slow_import_are_waited_for(bench):
    bench.submit(1)
    assert bench.live(START_PATIENCE - 1, None, silent=True) is None
    assert bench.live(10, _busy(1)) is None
    bench.submit(2)
    assert bench.live(IMPORT_PATIENCE - 1, _busy(1, importing=True), silent=True) is None
    assert bench.live(0.5, _busy(1)) is None  # it may need a moment after the import
    assert bench.live(2, _busy(2)) is None


def test_start_and_import_are_not_waited_for_without_end(bench):
    assert bench.live(START_PATIENCE + 1, None, silent=True) == "The engine gave no sign of life for 30 s"
    bench.watch.begin()
    bench.heard_at = bench.now
    importing = Status("idle", 0, importing=True)
    assert bench.live(IMPORT_PATIENCE + 1, importing, silent=True) == "The engine gave no sign of life for 60 s"


def test_newer_request_waits_one_second(bench):
    bench.submit(1)
    assert bench.live(5, _busy(1)) is None
    bench.submit(2)
    assert bench.live(SUPERSEDED_PATIENCE, _busy(1)) is None
    assert bench.live(0.5, _busy(1)) == "The engine did not leave its last run for a newer one"


def test_an_engine_that_gets_little_of_the_processor_has_longer(bench):
    bench.share = 0.25
    bench.submit(1)
    assert bench.live(5, _busy(1)) is None
    bench.submit(2)
    assert bench.live(4 * SUPERSEDED_PATIENCE, _busy(1)) is None
    assert bench.live(0.5, _busy(1)) == "The engine did not leave its last run for a newer one"


def test_an_engine_that_waits_for_something_else_has_five_seconds(bench):
    bench.share = 0.0
    bench.submit(1)
    assert bench.live(5, _busy(1)) is None
    bench.submit(2)
    assert bench.live(STARVED_PATIENCE, _busy(1)) is None
    assert bench.live(0.5, _busy(1)) == "The engine did not leave its last run for a newer one"


def test_drag_does_not_lengthen_the_wait(bench):
    bench.submit(1)
    assert bench.live(5, _busy(1)) is None
    complaints = []
    for serial in range(2, 10):
        bench.submit(serial)
        complaints.append(bench.live(0.25, _busy(1)))
    assert complaints[:3] == [None, None, None]
    assert "The engine did not leave its last run for a newer one" in complaints


def test_drag_over_an_engine_that_keeps_up_is_no_fault(bench):
    for serial in range(1, 100):
        bench.submit(serial)
        assert bench.live(0.25, _busy(max(1, serial - 1))) is None


def test_run_that_ignores_a_cancel_is_left_after_three_seconds(bench):
    bench.submit(1)
    assert bench.live(5, _busy(1)) is None
    bench.watch.cancelled(bench.now)
    assert bench.live(CANCEL_PATIENCE, _busy(1)) is None
    assert bench.live(0.5, _busy(1)) == "The engine did not end its run when asked"


def test_cancelled_run_that_ends_is_no_fault(bench):
    bench.submit(1)
    assert bench.live(5, _busy(1)) is None
    bench.watch.cancelled(bench.now)
    assert bench.live(60, Status("idle", 1, importing=False), finished=1) is None


def test_window_that_stood_still_blames_itself(bench):
    bench.submit(1)
    assert bench.live(5, _busy(1)) is None
    bench.submit(2)
    bench.now += 100  # a laptop that slept, or a stopped process: nothing was heard meanwhile
    assert bench.live(SUPERSEDED_PATIENCE, _busy(1), silent=True) is None
    assert bench.live(5, _busy(2)) is None


def test_new_engine_starts_with_a_clean_sheet(bench):
    bench.submit(1)
    assert bench.live(5, _busy(1)) is None
    bench.submit(2)
    bench.now += 0.9
    bench.watch.begin()
    bench.heard_at = bench.now
    assert bench.live(20, None, silent=True) is None
    bench.submit(2)
    assert bench.live(0.5, Status("idle", 0, importing=False)) is None
    assert bench.live(60, _busy(2)) is None


def test_idle_engine_after_a_restart_is_no_fault(bench):
    bench.submit(1)
    assert bench.live(1, Status("idle", 1, importing=False), finished=1) is None
    bench.watch.begin()
    assert bench.live(60, Status("idle", 0, importing=False)) is None


def test_death_is_told_with_its_cause(bench):
    report = Report(bench.now, end="signal 9, SIGKILL")
    assert bench.watch.complaint(report, bench.now) == "The engine stopped unexpectedly (signal 9, SIGKILL)"
