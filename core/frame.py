"""Immutable snapshots that the runner yields and views draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

R = TypeVar("R")
_SAME = 0.005
"""Difference of two shares that nobody sees."""


@dataclass(frozen=True)
class Progress:
    """What is being computed, how many of it are done, and the share of the whole work that is, 0 to 1.

    total: 0 where there is nothing to count. unit: what is counted, where `what` does not say it.
    """

    what: str
    done: int
    total: int
    share: float
    unit: str = ""

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        counted = f"{self.done:,} of {self.total:,}{unit} done".replace(",", " ") if self.total else ""
        # where everything that is counted takes as long, the share is told by the count
        told = bool(self.total) and abs(self.done / self.total - self.share) < _SAME
        part = "" if told or not (self.total or self.share) else f"{self.share:.0%} of the way"
        return ": ".join(filter(None, (self.what, ", ".join(filter(None, (counted, part))))))


@dataclass(frozen=True)
class Frame:
    """Everything known at one moment: a snapshot, not an increment, so any frame may be dropped.

    readings: by reading class; a wanted reading that is not computed yet is absent.
    final: the run is over (done, failed or out of budget).
    absent: why a wanted reading cannot be had of this request, as a sentence, by reading class.
    error: a plain sentence where the run failed as a whole; the readings are then the last good ones.
    traceback: for the log and for developers, never shown as such.
    path: which back end ran: "kernel", "python", "numpy" or "torch".
    seconds: wall time since the request was begun.
    evaluations: calls of the vector field so far, summed over trajectories.
    """

    generation: int
    readings: Mapping[type, Any] = field(default_factory=lambda: MappingProxyType({}))
    final: bool = False
    error: str | None = None
    traceback: str | None = None
    progress: Progress | None = None
    path: str = ""
    device: str = "cpu"
    dtype: str = "float64"
    seconds: float = 0.0
    evaluations: int = 0
    quality: str = "full"
    absent: Mapping[type, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name in ("readings", "absent"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[object, ...]:  # MappingProxyType does not pickle
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _rebuild, (fields | {"readings": dict(self.readings), "absent": dict(self.absent)},)

    def get(self, reading: type[R]) -> R | None:
        """The reading of class `reading`, or None while it is not there."""
        return self.readings.get(reading)


def _rebuild(fields: dict[str, Any]) -> Frame:
    return Frame(**fields)
