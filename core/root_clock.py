"""How long a root solver computes: the time of a block of iterations, shared out evenly among them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from time import perf_counter

import numpy as np

from .outcome import Outcome
from .telemetry import Iterates


def timed(
    loop: Generator[Iterates, None, tuple[Outcome, ...]], clock: Callable[[], float] = perf_counter
) -> Generator[Iterates, None, tuple[Outcome, ...]]:
    """The blocks of `loop` with `seconds`: what it took so far, without the time between two of its blocks.

    clock: seconds from some moment on. A block is at most a few milliseconds of several iterations, or one iteration
    that takes longer.
    """
    spent = 0.0
    try:
        while True:
            since = clock()
            try:
                block = next(loop)
            except StopIteration as end:
                outcomes: tuple[Outcome, ...] = end.value
                return outcomes
            took = clock() - since
            yield replace(block, seconds=spent + took * np.arange(1, len(block) + 1) / len(block))
            spent += took
    finally:
        loop.close()
