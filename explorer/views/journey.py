"""Points on their ways: where they are between the places that are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class Journey:
    """times (T,): ascending or descending. steps: whether there is nothing between two of them, as between iterations.

    A place on the way is told by a number from 0, the begin, to 1, the end.
    """

    times: Float[np.ndarray, "T"]
    steps: bool = False

    def time(self, place: float) -> float:
        """What the clock shows there."""
        index, part = self._at(place)
        following = min(index + 1, len(self.times) - 1)
        return float((1.0 - part) * self.times[index] + part * self.times[following])

    def place(self, time: float) -> float:
        """Where the clock shows that."""
        span = float(self.times[-1] - self.times[0])
        return min(max((time - float(self.times[0])) / span, 0.0), 1.0) if span else 0.0

    def states(self, known: Float[np.ndarray, "N T n"], place: float) -> Float[np.ndarray, "N n"]:
        """Where all points are: on straight lines between known places."""
        index, part = self._at(place)
        before = known[:, index]
        return before if part == 0.0 else (1.0 - part) * before + part * known[:, index + 1]

    def _at(self, place: float) -> tuple[int, float]:
        """The known time before a place, and which part of the way to the next has been gone."""
        times, last = self.times, len(self.times) - 1
        if last < 1:
            return 0, 0.0
        forward = 1.0 if times[-1] >= times[0] else -1.0
        time = float(times[0]) + min(max(place, 0.0), 1.0) * float(times[-1] - times[0])
        slack = 1e-9 * abs(float(times[-1] - times[0]))
        index = int(np.searchsorted(forward * times, forward * time + slack, side="right")) - 1
        if index >= last:
            return last, 0.0
        step = float(times[index + 1] - times[index])
        part = 0.0 if self.steps or step == 0.0 else (time - float(times[index])) / step
        return index, min(max(part, 0.0), 1.0) if part > 1e-12 else 0.0
