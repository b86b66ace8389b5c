"""Very many trajectories in equal steps: all are at the same time, and what hangs on the time is computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..language.rates import rates_program
from ..step_rules import ENDINGS, STRETCH, UNDERFLOW
from .marches import March
from .trajectories import TrajectoryCalls, TrajectoryTask

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_POINTS = 64
"""Blocks of lanes that go on together: their numbers stay near the processor."""
_SLICE_SECONDS = 0.004
"""Time between two looks at whether to stop, if a step takes no longer."""
_FIRST_STEPS, _MOST_STEPS = 8, 4096
"""Steps of the first slice, and of any."""
_SUCCESS, _MAX_TIME = ENDINGS.index("success"), ENDINGS.index("max_time")


class LockstepCalls:
    """What `TrajectoryCalls` has, of trajectories in equal steps.

    z (n, B) the last good states; t, ending, attempts, accepted, evaluations (B,); samples (B, T, n) at `times`.
    """

    def __init__(
        self, task: TrajectoryTask, times: Float[np.ndarray, "T"] | None, grid: Float[np.ndarray, "steps_1"]
    ) -> None:
        field, start = task.problem.field, task.problem.start
        if field.system is None:
            raise ValueError("a kernel needs a formula, not a torch callable")
        self._task, self.times, self._grid = task, np.zeros(0) if times is None else times, grid
        points = np.array(start.T, dtype=task.dtype, order="C")
        self._march = March(rates_program(field.system), field.parameters, task.tableau, points, self.times)
        self._goal = _SUCCESS if (task.problem.ends[1] == grid[-1]).all() else task.spent
        self.ending, self.attempts, self.accepted = np.zeros((3, len(start)), dtype=np.int64)
        self.t = np.full(len(start), grid[0])
        self.z, self.samples = self._march.z, self._march.samples.transpose(2, 0, 1)

    @property
    def evaluations(self) -> Int[np.ndarray, "B"]:
        """Calls of the field by every trajectory that made an attempt."""
        return self._task.evaluations_of(self.attempts)

    def stop(self) -> None:
        """Make `advance` return soon, from another thread too."""
        self._march.stop[0] = 1

    def shares(self, count: int) -> list[list[range]]:
        """The points in `count` shares, each a list of ranges that go on together."""
        size, points = _POINTS * self._march.lanes, len(self.t)
        ranges = [range(begin, min(begin + size, points)) for begin in range(0, points, size)]
        return [ranges[number::count] for number in range(count)]

    def advance(self, share: Sequence[range]) -> Iterator[None]:
        """Follow the points of a share to the end; pauses every few milliseconds."""
        steps, last = _FIRST_STEPS, len(self._grid) - 1
        for points in share:
            place, done = slice(points.start, points.stop), 0
            while done < last:
                if self._march.stop[0]:
                    return
                begun, before = perf_counter(), self._march.z[:, place].copy()
                now = min(steps, last - done)
                self._march.run(self._grid[done : done + now + 1], points, self._due(done), goes_on=done > 0)
                if self._march.stop[0]:  # perhaps on the way
                    self._march.z[:, place] = before
                    return
                done += now
                self.attempts[place] = done
                pace = _SLICE_SECONDS / max(perf_counter() - begun, 1e-9)
                steps = max(1, min(int(now * min(pace, 4.0)), _MOST_STEPS))
                yield
            self.ending[place] = self._goal

    def _due(self, done: int) -> int:
        """The first of the wanted times that lies beyond so many steps."""
        if not done:
            return 0
        direction = np.sign(self._grid[-1] - self._grid[0])
        return int(np.searchsorted(self.times * direction, self._grid[done] * direction, side="right"))

    def conclude(self) -> Int[np.ndarray, "b"]:
        """Blank what was not reached; returns those that met no number: they have to be followed singly."""
        self.z, self.samples = np.ascontiguousarray(self.z), np.ascontiguousarray(self.samples)
        unfinished = self.ending == 0
        self.ending[unfinished] = _MAX_TIME
        self.t[:], self.accepted[:] = self._grid[self.attempts], self.attempts
        if unfinished.any() or self._goal != _SUCCESS:
            self._blank()
        unclear: Int[np.ndarray, "b"] = (self._march.broken | ~np.isfinite(self.z).all(axis=0)).nonzero()[0]
        return unclear

    def _blank(self) -> None:
        direction = np.sign(self._grid[-1] - self._grid[0])
        self.samples[self.times[None] * direction > self.t[:, None] * direction] = np.nan
        self._task.leave_at_start((self.attempts == 0).nonzero()[0], self.times, self.samples)

    def adopt(self, chosen: Int[np.ndarray, "b"], calls: TrajectoryCalls) -> None:
        """Take over how the chosen ones fared by themselves."""
        self.z[:, chosen], self.samples[chosen] = calls.z, calls.samples
        self.t[chosen], self.ending[chosen] = calls.t, calls.ending
        self.attempts[chosen], self.accepted[chosen] = calls.attempts, calls.accepted


def shared_grid(task: TrajectoryTask) -> Float[np.ndarray, "steps_1"] | None:
    """Where the equal steps of the task begin and end; None where steps differ, are too small beside the time, or
    follow a torch callable, which lockstep does not know.
    """
    if task.problem.field.system is None:
        return None
    step, span = task.controller.first_step, task.problem.shared_span
    if task.controller.adaptive or step is None or span is None or task.most <= 0:
        return None
    begin, end = span
    h = step if end > begin else -step
    wanted = abs(end - begin) / step
    count = int(wanted) + 2 if wanted < task.most else task.most
    times = np.add.accumulate(np.concatenate([[begin], np.full(count, h)]))  # summed as the loops do
    with np.errstate(over="ignore"):  # of a span as long as numbers go
        last = np.abs(end - times) <= step * STRETCH
    if last.any():
        times = np.append(times[: int(last.argmax()) + 1], end)
    too_small = times[:-1] + h * UNDERFLOW == times[:-1]
    return None if too_small.any() else times[: task.most + 1]
