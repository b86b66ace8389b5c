"""Particles adrift in a flow: positions and how they move. Knows no painter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .flow import ScreenFlow

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

RESPAWN_PER_SECOND = 0.54
"""Chance of a particle to be taken out and put elsewhere: 0.009 per frame at 60 frames a second."""
LONGEST_STEP = 0.05
"""Seconds: what one Runge-Kutta step follows without leaving the flow."""
_PACE = 55.0
"""Pixels per second of a particle where the flow has its typical speed."""
_COMPRESSION = 3.0
"""The pace never exceeds this multiple of its typical value, however fast the flow is."""


class Swarm:
    """Particles in pixels of the plot.

    A particle runs exactly along the flow; only its pace is compressed, v -> v / (1 + |v| / limit), so that
    the slow and the fast parts of a stiff field both show movement. Paths do not depend on it.
    """

    def __init__(self, count: int, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._count = count
        self.places = np.empty((0, 2))

    def scatter(self, width: float, height: float) -> None:
        """Put every particle anywhere in the box."""
        self.places = self._random.random((self._count, 2)) * (width, height)

    def clear(self) -> None:
        """Take all particles out."""
        self.places = np.empty((0, 2))

    def move(self, flow: ScreenFlow, seconds: float, width: float, height: float) -> Float[np.ndarray, "M 4"]:
        """Drift on for `seconds` by one classical Runge-Kutta step; returns the lines (from, to) it drew.

        Particles that left the box, stand still, or are chosen by chance begin anew elsewhere.
        """
        if len(self.places) != self._count:
            self.scatter(width, height)
        step = min(seconds, LONGEST_STEP)
        begin = self.places
        first = self._velocity(flow, begin)
        second = self._velocity(flow, begin + step / 2 * first)
        third = self._velocity(flow, begin + step / 2 * second)
        fourth = self._velocity(flow, begin + step * third)
        end = begin + step / 6 * (first + 2 * second + 2 * third + fourth)
        kept = self._inside(end, width, height)
        lines = np.concatenate([begin[kept], end[kept]], axis=1)
        tired = self._random.random(len(end)) < RESPAWN_PER_SECOND * step
        anew = ~kept | tired
        self.places = np.where(anew[:, None], self._random.random(end.shape) * (width, height), end)
        return lines

    @staticmethod
    def _velocity(flow: ScreenFlow, places: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N 2"]:
        velocity = flow.velocity.at(places) * (_PACE / flow.typical)
        speed = np.hypot(velocity[:, 0], velocity[:, 1])[:, None]
        return velocity / (1.0 + speed / (_COMPRESSION * _PACE))

    @staticmethod
    def _inside(places: Float[np.ndarray, "N 2"], width: float, height: float) -> Bool[np.ndarray, "N"]:
        with np.errstate(invalid="ignore"):
            return (places >= 0).all(axis=1) & (places[:, 0] <= width) & (places[:, 1] <= height)
