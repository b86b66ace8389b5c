"""Ratios and goals: what the times of a case say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .benchmark import Case
from .comparison import Standing


@dataclass(frozen=True)
class Goal:
    """One goal of a case, and whether it was met; None where there is nothing to judge by."""

    sentence: str
    met: bool | None

    def __str__(self) -> str:
        return f"{self.sentence}: {'not measured' if self.met is None else 'met' if self.met else 'missed'}"


def ratio(ours: Standing, other: Standing) -> float | None:
    """How many times as long as ours the other takes, by the shortest samples."""
    if ours.least is None or other.least is None:
        return None
    return other.least / ours.least


def goals(case: Case, standings: Sequence[Standing]) -> Iterator[Goal]:
    """The goals of `case`, judged by what was measured."""
    ours, *others = standings
    if case.most is not None:
        yield Goal(f"at most {case.most:g} ms", None if ours.least is None else ours.least <= case.most)
    for entrant, standing in zip(case.entrants[1:], others, strict=True):
        if entrant.goal is not None:
            found = ratio(ours, standing)
            yield Goal(_sentence(entrant.name, entrant.goal), None if found is None else found >= entrant.goal)


def _sentence(name: str, goal: float) -> str:
    return (
        f"at least {goal:g} times faster than {name}"
        if goal >= 1
        else f"at most {1 / goal:.3g} times as long as {name}"
    )
