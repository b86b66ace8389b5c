"""When is an engine to be replaced: the rules, apart from clocks, processes and Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .engine_link import Report

START_PATIENCE = 30.0
IMPORT_PATIENCE = 60.0
SILENCE_PATIENCE = 5.0
SUPERSEDED_PATIENCE = 1.0
CANCEL_PATIENCE = 3.0
STARVED_PATIENCE = 5.0
"""Seconds: to the first sign of life; while torch is imported; between signs of life; for a newer request that
waits; for a cancelled run to end where nothing else waits; and for both where other programs leave the engine less
processor time than it would have had."""

_BLINK = 2.0


class EngineWatch:
    """Judges one engine at a time. All times are of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._latest = 0
        self.begin()

    def begin(self) -> None:
        """A new engine is to be watched."""
        self._answered: int | None = None
        self._waiting_since: float | None = None
        self._cancelled_at: float | None = None
        self._looked_at: float | None = None
        self._blinked_at = self._patient_since = float("-inf")
        self._worked = self._worked_before = 0.0

    def submitted(self, serial: int, now: float) -> None:
        """A request was sent. One that replaces another which waits already inherits its waiting time."""
        if self._waiting_since is None or self._answered == self._latest:
            self._waiting_since, self._worked_before = now, self._worked
        self._latest = serial
        self._cancelled_at = None

    def cancelled(self, now: float) -> None:
        """The latest request was cancelled."""
        self._cancelled_at, self._worked_before = now, self._worked

    def complaint(self, report: Report, now: float) -> str | None:
        """What is wrong with the engine, as the beginning of a sentence; None where nothing is."""
        self._look(report, now)
        if report.end is not None:
            return f"The engine stopped unexpectedly ({report.end})"
        patience = _silence_patience(report)
        if now - max(report.heard_at, self._blinked_at) > patience:
            return f"The engine gave no sign of life for {patience:g} s"
        if self._answered != self._latest and self._is_overdue(self._waiting_since, SUPERSEDED_PATIENCE, now):
            return "The engine did not leave its last run for a newer one"
        if report.finished != self._latest and self._is_overdue(self._cancelled_at, CANCEL_PATIENCE, now):
            return "The engine did not end its run when asked"
        return None

    def _look(self, report: Report, now: float) -> None:
        if self._looked_at is not None and now - self._looked_at > _BLINK:
            self._blinked_at = self._patient_since = now  # the window itself stood still, and heard nothing
        self._looked_at = now
        answered = None if report.status is None else max(report.status.serial, report.finished)
        self._worked = 0.0 if report.status is None else report.status.worked
        if answered != self._answered or _is_excused(report):
            self._answered, self._patient_since, self._worked_before = answered, now, self._worked

    def _is_overdue(self, since: float | None, patience: float, now: float) -> bool:
        """Whether the engine had that much time, and of the processor too, unless it waits for something else."""
        if since is None:
            return False
        waited = now - max(since, self._patient_since)
        had = self._worked - self._worked_before
        return waited > patience and (had > patience or waited > max(patience, STARVED_PATIENCE))


def _is_excused(report: Report) -> bool:
    """Starting or importing, an engine cannot leave a run."""
    return report.status is None or report.status.importing


def _silence_patience(report: Report) -> float:
    if report.status is None:
        return START_PATIENCE
    return IMPORT_PATIENCE if report.status.importing else SILENCE_PATIENCE
