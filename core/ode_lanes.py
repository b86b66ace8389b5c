"""Trajectories under way, side by side: what a loop knows of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from .array_library import ArrayLibrary
from .lane_rows import places, replaced, rows
from .stepper import Memory


@dataclass(frozen=True)
class Lanes:
    """The trajectories under way, padded by copies of one of them; L lanes.

    sample (L,) index in the problem; t, h, end (L,) float64, h signed, end that of the span; target (L,) where the next
    attempt ends;
    z (L, n) state; calls (L,) evaluations of the field so far; rejected (L,) whether the last attempt failed;
    previous, earlier, growth (L,) logarithms of `StepMemory`, None where the controller reads them not;
    trouble (L,) why the last attempts gave no numbers, None where all did; memory: what the method carries along.
    """

    sample: Any
    t: Any
    h: Any
    end: Any
    target: Any
    z: Any
    calls: Any
    rejected: Any
    previous: Any = None
    earlier: Any = None
    growth: Any = None
    trouble: Any = None
    memory: Memory = ()

    def take(self, index: Any) -> Lanes:
        """The lanes `index`, in that order."""
        return self._each(lambda column: column[index])

    def closed_up(self, library: ArrayLibrary, gone: Any, count: int, length: int) -> Lanes:
        """The lanes of the first len(gone) that are not gone, `count` of them, in the first places of `length`.

        Those behind move into the gaps, which costs as much as there are gaps; copies of one fill the rest.
        """
        module = library.module
        behind = places(library, ~gone[count:]) + count
        some = places(library, ~gone)[:1]
        source = module.concatenate([behind, some.repeat(length - count)])
        target = module.concatenate([places(library, gone[:count]), module.arange(count, length, device=gone.device)])
        return self._each(lambda column: replaced(library, column[:length], target, rows(library, column, source)))

    def _each(self, change: Callable[[Any], Any]) -> Lanes:
        columns = {lane.name: getattr(self, lane.name) for lane in fields(self) if lane.name != "memory"}
        changed = {name: None if column is None else change(column) for name, column in columns.items()}
        return Lanes(**changed, memory=tuple(map(change, self.memory)))
