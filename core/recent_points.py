"""The last points of a run, by which a cycle is known.

A cycle: the sample returns to within a millionth of its longest step, twice, and steps are well above rounding. Its
period is the part of that after which it returns to within a hundred times as much. A convergent oscillation that
looks so would need some 1e7 iterations.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import ArrayLibrary
from .root_watch import LONGEST_PERIOD, RootWatch
from .stop_rule import StopRule

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_CYCLE_ULPS, _RETURN, _ROUGHLY, _ROUNDING = 1e4, 1e-6, 100.0, 8.0


class RecentPoints:
    """The points (L, n) of the last iterations, as far back as two turns of the longest cycle."""

    def __init__(self, library: ArrayLibrary, stop: StopRule) -> None:
        self._library, self._stop = library, stop
        self._points: deque[Any] = deque(maxlen=2 * LONGEST_PERIOD + 1)

    def add(self, *points: Any) -> None:
        """Those of the next iterations."""
        self._points.extend(points)

    def periods(self, watch: RootWatch, active: Bool[np.ndarray, "L"]) -> Int[np.ndarray, "L"]:
        """The period of the cycle of each sample under way, 0 where it is in none."""
        columns = self._library.host(self._library.stack([point[:, 0] for point in self._points]))
        sizes = watch.sizes
        if not (active & may_return(columns, sizes, watch.epsilon)).any():
            return np.zeros(len(active), dtype=np.int64)
        way = self._library.stack(self._points)
        newest = len(way) - 1
        longest = newest // 2
        once = newest - np.arange(1, longest + 1)
        mask = self._library.mask(active, way)
        steps, returns, before = (
            self._library.host(self._stop.length(self._library, moves, mask))
            for moves in (
                way[newest - 2 * longest + 1 :] - way[newest - 2 * longest : newest],
                way[newest] - way[once.tolist()],
                way[once.tolist()] - way[(2 * once - newest).tolist()],
            )
        )
        return cycle_periods(steps, returns, before, sizes[-1], watch.steady(), watch.epsilon)


def may_return(
    columns: Float[np.ndarray, "k S"], sizes: Float[np.ndarray, "k S"], epsilon: float
) -> Bool[np.ndarray, "S"]:
    """Where a cycle is possible, from one component and |z| of the last points: whoever returns does so in every
    component, and no step is longer than |z| before it and after it together."""
    moves = np.abs(columns[-1] - columns[-1 - len(columns) // 2 : -2])
    near = _RETURN * 2.0 * sizes.max(axis=0) + _ROUNDING * epsilon * sizes[-1]
    return np.asarray((moves <= 1.001 * near).any(axis=0))


def cycle_periods(
    steps: Float[np.ndarray, "k S"],
    returns: Float[np.ndarray, "p S"],
    before: Float[np.ndarray, "p S"],
    size: Float[np.ndarray, "S"],
    steady: Bool[np.ndarray, "S"] | None,
    epsilon: float,
) -> Int[np.ndarray, "S"]:
    """The period of each sample's cycle, 0 where it is in none.

    steps: the lengths |z_j - z_(j-1)| of the last 2 p steps, newest last. returns, before: |z_k - z_(k-q)| and
    |z_(k-q) - z_(k-2q)| for q = 1, ..., p. size: |z_k|. steady: see `RootWatch.steady`.
    """
    found, rough = np.zeros(steps.shape[1], dtype=np.int64), np.zeros(steps.shape[1], dtype=np.int64)
    if steady is None:
        steady = np.ones(steps.shape[1], dtype=bool)
    longest = np.maximum.accumulate(steps[::-1], axis=0)
    for period in range(2, len(returns) + 1):
        stride = longest[period - 1]
        near = _RETURN * stride + _ROUNDING * epsilon * size
        again = (returns[period - 1] <= near) & (before[period - 1] <= 10.0 * near)
        large = stride > _CYCLE_ULPS * epsilon * size
        found = np.where((found == 0) & again & large & steady, period, found)
        rough = np.where((rough == 0) & (returns[period - 1] <= _ROUGHLY * near), period, rough)
    # where it comes nearer to and fro, it is back after two turns before it is after one
    return np.where((rough > 0) & (found % np.maximum(rough, 1) == 0), np.minimum(found, rough), found)
