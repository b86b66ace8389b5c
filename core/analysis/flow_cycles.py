"""Closed orbits that points of a flow have come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_CLOSED = 0.01
"""How near an orbit must come to where it was, as a share of the box."""
_NEAR = 0.03
_MOST_POINTS = 240


@dataclass(frozen=True)
class FlowCycle:
    """points (n, m): around it once; period: its time; all in lengths of which `extent` (n,) is 1."""

    points: Float[np.ndarray, "n m"]
    period: float
    extent: Float[np.ndarray, "n"]

    @property
    def furthest(self) -> Float[np.ndarray, "n"]:
        """The point of it with the largest first component."""
        return np.asarray(self.points[:, int(np.argmax(self.points[0]))])

    def near(self, z: Float[np.ndarray, "n m"]) -> Bool[np.ndarray, "m"]:
        """Whether the points z lie on it, all but."""
        corners = self.points[:, :: max(1, self.points.shape[1] // _MOST_POINTS)] / self.extent[:, None]
        scaled = z / self.extent[:, None]
        gap = np.linalg.norm(np.diff(corners, axis=1, append=corners[:, :1]), axis=0).max()
        nearest = np.full(z.shape[1], np.inf)
        for corner in corners.T:
            distance = np.zeros(z.shape[1])
            for part, centre in zip(scaled, corner, strict=True):
                distance += (part - centre) ** 2
            np.minimum(nearest, distance, out=nearest)
        return np.asarray(nearest <= max(_NEAR, gap) ** 2)


def closed_orbit(orbit: Float[np.ndarray, "steps n"], step: float, extent: Float[np.ndarray, "n"]) -> FlowCycle | None:
    """The cycle that an orbit in equal steps of time ends with, or None where it does not come back to its end."""
    if not np.isfinite(orbit).all():
        return None
    distance = (((orbit - orbit[-1]) / extent) ** 2).sum(axis=1)
    near = max(_CLOSED**2, float(distance[-2]))
    left = np.flatnonzero(distance[:-1] > 9.0 * near)
    if not len(left):
        return None
    back = np.flatnonzero(distance[: left[-1]] <= near)
    if not len(back):
        return None
    # the last visit: a run of near points up to the last one
    begin = back[-1]
    while begin > 0 and distance[begin - 1] <= near:
        begin -= 1
    best = begin + int(np.argmin(distance[begin : back[-1] + 1]))
    period = (len(orbit) - 1 - best - _vertex(distance, best)) * step
    return FlowCycle(orbit[best:].T, float(period), extent)


def _vertex(distance: Float[np.ndarray, "steps"], index: int) -> float:
    """Where the parabola through three squared distances is lowest, counted from the middle one."""
    if index == 0:
        return 0.0
    before, here, after = distance[index - 1 : index + 2]
    bend = before - 2.0 * here + after
    return float(0.5 * (before - after) / bend) if bend > 0.0 else 0.0
