"""Solution curves from the accepted steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..dense_output import interpolate
from ..event_points import EventLog
from ..event_refusal import has_events
from ..noise_refusal import is_noisy
from ..outcome import Outcome
from ..probe import StepsProbe
from ..readings.trajectories import EventMeetings, Trajectories
from ..run_context import RunContext
from ..telemetry import Steps, host, joined

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_POINTS_PER_STEP = 4
_BETWEEN_EVENTS = 16
"""The same of a text with events, whose motion between them is often so simple that one step goes all the way."""
_MOST_POINTS = 20_000
"""Per curve in the window: more than any plot has pixels, few enough to draw in a frame."""
_BACKWARD, _START, _FORWARD = 0, 1, 2


@dataclass
class _Points:
    """Points of one block: sample, side of the start, t, z, whether a step ends there, whether an event led there."""

    sample: Int[np.ndarray, "p"]
    side: Int[np.ndarray, "p"]
    t: Float[np.ndarray, "p"]
    z: Float[np.ndarray, "p n"]
    step_end: np.ndarray
    jump: np.ndarray


class TrajectoriesProbe(StepsProbe[Trajectories]):
    """Keeps every accepted step's end and, between two ends, points of the method's own dense output."""

    reading = Trajectories
    title = "trajectories"
    knows_events = True
    knows_noise = True

    def begin(self, context: RunContext) -> None:
        self._context = context
        self._pending: list[Steps] = []
        count = len(context.starts)
        # a first-order method is drawn as the polygon it is
        dense = _BETWEEN_EVENTS if has_events(context.field) else _POINTS_PER_STEP
        per_step = 1 if context.tableau.order == 1 else dense
        self._theta = np.arange(1, per_step + 1) / per_step
        self._spent = np.zeros((2, count), dtype=np.int64)
        self._accepted = np.zeros(count, dtype=np.int64)
        self._rejected = np.zeros(count, dtype=np.int64)
        self._outcomes = {True: (Outcome("running"),) * count, False: ()}
        self._blocks = [
            _Points(
                np.arange(count),
                np.full(count, _START),
                np.full(count, context.span[0]),
                context.starts,
                np.ones(count, dtype=bool),
                np.zeros(count, dtype=bool),
            )
        ]
        self._has_events = has_events(context.field)
        self._logs: Sequence[EventLog] = ()
        self._last = context.starts.astype(context.experiment.dtype).astype(np.float64)

    def watch(self, logs: Sequence[EventLog]) -> None:
        self._logs = logs

    def feed(self, steps: Steps) -> None:
        self._pending.append(steps)

    def _absorb(self) -> None:
        """Take in what was fed since the last reading, all at once: a block is a few dozen steps."""
        if self._pending:
            self._take(joined(self._pending))
            self._pending = []

    def _take(self, steps: Steps) -> None:
        sample, accepted = host(steps.sample), host(steps.accepted).astype(bool)
        t0, t1 = host(steps.t0), host(steps.t1)
        forward = t1 > t0
        np.maximum.at(self._spent, (forward.astype(np.int64), sample), host(steps.evaluations))
        np.add.at(self._accepted, sample[accepted], 1)
        np.add.at(self._rejected, sample[~accepted], 1)
        if not accepted.any():
            return
        z0, z1, stages = (host(array)[accepted] for array in (steps.z0, steps.z1, steps.stages))
        t0, t1, forward = t0[accepted], t1[accepted], forward[accepted]
        until = t1 if steps.until is None else host(steps.until)[accepted]
        theta = self._theta * ((until - t0) / (t1 - t0))[:, None] if steps.until is not None else self._theta
        points = interpolate(self._context.tableau, t0, t1, z0, z1, stages, theta)
        times = t0[:, None] + self._theta * (until - t0)[:, None]
        whole = until == t1
        times[:, -1], points[whole, -1] = until, z1[whole]  # the step's end itself, not its interpolant
        sample, begins = sample[accepted], self._jumped(sample[accepted], z0, points[:, -1])
        shown = np.column_stack([begins, np.ones(times.shape, dtype=bool)]).ravel()
        per_step = self._theta.size + 1
        columns = (
            np.repeat(sample, per_step),
            np.repeat(np.where(forward, _FORWARD, _BACKWARD), per_step),
            np.column_stack([t0, times]).ravel(),
            np.concatenate([z0[:, None], points], axis=1).reshape(-1, points.shape[-1]),
            np.tile(np.append(True, self._theta == 1.0), len(t0)),
            np.tile(np.append(True, np.zeros(self._theta.size, dtype=bool)), len(t0)),
        )
        self._blocks.append(_Points(*(column[shown] for column in columns)))

    def _jumped(
        self, sample: Int[np.ndarray, "k"], z0: Float[np.ndarray, "k n"], ends: Float[np.ndarray, "k n"]
    ) -> np.ndarray:
        """Which steps begin elsewhere than the trajectory had come to."""
        if not self._has_events:
            return np.zeros(len(sample), dtype=bool)
        order = np.argsort(sample, kind="stable")
        whose = sample[order]
        before = self._last[whose]
        follows = np.flatnonzero(whose[1:] == whose[:-1])
        before[follows + 1] = ends[order[follows]]
        self._last[whose] = ends[order]  # of several, the last one stays
        jumped = np.zeros(len(sample), dtype=bool)
        jumped[order] = (z0[order] != before).any(axis=1)
        return jumped

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        self._outcomes[forward] = outcomes

    def read(self) -> Trajectories:
        self._absorb()
        whole = _Points(
            *(np.concatenate([getattr(block, name) for block in self._blocks]) for name in _Points.__annotations__)
        )
        self._blocks = [whole]
        # blocks come in the order of time of each direction: a stable sort keeps it, a backward part is reversed
        sequence = np.arange(whole.t.size)
        sequence = np.where(whole.side == _BACKWARD, -sequence, sequence)
        order = np.lexsort((sequence, whole.side, whole.sample))
        count = self._accepted.size
        if not self._context.every_step:
            order = _thinned(order, whole, count)
        context = self._context
        return Trajectories(
            components=context.field.components,
            t=whole.t[order],
            z=whole.z[order],
            step_end=whole.step_end[order],
            offsets=np.searchsorted(whole.sample[order], np.arange(count + 1)),
            starts=context.starts,
            start_time=context.span[0],
            forward=self._outcomes[True],
            backward=self._outcomes[False],
            evaluations=self._spent.sum(axis=0),
            accepted=self._accepted.copy(),
            rejected=self._rejected.copy(),
            jumps=np.flatnonzero(whole.jump[order]),
            events=self._meetings(),
            noisy=is_noisy(context.field),
        )

    def _meetings(self) -> tuple[EventMeetings, ...]:
        system = self._context.field.system
        events = () if system is None else system.events
        return tuple(
            EventMeetings(event.text, event.terminal, *log.columns())
            for event, log in zip(events, self._logs, strict=False)
        )


def _thinned(order: Int[np.ndarray, "p"], points: _Points, count: int) -> Int[np.ndarray, "q"]:
    """Keep at most about `_MOST_POINTS` of each curve: evenly spaced ones, the start, both ends and those of a jump."""
    sample, side, jump = points.sample[order], points.side[order], points.jump[order]
    sizes = np.bincount(sample, minlength=count)
    if sizes.max(initial=0) <= _MOST_POINTS:
        return order
    begins = np.cumsum(sizes) - sizes
    place = np.arange(order.size) - begins[sample]
    stride = -(-sizes // _MOST_POINTS)
    keep = (place % stride[sample] == 0) | (place == sizes[sample] - 1) | (side == _START) | jump
    keep[:-1] |= jump[1:]
    return np.asarray(order[keep])


PROBE = TrajectoriesProbe
