"""Where many points are at any time, from where they are at some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.readings import NOWHERE

if TYPE_CHECKING:
    from jaxtyping import Float32

    from core.readings import EnsembleRun

    from .projection import Projection


@dataclass(frozen=True)
class Course:
    """The points of an ensemble on their way."""

    run: EnsembleRun

    @property
    def spacing(self) -> float:
        """Between two known times."""
        times = self.run.times
        return float(times[1] - times[0]) if len(times) > 1 else 0.0

    def at(self, t: float, projection: Projection) -> Float32[np.ndarray, "m 2"]:
        """Where the points are at t, in pixels; NaN for those that have ended or are far away.

        Catmull and Rom's cubic through the four nearest known places: a line between two would cut corners.
        """
        times, count = self.run.times, len(self.run.times)
        place = min(max((t - float(times[0])) / self.spacing, 0.0), count - 1.0)
        index = min(int(place), count - 2)
        s = place - index
        weights = [
            -0.5 * s + s * s - 0.5 * s**3,
            1.0 - 2.5 * s * s + 1.5 * s**3,
            0.5 * s + 2.0 * s * s - 1.5 * s**3,
            -0.5 * s * s + 0.5 * s**3,
        ]
        if index == 0:  # before the first place, and after the last, the way goes straight on
            weights = [0.0, weights[1] + 2.0 * weights[0], weights[2] - weights[0], weights[3]]
        if index == count - 2:
            weights = [weights[0], weights[1] - weights[3], weights[2] + 2.0 * weights[3], 0.0]
        scale, origin = self._pixels(projection)
        places = self.run.places
        points = np.full(places.shape[1:], origin, dtype=np.float32)
        gone = np.zeros(len(points), dtype=bool)
        for row, weight in enumerate(weights, start=index - 1):
            if weight:
                points += places[row] * (scale * np.float32(weight))
                gone |= places[row, :, 0] == NOWHERE
        points[gone] = np.nan
        return points

    def _pixels(self, projection: Projection) -> tuple[Float32[np.ndarray, "2"], Float32[np.ndarray, "2"]]:
        """Pixels per unit of `EnsembleRun.places`, and where their zero lies."""
        corners = projection.pixels(np.array(self.run.reach, dtype=np.float64).T)
        scale = (corners[1] - corners[0]) / (NOWHERE - 1)
        return scale.astype(np.float32), corners[0].astype(np.float32)
