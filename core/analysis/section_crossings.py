"""Crossings of a line in the plane of two components, found inside the recorded steps of trajectories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..dense_output import AcceptedSteps
from ..event_location import NODES, crossings, locate, values_at
from ..experiment import Section
from ..integration_method import IntegrationMethod

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_DIRECTIONS = {"to the left": 1, "to the right": -1, "both ways": 0}


class Crossed(NamedTuple):
    """sample (c,), t (c,), z (c, n), s (c,) along the line, to_left (c,)."""

    sample: Int[np.ndarray, "c"]
    t: Float[np.ndarray, "c"]
    z: Float[np.ndarray, "c n"]
    s: Float[np.ndarray, "c"]
    to_left: Bool[np.ndarray, "c"]


class SectionLine:
    """A line in the plane of the components at `places`: its points are begin + s (end - begin)/|end - begin|."""

    def __init__(self, section: Section, places: tuple[int, int]) -> None:
        begin, end = np.array(section.begin), np.array(section.end)
        self._begin, self._places = begin, list(places)
        self.length = float(np.linalg.norm(end - begin))
        self._along = (end - begin) / self.length
        self._left = np.array([-self._along[1], self._along[0]])
        self._direction = _DIRECTIONS[section.direction]

    def crossings(self, tableau: IntegrationMethod, steps: AcceptedSteps) -> Crossed:
        """Where trajectories cross it between its ends in steps forward in time, in the direction that counts.

        Located on the dense output of the method to the rounding of the time.
        """

        def beside(_t: np.ndarray, z: np.ndarray) -> np.ndarray:
            return np.asarray((z[:, self._places] - self._begin) @ self._left)

        found = crossings(values_at(beside, tableau, steps, NODES), NODES, self._direction)
        t = locate(beside, tableau, steps, found)
        inside = steps.take(found.row)
        z = inside.states(tableau, t)
        s = (z[:, self._places] - self._begin) @ self._along
        kept = np.flatnonzero((s >= 0.0) & (s <= self.length))
        return Crossed(inside.sample[kept], t[kept], z[kept], s[kept], found.g_low[kept] < 0.0)
