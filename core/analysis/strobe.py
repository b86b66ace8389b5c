"""Points of trajectories once in every period, found inside their recorded steps."""

from __future__ import annotations

import numpy as np

from ..dense_output import AcceptedSteps
from ..integration_method import IntegrationMethod
from .section_crossings import Crossed

_LATE = 1e-9
"""Of a period: how far before its end a step counts as having come to it."""


class Strobe:
    """The times begin + k period, k = 1, 2, ...; period: negative where trajectories go backward in time."""

    def __init__(self, begin: float, period: float) -> None:
        self._begin, self._period = begin, period

    def crossings(self, tableau: IntegrationMethod, steps: AcceptedSteps) -> Crossed:
        """The states at those times, by the dense output of the method; s is 0, and no side is left."""
        ends = steps.t1 if steps.cut is None else steps.cut
        before, after = (
            np.floor((times - self._begin) / self._period + _LATE).astype(np.int64) for times in (steps.t0, ends)
        )
        counts = np.maximum(after - before, 0)
        rows = np.repeat(np.arange(len(counts)), counts)
        number = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts) + 1 + before[rows]
        inside = steps.take(rows)
        low, high = np.minimum(inside.t0, ends[rows]), np.maximum(inside.t0, ends[rows])
        t = np.clip(self._begin + number * self._period, low, high)
        nothing = np.zeros(len(rows))
        return Crossed(inside.sample, t, inside.states(tableau, t), nothing, nothing.astype(bool))
