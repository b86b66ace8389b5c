"""Very many trajectories in equal steps: all are at the same time, and what hangs on the time is computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
_STEPS = 512
"""Steps between two looks at whether to stop: a few milliseconds."""
_SUCCESS, _MAX_TIME = ENDINGS.index("success"), ENDINGS.index("max_time")


class LockstepCalls:
    """What `TrajectoryCalls` has, of trajectories in equal steps.

    z (n, B) the last good states; t, ending, attempts, accepted, evaluations (B,); samples (B, T, n).
    """

    def __init__(
        self, task: TrajectoryTask, times: Float[np.ndarray, "T"] | None, grid: Float[np.ndarray, "steps_1"]
    ) -> None:
        field, start = task.problem.field, task.problem.start
        if field.system is None:
            raise ValueError("a kernel needs a formula, not a torch callable")
        self._task, self._times, self._grid = task, np.zeros(0) if times is None else times, grid
        points = np.array(start.T, dtype=task.dtype, order="C")
        self._march = March(rates_program(field.system), field.parameters, task.tableau, points, self._times)
        self._stopped = False
        self._goal = _SUCCESS if grid[-1] == task.problem.span[1] else task.spent
        self.ending, self.attempts, self.accepted = np.zeros((3, len(start)), dtype=np.int64)
        self.t = np.full(len(start), grid[0])
        self.z, self.samples = self._march.z, self._march.samples.transpose(2, 0, 1)

    @property
    def evaluations(self) -> Int[np.ndarray, "B"]:
        """Calls of the field by every trajectory that made an attempt."""
        return self._task.evaluations_of(self.attempts)

    def stop(self) -> None:
        """Make `advance` return soon."""
        self._stopped = True

    def shares(self, count: int) -> list[list[range]]:
        """The points in `count` shares, each a list of ranges that go on together."""
        size, points = _POINTS * self._march.lanes, len(self.t)
        ranges = [range(begin, min(begin + size, points)) for begin in range(0, points, size)]
        return [ranges[number::count] for number in range(count)]

    def advance(self, share: Sequence[range]) -> Iterator[None]:
        """Follow the points of a share to the end; pauses every few milliseconds."""
        forward, grid = self._grid[-1] > self._grid[0], self._grid
        times, ends = (self._times, grid) if forward else (-self._times, -grid)
        for points in share:
            for begin in range(0, len(grid) - 1, _STEPS):
                if self._stopped:
                    return
                steps = min(_STEPS, len(grid) - 1 - begin)
                due = int(np.searchsorted(times, ends[begin], side="right")) if begin else 0
                self._march.run(grid[begin : begin + steps + 1], points, due)
                self.attempts[points.start : points.stop] = begin + steps
                yield
            self.ending[points.start : points.stop] = self._goal

    def conclude(self) -> None:
        """Blank what was not reached, and follow those that met no number one by one: they say where and why."""
        unfinished = self.ending == 0
        self.ending[unfinished] = _MAX_TIME
        self.t[:], self.accepted[:] = self._grid[self.attempts], self.attempts
        if unfinished.any() or self._goal != _SUCCESS:
            self._blank()
        bad = (~np.isfinite(self.z).all(axis=0)).nonzero()[0]
        if bad.size:
            self._repeat(bad)

    def _blank(self) -> None:
        direction = np.sign(self._grid[-1] - self._grid[0])
        self.samples[self._times[None] * direction > self.t[:, None] * direction] = np.nan
        idle = self.attempts == 0
        at_start = (self._times == self._grid[0]).nonzero()[0]
        self.samples[np.ix_(idle, at_start)] = self._task.problem.start[idle][:, None]

    def _repeat(self, chosen: Int[np.ndarray, "b"]) -> None:
        problem = replace(self._task.problem, start=self._task.problem.start[chosen])
        calls = TrajectoryCalls(replace(self._task, problem=problem), self._times)
        memory = calls.memory()
        while not calls.is_done:
            calls.advance(memory, _STEPS)
        self.z[:, chosen], self.samples[chosen] = calls.z, calls.samples
        self.t[chosen], self.ending[chosen] = calls.t, calls.ending
        self.attempts[chosen], self.accepted[chosen] = calls.attempts, calls.accepted


def shared_grid(task: TrajectoryTask) -> Float[np.ndarray, "steps_1"] | None:
    """Where the equal steps of the task begin and end; None where steps differ, or are too small beside the time."""
    step, (begin, end) = task.controller.first_step, task.problem.span
    if task.controller.adaptive or step is None or task.most <= 0:
        return None
    h = step if end > begin else -step
    count = min(int(abs(end - begin) / step) + 2, task.most)
    times = np.add.accumulate(np.concatenate([[begin], np.full(count, h)]))  # summed as the loops do
    last = np.abs(end - times) <= step * STRETCH
    if last.any():
        times = np.append(times[: int(last.argmax()) + 1], end)
    too_small = times[:-1] + h * UNDERFLOW == times[:-1]
    return None if too_small.any() else times[: task.most + 1]
