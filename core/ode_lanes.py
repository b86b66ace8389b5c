"""Trajectories under way, side by side: what a loop knows of each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from .stepper import Memory


@dataclass(frozen=True)
class Lanes:
    """The trajectories under way, padded by copies of the last one; L lanes.

    sample (L,) index in the problem; t, h, end (L,) float64, h signed, end that of the span; target (L,) where the next
    attempt ends;
    z (L, n) state; calls (L,) evaluations of the field so far;
    previous, earlier, growth (L,) as in `StepMemory`; rejected (L,) whether the last attempt failed;
    trouble (L,) why it gave no numbers, or that of a step too small; memory: what the method carries along.
    """

    sample: Any
    t: Any
    h: Any
    end: Any
    target: Any
    z: Any
    calls: Any
    previous: Any
    earlier: Any
    growth: Any
    rejected: Any
    trouble: Any
    memory: Memory = ()

    def take(self, index: Any) -> Lanes:
        """The lanes `index`, in that order."""
        columns = {lane.name: getattr(self, lane.name)[index] for lane in fields(self) if lane.name != "memory"}
        return Lanes(**columns, memory=tuple(array[index] for array in self.memory))
