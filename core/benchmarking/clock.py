"""Processor time of a call, in milliseconds, however short the call is."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from time import process_time
from typing import Any

_SHORTEST = 20.0
"""Milliseconds that a sample lasts at least: a shorter call is repeated inside it."""
_MOST_CALLS = 10_000
_LONG = 10_000.0
"""Milliseconds of a first call that no compilation explains."""


def once(call: Callable[[], Any]) -> tuple[Any, float]:
    """The answer of one call, and what it took."""
    gc.collect()  # nobody pays for another's garbage
    begun = process_time()
    answer = call()
    return answer, (process_time() - begun) * 1e3


def sample(call: Callable[[], Any], calls: int) -> float:
    """What one call takes, from `calls` of them one after the other.

    Of short calls one goes ahead: the processor's caches are full of what another entrant did.
    """
    gc.collect()
    if calls > 1:
        call()
    begun = process_time()
    for _ in range(calls):
        call()
    return (process_time() - begun) * 1e3 / calls


def calls_needed(call: Callable[[], Any], first: float) -> int:
    """How many calls make a sample long enough to be measured, of a call that took `first` at first.

    It is called once more to find out, unless it is so long that one is enough.
    """
    if first > _LONG:
        return 1
    _, took = once(call)
    return max(1, min(_MOST_CALLS, math.ceil(_SHORTEST / max(took, 1e-6))))
