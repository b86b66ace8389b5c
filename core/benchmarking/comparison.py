"""One case, measured: first every answer is checked, then those who are right are timed in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, distribution
from statistics import median
from typing import Any

from . import clock
from .benchmark import Case, Entrant, Prepared

_PATIENCE = 20_000.0
"""Milliseconds after which an entrant has been sampled often enough."""


@dataclass(frozen=True)
class Standing:
    """How one entrant did. Without times, `fault` says why.

    error: distance from the reference. first: milliseconds that the first call took longer than a later one, in
    which jitted code is compiled. samples: milliseconds of every repeat.
    """

    name: str
    fault: str = ""
    error: float | None = None
    first: float | None = None
    samples: tuple[float, ...] = ()
    path: str = ""
    slow: str = ""
    note: str = ""

    @property
    def least(self) -> float | None:
        """The shortest sample."""
        return min(self.samples, default=None)

    @property
    def middle(self) -> float | None:
        """The median sample."""
        return median(self.samples) if self.samples else None


def missing(needs: Iterable[str]) -> list[str]:
    """The distributions among `needs` that are not installed."""
    return [name for name in needs if not _installed(name)]


def compare(case: Case, repeats: int) -> tuple[Standing, ...]:
    """How every entrant of `case` did, ours first.

    An entrant that is not installed, fails, or is wrong by more than the case allows gets no time.
    """
    if absent := missing(case.needs):
        fault = f"the answer cannot be checked: {', '.join(absent)} not installed"
        return tuple(Standing(entrant.name, fault) for entrant in case.entrants)
    truth = case.reference()
    checked = [_checked(case, entrant, truth) for entrant in case.entrants]
    right = {index: call for index, (_, call) in enumerate(checked) if call is not None}
    counts = {index: clock.calls_needed(call, checked[index][0].first or 0.0) for index, call in right.items()}
    samples = interleaved(right, counts, repeats)
    return tuple(
        replace(standing, samples=samples[index], first=_first(standing, samples[index]))
        if index in samples
        else standing
        for index, (standing, _) in enumerate(checked)
    )


def interleaved(
    calls: Mapping[int, Callable[[], Any]], counts: Mapping[int, int], repeats: int, patience: float = _PATIENCE
) -> dict[int, tuple[float, ...]]:
    """`repeats` samples of every call, one of each in turn, each of so many calls as `counts` says.

    A call that used up `patience` is sampled no more.
    """
    samples: dict[int, list[float]] = {index: [] for index in calls}
    for _ in range(repeats):
        for index, call in calls.items():
            if sum(samples[index]) * counts[index] <= patience:
                samples[index].append(clock.sample(call, counts[index]))
    return {index: tuple(taken) for index, taken in samples.items()}


def _checked(case: Case, entrant: Entrant, truth: Any) -> tuple[Standing, Callable[[], Any] | None]:
    """What an entrant's first answer is worth, and the call to be timed where it is right."""
    standing = Standing(entrant.name)
    if absent := missing(entrant.needs):
        return replace(standing, fault=f"{', '.join(absent)} not installed"), None
    try:
        prepared = entrant.prepare()
        answer, first = clock.once(prepared.call)
        error = None if entrant.is_limit else case.error(answer, truth)
        standing = _described(standing, prepared, answer)
    except Exception as fault:  # somebody else's library, and the others are measured all the same
        return replace(standing, fault=_in_one_line(fault)), None
    standing = replace(standing, error=error, first=first)
    if error is not None and not error <= case.allowed:  # also where it is not a number
        return replace(standing, first=None, fault=f"wrong: off by {error:.2g}, allowed {case.allowed:.2g}"), None
    return standing, prepared.call


def _described(standing: Standing, prepared: Prepared, answer: Any) -> Standing:
    return replace(standing, path=prepared.path, slow=prepared.slow, note=prepared.note(answer))


def _first(standing: Standing, samples: tuple[float, ...]) -> float:
    assert standing.first is not None
    return max(0.0, standing.first - min(samples))


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _in_one_line(fault: Exception) -> str:
    text = " ".join(f"failed: {type(fault).__name__}: {fault}".split())
    return text if len(text) <= 160 else f"{text[:157]}..."
