"""What an event does to the trajectory that meets it: it is noted, ends there, or goes on from a changed state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .dense_output import AcceptedSteps
from .event_functions import WatchedEvent
from .event_points import EventLog
from .event_watch import NO_NUMBER, NOISE, PILED_UP, EventWatch, Happenings
from .integration_method import IntegrationMethod
from .outcome import Outcome
from .problem import InitialValue

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_EPSILON = np.finfo(np.float64).eps
_TIE_ULPS = 8.0
"""Events so near each other, in roundings of t, are at once."""
_LEAST_ULPS = 1000.0
"""An event that comes again sooner, in roundings of t, would come for ever."""
_PROBE = 1e-5
"""Part of a step over which a condition's rate is measured."""
_STANDING = 1e-3
"""A condition that moves on at less than this part of its speed before does not pass 0."""


class Restarts(NamedTuple):
    """sample (k,) which trajectories go on, t (k,) when and z (k, n) from where."""

    sample: Int[np.ndarray, "k"]
    t: Float[np.ndarray, "k"]
    z: Float[np.ndarray, "k n"]

    def take(self, rows: Int[np.ndarray, "m"] | Bool[np.ndarray, "k"]) -> Restarts:
        """Those of `rows`."""
        return Restarts(self.sample[rows], self.t[rows], self.z[rows])

    @classmethod
    def joined(cls, parts: Sequence[Restarts], like: Restarts) -> Restarts:
        """All parts as one, in the order of the trajectories; `like` gives the shape of none."""
        none = like.take(np.zeros(0, dtype=np.int64))
        every = cls(*(np.concatenate(columns) for columns in zip(none, *parts, strict=True)))
        return every.take(np.argsort(every.sample, kind="stable"))


class Stop(NamedTuple):
    """Trajectories that stop in a block of steps: sample (m,), row (m,) in which step, t (m,) when, z (m, n) where.

    first (m,): the event that stops it, or why it cannot go on. fired (m, E): which events happen there.
    """

    sample: Int[np.ndarray, "m"]
    row: Int[np.ndarray, "m"]
    t: Float[np.ndarray, "m"]
    z: Float[np.ndarray, "m n"]
    first: Int[np.ndarray, "m"]
    fired: Bool[np.ndarray, "m E"]


class Stopped(NamedTuple):
    """ended: (sample, why it ended or None where it goes on, row of the block) of each stopped trajectory.

    rows, times: where steps of the block are cut.
    """

    ended: list[tuple[int, Outcome | None, int]]
    rows: Int[np.ndarray, "m"]
    times: Float[np.ndarray, "m"]

    def cut(self, block: AcceptedSteps) -> Float[np.ndarray, "k"]:
        """Up to when each step of the block counts."""
        until = block.t1.copy()
        until[self.rows] = self.times
        return until


class EventStops:
    """Watches E events along the B trajectories of `problem`; `logs` get what happened."""

    def __init__(
        self,
        problem: InitialValue,
        tableau: IntegrationMethod,
        events: Sequence[WatchedEvent],
        watch: EventWatch,
        logs: Sequence[EventLog],
        dtype: str,
    ) -> None:
        self._dtype = np.dtype(dtype)
        self._tableau, self._events, self._watch, self._logs = tableau, tuple(events), watch, logs
        self._slope = problem.field.array()
        begin, self._end = problem.ends
        self._signs = np.where(self._end > begin, 1.0, -1.0)
        self._stops = np.array([event.terminal or event.change is not None for event in events])
        self._terminal = np.array([event.terminal for event in events])
        count = len(problem.start)
        self._last = np.full(count, np.nan)
        self._last_fired = np.zeros((count, len(self._events)), dtype=bool)

    def find(self, block: AcceptedSteps) -> tuple[Stopped, Restarts]:
        """What happens in a block: the trajectories that stop, and where those among them that go on do."""
        happened = self._watch.look(block)
        if not happened.row.size:
            none = np.zeros(0, dtype=np.int64)
            return Stopped([], none, np.zeros(0)), Restarts(none, np.zeros(0), block.z0[:0])
        order = np.lexsort((self._signs[block.sample[happened.row]] * happened.t, happened.row))
        stop = self._noted(block, Happenings(*(column[order] for column in happened)))
        outcomes = self._outcomes(stop)
        on = np.flatnonzero([outcome is None for outcome in outcomes])
        changed, lost = self._changed(stop, on, (block.t1 - block.t0)[stop.row])
        for place in on[lost]:
            outcomes[place] = Outcome("nonfinite_event", float(stop.t[place]))
        on, changed = on[~lost], changed[~lost]
        arrived = stop.t[on] == self._end[stop.sample[on]]
        for place in on[arrived]:
            outcomes[place] = Outcome("success", float(stop.t[place]))
        return self._end_of(stop, outcomes, on[~arrived], changed[~arrived])

    def _end_of(
        self, stop: Stop, outcomes: list[Outcome | None], on: Int[np.ndarray, "k"], z: Float[np.ndarray, "k n"]
    ) -> tuple[Stopped, Restarts]:
        ended = list(zip(stop.sample.tolist(), outcomes, stop.row.tolist(), strict=True))
        return Stopped(ended, stop.row, stop.t), Restarts(stop.sample[on], stop.t[on], z)

    def _noted(self, block: AcceptedSteps, happened: Happenings) -> Stop:
        """The first stop of every trajectory in `happened`, which is in the order of time; what comes later is not."""
        row, event, t = happened
        sample, along = block.sample[row], self._signs[block.sample[row]] * t
        stopping = np.flatnonzero((event < 0) | self._stops[np.maximum(event, 0)])
        stopped, first = np.unique(sample[stopping], return_index=True)
        first = stopping[first]
        at = np.full(len(self._signs), -1)
        at[stopped] = np.arange(len(stopped))
        place = at[sample]
        free = place < 0
        stop_row, stop_along = (np.append(column[first], 0)[place] for column in (row, along))
        tie = _TIE_ULPS * _EPSILON * abs(stop_along)
        in_time = free | (row < stop_row) | ((row == stop_row) & (along <= stop_along + tie))
        counts = np.flatnonzero(in_time & (event >= 0))
        with_it = ~free & (row == stop_row) & (abs(along - stop_along) <= tie) & (event >= 0)
        t = np.where(with_it, self._signs[sample] * stop_along, t)
        z = block.take(row).states(self._tableau, t)
        for number, log in enumerate(self._logs):
            of_it = counts[event[counts] == number]
            log.add(sample[of_it], t[of_it], z[of_it])
        fired = np.zeros((len(stopped), len(self._events)), dtype=bool)
        fired[place[with_it], event[with_it]] = True
        return Stop(stopped, row[first], t[first], z[first], event[first], fired)

    def _outcomes(self, stop: Stop) -> list[Outcome | None]:
        """Why each trajectory ends; None where it goes on."""
        fired, sample = stop.fired, stop.sample
        soon = abs(stop.t - self._last[sample]) <= _LEAST_ULPS * _EPSILON * abs(stop.t)
        again = soon & (fired & self._last_fired[sample] & self._stops).any(axis=1)
        ends = (fired & self._terminal).any(axis=1)
        found: list[Outcome | None] = []
        for place, t in enumerate(stop.t.tolist()):
            if stop.first[place] == NO_NUMBER:
                found.append(Outcome("nonfinite_event", t))
            elif stop.first[place] == PILED_UP or (again[place] and not ends[place]):
                found.append(Outcome("events_pile_up", t))
            elif ends[place]:
                names = [self._events[number].name for number in np.flatnonzero(fired[place] & self._terminal)]
                found.append(Outcome("event", t, account=", ".join(names)))
            else:
                found.append(None)
        self._last[sample], self._last_fired[sample] = stop.t, fired
        return found

    def _changed(
        self, stop: Stop, on: Int[np.ndarray, "k"], h: Float[np.ndarray, "m"]
    ) -> tuple[Float[np.ndarray, "k n"], Bool[np.ndarray, "k"]]:
        """The states from which the trajectories `on` of `stop` go on, and which of them are no numbers."""
        t, old, fired = stop.t[on], stop.z[on], stop.fired[on]
        z = old.copy()
        for number, event in enumerate(self._events):
            rows = np.flatnonzero(fired[:, number])
            if event.change is not None and rows.size:
                z[rows] = event.change(t[rows], z[rows])
        sample = stop.sample[on]
        self._watch.band[sample], self._watch.barred[sample] = np.nan, 0.0
        for number in range(len(self._events)):
            rows = np.flatnonzero(fired[:, number])
            if rows.size:
                self._lull(number, sample[rows], t[rows], (old[rows], z[rows]), h[on][rows])
        return self._rounded(z), ~np.isfinite(z).all(axis=1)

    def _lull(
        self,
        number: int,
        sample: Int[np.ndarray, "k"],
        t: Float[np.ndarray, "k"],
        states: tuple[Float[np.ndarray, "k n"], Float[np.ndarray, "k n"]],
        h: Float[np.ndarray, "k"],
    ) -> None:
        """Let an event sleep until its condition has left 0, if it is still there after the change."""
        condition, (old, new) = self._events[number].condition, states
        band = NOISE * np.maximum(abs(condition(t, old)), abs(condition(t, self._rounded(old))))
        still = abs(condition(t, new)) <= band
        before, after = (self._rate(number, t, z, _PROBE * h) for z in (old, new))
        passes = before * after > _STANDING * before**2
        self._watch.band[sample[still], number] = band[still]
        self._watch.barred[sample[still], number] = np.where(passes, 0.0, np.sign(before))[still]

    def _rounded(self, z: Float[np.ndarray, "k n"]) -> Float[np.ndarray, "k n"]:
        """As the loop will hold it."""
        return z.astype(self._dtype).astype(np.float64)

    def _rate(
        self, number: int, t: Float[np.ndarray, "k"], z: Float[np.ndarray, "k n"], ahead: Float[np.ndarray, "k"]
    ) -> Float[np.ndarray, "k"]:
        """How fast the condition grows along the way, but for a positive factor."""
        condition, slope = self._events[number].condition, self._slope(t, z)
        there, back = (condition(t + part, z + part[:, None] * slope) for part in (ahead, -ahead))
        return np.asarray((there - back) / abs(ahead))
