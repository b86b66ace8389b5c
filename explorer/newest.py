"""The newest reading of every class, for whatever shows numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from core.readings import Iterations

if TYPE_CHECKING:
    from core.frame import Frame

R = TypeVar("R")


class Newest:
    """Readings that a frame lacks without a reason stay as they were, until another system is in force."""

    def __init__(self) -> None:
        self._readings: dict[type, object] = {}

    def get(self, reading: type[R]) -> R | None:
        """The newest reading of a class; None where there is none."""
        return self._readings.get(reading)

    def take(self, frame: Frame) -> None:
        """Keep what is in a frame, and nothing of what it says cannot be had any more."""
        self._readings.update(frame.readings)
        for reading in frame.absent:
            self._readings.pop(reading, None)

    def forget(self) -> None:
        """Another system: nothing is known."""
        self._readings.clear()

    @property
    def rows(self) -> int:
        """How many samples each start has: one per row of the batch data."""
        iterations = self.get(Iterations)
        return int(iterations.row.max()) + 1 if iterations is not None and len(iterations) else 1
