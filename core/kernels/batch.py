"""Very many trajectories at once: only where they end, and where they are at wanted times."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from .lockstep import LockstepCalls, shared_grid
from .threads import at_once, workers
from .trajectories import TrajectoryCalls, TrajectoryTask

if TYPE_CHECKING:
    from jaxtyping import Float

Calls = TrajectoryCalls | LockstepCalls
R = TypeVar("R")
_FEW = 256
"""Trajectories that one thread follows sooner than several could share them."""
_SLICE = 10_000
"""Attempts of every lane between two looks at the clock: a few milliseconds."""
_NO_END = 2**62


def follow(
    task: TrajectoryTask, times: Float[np.ndarray, "..."] | None, threads: int | None = None
) -> Generator[int, None, Calls]:
    """Follow every start of the task; yields how many trajectories have ended, returns the arrays of all.

    times: (T,) in the direction of the way, or (B, T), each row in that of its trajectory; None keeps the ends
    alone. When the budget's seconds are over, or the generator is closed, the trajectories under way are left where
    they are.
    """
    used = 1 if len(task.problem.start) <= _FEW else threads or workers()
    grid = shared_grid(task) if times is None or times.ndim == 1 else None
    if grid is None:
        return (yield from _each_by_itself(TrajectoryCalls(task, times), task, used))
    return (yield from _in_lockstep(LockstepCalls(task, times, grid), task, used))


def _each_by_itself(calls: TrajectoryCalls, task: TrajectoryTask, threads: int) -> Generator[int, None, Calls]:
    memories = [calls.memory() for _ in range(threads)]
    running = _here(calls, memories[0], task.budget.seconds) if threads == 1 else _shared(calls, memories, task)
    try:
        while True:
            next(running)
            yield int(np.count_nonzero(calls.ending))
    except StopIteration as end:
        if not end.value:
            calls.abandon(memories, "max_time")
        return calls
    finally:
        running.close()


def _here(calls: TrajectoryCalls, memory: np.ndarray, seconds: float) -> Generator[None, None, bool]:
    """In this thread, a few milliseconds at a time; returns whether it came to the end."""
    deadline = perf_counter() + seconds
    while True:
        calls.advance(memory, _SLICE)
        if calls.is_done:
            return True
        if perf_counter() > deadline:
            return False
        yield


def _shared(calls: TrajectoryCalls, memories: list[np.ndarray], task: TrajectoryTask) -> Generator[None, None, bool]:
    """In a thread for every memory."""

    def stop() -> None:
        calls.stop[0] = 1

    works = [partial(calls.advance, memory, _NO_END) for memory in memories]
    return at_once(works, stop, task.budget.seconds)


def _in_lockstep(calls: LockstepCalls, task: TrajectoryTask, threads: int) -> Generator[int, None, Calls]:
    shares, deadline = calls.shares(threads), perf_counter() + task.budget.seconds
    if threads == 1:
        for _ in calls.advance(shares[0]):
            if perf_counter() > deadline:
                break
            yield int(np.count_nonzero(calls.ending))
    else:
        for _ in at_once([partial(_exhaust, calls, share) for share in shares], calls.stop, task.budget.seconds):
            yield int(np.count_nonzero(calls.ending))
    unclear = calls.conclude()
    if unclear.size:
        budget = replace(task.budget, seconds=max(deadline - perf_counter(), 1e-3))
        problem = replace(task.problem, start=task.problem.start[unclear])
        again = replace(task, problem=problem, budget=budget)
        found = TrajectoryCalls(again, calls.times)
        for _ in _each_by_itself(found, again, threads):
            yield len(calls.ending)
        calls.adopt(unclear, found)
    return calls


def _exhaust(calls: LockstepCalls, share: Sequence[range]) -> None:
    for _ in calls.advance(share):
        pass


def followed(task: TrajectoryTask, times: Float[np.ndarray, "..."] | None, threads: int | None = None) -> Calls:
    """The same, waited for."""
    return finished(follow(task, times, threads))


def finished(running: Generator[object, None, R]) -> R:
    """What a generator returns, whatever it yields until then."""
    while True:
        try:
            next(running)
        except StopIteration as end:
            result: R = end.value
            return result
