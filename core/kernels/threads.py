"""Kernels on several processor cores: a call releases the interpreter lock, so threads are enough."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import perf_counter

_LOOK_SECONDS = 0.004
"""Time between two looks at whether the work is done, or to be left."""


def workers() -> int:
    """Threads that compute: one core is left to whoever waits for the result."""
    return max(1, len(_cores()) - 1)


def at_once(
    calls: Sequence[Callable[[], object]], stop: Callable[[], None], seconds: float
) -> Generator[None, None, bool]:
    """Run `calls` in threads; yields every few milliseconds, returns whether all came to their end in time.

    stop: makes the calls return soon; used after `seconds`, and where the generator is closed.
    """
    deadline = perf_counter() + seconds
    finished = True
    with ThreadPoolExecutor(len(calls), thread_name_prefix="kernel") as pool:
        futures: list[Future[object]] = [pool.submit(call) for call in calls]
        try:
            while wait(futures, timeout=_LOOK_SECONDS).not_done:
                if perf_counter() > deadline:
                    finished = False
                    break
                yield
        finally:
            stop()  # those that are done do not hear it
            wait(futures)
    for future in futures:
        future.result()
    return finished


def _cores() -> Sequence[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)
