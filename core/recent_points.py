"""The last points of a run, by which a cycle is known."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import ArrayLibrary
from .root_watch import LONGEST_PERIOD, RootWatch
from .stop_rule import StopRule

if TYPE_CHECKING:
    from jaxtyping import Float, Int


class RecentPoints:
    """The points (L, n) of the last iterations, as far back as two turns of the longest cycle."""

    def __init__(self, library: ArrayLibrary, stop: StopRule) -> None:
        self._library, self._stop = library, stop
        self._points: deque[Any] = deque(maxlen=2 * LONGEST_PERIOD + 1)

    def add(self, *points: Any) -> None:
        """Those of the next iterations."""
        self._points.extend(points)

    def periods(self, watch: RootWatch, active: Any) -> Int[np.ndarray, "L"]:
        """The periods of cycles, 0 where there is none. active (L,): where the points lie."""
        way = self._library.stack(self._points)
        newest = len(way) - 1
        longest = newest // 2
        once = newest - np.arange(1, longest + 1)
        steps = way[newest - 2 * longest + 1 :] - way[newest - 2 * longest : newest]
        returns = way[newest] - way[once.tolist()]
        before = way[once.tolist()] - way[(2 * once - newest).tolist()]
        return watch.periods(*(self._lengths(moves, active) for moves in (steps, returns, before)))

    def _lengths(self, moves: Any, active: Any) -> Float[np.ndarray, "k L"]:
        return self._library.host(self._stop.length(self._library, moves, active))
