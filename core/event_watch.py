"""Which events happen in recorded steps, and when; what must be remembered from one step to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .dense_output import AcceptedSteps
from .event_location import FRESH_NODES, NODES, Crossings, crossings, locate, values_at
from .integration_method import IntegrationMethod

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

    from .event_functions import WatchedEvent

NO_NUMBER, PILED_UP = -1, -2
"""In the place of an event: a condition that is NaN, and one that comes again sooner than can be told apart."""
NOISE = 4.0
"""A condition is 0 where it is at most so many times what it was where its event was located."""
_BLIND_ULPS = 64.0
"""So soon after its event, in roundings of t, a condition tells nothing."""


class Happenings(NamedTuple):
    """row (c,) in which step, event (c,) which, or NO_NUMBER or PILED_UP, t (c,) when."""

    row: Int[np.ndarray, "c"]
    event: Int[np.ndarray, "c"]
    t: Float[np.ndarray, "c"]


class EventWatch:
    """Looks for E events along B trajectories.

    An event from which a trajectory went on sleeps until its condition has left 0, so that it does not happen again at
    once. band (B, E): up to which |g| that is; NaN of an event that is awake. barred (B, E): the sign of g on the far
    side of an event that turned the trajectory back: if g wakes there, it was back before it could be seen; else 0.
    """

    def __init__(self, events: Sequence[WatchedEvent], tableau: IntegrationMethod, count: int) -> None:
        self._events, self._tableau = tuple(events), tableau
        self.band = np.full((count, len(self._events)), np.nan)
        self.barred = np.zeros((count, len(self._events)))

    def look(self, steps: AcceptedSteps) -> Happenings:
        """What happens in `steps`, those of a trajectory in the order of time."""
        found: list[Happenings] = []
        plain = np.ones(len(steps.sample), dtype=bool)
        waiting = np.flatnonzero(self._asleep(steps.sample))
        while waiting.size:  # the next step of every trajectory with a sleeping event
            _, first = np.unique(steps.sample[waiting], return_index=True)
            rows = waiting[first]
            plain[rows] = False
            found += self._fresh(steps, rows)
            later = np.delete(waiting, first)
            waiting = later[self._asleep(steps.sample[later])]
        rows = np.flatnonzero(plain)
        if rows.size:
            some = steps.take(rows)
            for number, event in enumerate(self._events):
                g = values_at(event.condition, self._tableau, some, NODES)
                found += self._found(steps, rows, number, g, NODES)
        return Happenings(*(np.concatenate(parts) for parts in zip(*found, strict=True))) if found else _NOTHING

    def _asleep(self, sample: Int[np.ndarray, "k"]) -> Bool[np.ndarray, "k"]:
        return np.asarray((~np.isnan(self.band[sample])).any(axis=1))

    def _fresh(self, steps: AcceptedSteps, rows: Int[np.ndarray, "m"]) -> list[Happenings]:
        """What happens in steps after an event, at most one of each trajectory."""
        some = steps.take(rows)
        sample, found = some.sample, []
        blind = _BLIND_ULPS * np.finfo(np.float64).eps * np.maximum(abs(some.t0), abs(some.t1)) / abs(some.t1 - some.t0)
        for number, event in enumerate(self._events):
            g = values_at(event.condition, self._tableau, some, FRESH_NODES)
            asleep, band = ~np.isnan(self.band[sample, number]), self.band[sample, number][:, None]
            quiet = asleep[:, None] & ((abs(g) <= band) | (blind[:, None] > FRESH_NODES) | (FRESH_NODES == 0.0))
            quiet = np.logical_and.accumulate(quiet, axis=1)
            woken = asleep & ~quiet[:, -1]
            first = np.take_along_axis(g, (~quiet).argmax(axis=1)[:, None], axis=1)[:, 0]
            back = woken & (np.sign(first) == self.barred[sample, number]) & (first != 0.0)
            self.band[sample[woken], number] = np.nan
            if back.any():
                found.append(Happenings(rows[back], np.full(back.sum(), PILED_UP), some.t0[back]))
            found += self._found(steps, rows, number, np.where(quiet, 0.0, g), FRESH_NODES)
        return found

    def _found(
        self,
        steps: AcceptedSteps,
        rows: Int[np.ndarray, "m"],
        number: int,
        g: Float[np.ndarray, "m nodes"],
        nodes: Float[np.ndarray, "nodes"],
    ) -> list[Happenings]:
        """Crossings of the event `number` in the steps `rows`, where its condition is g."""
        event, found = self._events[number], []
        lost = np.isnan(g).any(axis=1)
        if lost.any():
            found.append(Happenings(rows[lost], np.full(lost.sum(), NO_NUMBER), steps.t0[rows[lost]]))
        there: Crossings = crossings(g, nodes, event.direction)
        if there.row.size:
            there = there._replace(row=rows[there.row])
            times = locate(event.condition, self._tableau, steps, there)
            found.append(Happenings(there.row, np.full(len(times), number), times))
        return found


_NOTHING = Happenings(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
