"""Points of trajectories once in every period, found inside their recorded steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..dense_output import AcceptedSteps
from ..integration_method import IntegrationMethod
from .section_crossings import Crossed

if TYPE_CHECKING:
    from jaxtyping import Int

_LATE = 1e-9
"""Of a period: how far before its end a step counts as having come to it."""


class Strobe:
    """The times begin + k period, k = 1, 2, ...; period: negative where trajectories go backward in time."""

    def __init__(self, begin: float, period: float) -> None:
        self._begin, self._period = begin, period

    def crossings(self, tableau: IntegrationMethod, steps: AcceptedSteps, room: Int[np.ndarray, "B"]) -> Crossed:
        """The states at those times, by the dense output of the method; s is 0, and no side is left.

        room: how many of each trajectory are wanted; of more, the first are given, and the others cost nothing.
        """
        ends = steps.until
        before, after = (np.floor((times - self._begin) / self._period + _LATE) for times in (steps.t0, ends))
        counts = self._within(room, steps, np.clip(after - before, 0, room[steps.sample]).astype(np.int64))
        rows = np.repeat(np.arange(len(counts)), counts)
        number = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts) + 1 + before[rows]
        inside = steps.take(rows)
        low, high = np.minimum(inside.t0, ends[rows]), np.maximum(inside.t0, ends[rows])
        t = np.clip(self._begin + number * self._period, low, high)
        nothing = np.zeros(len(rows))
        return Crossed(inside.sample, t, inside.states(tableau, t), nothing, nothing.astype(bool))

    def _within(
        self, room: Int[np.ndarray, "B"], steps: AcceptedSteps, counts: Int[np.ndarray, "k"]
    ) -> Int[np.ndarray, "k"]:
        """`counts` of the steps, the later ones less where those of a trajectory would be more than there is room."""
        order = np.lexsort((steps.t0 * np.sign(self._period), steps.sample))
        sample, wanted = steps.sample[order], counts[order]
        earlier = np.cumsum(wanted) - wanted
        first = np.searchsorted(sample, sample)  # of the same trajectory
        kept = np.empty_like(counts)
        kept[order] = np.clip(room[sample] - (earlier - earlier[first]), 0, wanted)
        return kept
