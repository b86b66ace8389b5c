"""What a benchmark says: its cases, who takes part in each, and when an answer counts as right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Prepared:
    """A workload ready to be timed.

    call: computes the answer; what it needs that a person has ready beforehand is built already.
    path: which back end computes it, where there are several.
    slow: why that is not the fast one, empty where it is.
    note: what else an answer says, for the report.
    """

    call: Callable[[], Any]
    path: str = ""
    slow: str = ""
    note: Callable[[Any], str] = lambda _: ""


@dataclass(frozen=True)
class Entrant:
    """One who computes the answer.

    name: as the table shows it. prepare: imports what it needs and returns what is timed.
    needs: distributions without which it cannot take part. goal: ours is to be at least that many times faster.
    is_limit: it does the arithmetic that the question needs and has no answer, as a bound for everybody.
    """

    name: str
    prepare: Callable[[], Prepared]
    needs: tuple[str, ...] = ()
    goal: float | None = None
    is_limit: bool = False


@dataclass(frozen=True)
class Case:
    """One question, put to everybody; the first entrant is ours.

    reference: the true answer, computed once. error: how far an answer is from it, NaN where that makes no sense.
    allowed: the largest error of an answer that is called right. needs: distributions that the reference takes.
    most: milliseconds that ours is to take at most, where that is the goal.
    """

    name: str
    entrants: tuple[Entrant, ...]
    reference: Callable[[], Any]
    error: Callable[[Any, Any], float]
    allowed: float
    needs: tuple[str, ...] = ()
    most: float | None = None


@dataclass(frozen=True)
class Benchmark:
    """A workload: a name to call it by, a sentence that says what is asked, and its cases."""

    name: str
    title: str
    cases: Callable[[], Iterable[Case]]
