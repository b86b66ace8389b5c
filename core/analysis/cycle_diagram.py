"""Families of limit cycles over a range of one parameter: from every Hopf point, and from cycles that are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..readings.branches import BranchMark
from ..readings.closed_orbits import ClosedOrbit
from ..readings.cycle_families import CycleEnd, CycleFamily, CycleMark
from .arclength import CurveBox
from .cycle_begins import at_cycle, at_half, beside_equilibrium, beside_twice, gone_twice
from .cycle_ends import SAME_PERIOD, comes_back, grows_without_bound, lies_on, shrinks_to_a_point
from .cycle_marks import FoundMark, marks_between
from .cycle_tracer import CyclePoint, CycleTracer
from .orbit_collocation import MeshedOrbit
from .parameter_formula import ParameterFormula

if TYPE_CHECKING:
    from jaxtyping import Float

_MOST_FAMILIES = 24
_SAME_MARK = 1e-3
"""Of the box: what makes two marks of a kind and a period one."""
_SHORT = 1e-2
"""Of the longest step: how near to that place the last cycle is."""
_SAME = 0.5
"""Of the longest step: what makes two cycles one."""
_NOUGHT = 1e-8
"""Of the range of p: what rounding leaves of 0."""


@dataclass
class _Way:
    """One side of a family: its points as they are followed, and what it ends at."""

    points: list[CyclePoint]
    end: CycleEnd = "budget"


class CycleDiagram:
    """Follows every family that it is given a beginning of; `families` and `marks` are what there is so far."""

    def __init__(self, formula: ParameterFormula, box: CurveBox, *, coarse: bool = False) -> None:
        """coarse: fewer intervals, longer steps, fewer cycles and one doubling of the period, for a preview."""
        self._formula, self._box = formula, box
        self._tracer = CycleTracer(formula, box)
        self._intervals, self._longest, self._most = (16, 0.08, 150) if coarse else (40, 0.025, 400)
        self._most_doubled, self._left = (2, 300) if coarse else (4, 2500)
        self._ways: list[tuple[_Way, _Way]] = []
        self._marks: list[CycleMark] = []
        self._hopfs: list[BranchMark] = []
        self._reached: set[int] = set()
        self._waiting: list[tuple[CyclePoint, bool]] = []  # where a period doubles, and whether it is on the longer one

    @property
    def marks(self) -> tuple[CycleMark, ...]:
        """What happens on the families, by its place along p."""
        return tuple(sorted(self._marks, key=lambda mark: mark.p))

    def families(self) -> tuple[CycleFamily, ...]:
        """The families so far."""
        return tuple(_family(*ways) for ways in self._ways if sum(len(way.points) for way in ways) > 1)

    def from_hopf_points(self, marks: Sequence[BranchMark]) -> Iterator[float]:
        """Follow the family of every Hopf point of the flow; yields the share that is done."""
        self._hopfs = [mark for mark in marks if mark.kind == "hopf" and mark.frequency > 0.0]
        for number, mark in enumerate(self._hopfs):
            yield number / len(self._hopfs)
            if id(mark) in self._reached:
                continue
            self._reached.add(id(mark))
            start = beside_equilibrium(self._formula, self._tracer, mark, self._intervals)
            for _ in self._one_way(start, "hopf"):
                yield number / len(self._hopfs)
            for _ in self._follow_doublings():
                yield number / len(self._hopfs)

    def from_cycle(self, p: float, found: ClosedOrbit) -> Iterator[None]:
        """Follow the family of a cycle that was found at p both ways, unless it is there already."""
        if self._is_known(p, found.period, (found.lowest, found.highest)):
            return
        yield from self._both_ways(at_cycle(self._tracer, p, found, self._intervals))
        yield from self._follow_doublings()

    def _one_way(self, start: CyclePoint | None, begun: CycleEnd, *before: CyclePoint) -> Iterator[None]:
        """A family from its end on; before: the end itself, where that is a cycle."""
        if start is not None:
            ahead = _Way([*before, start])
            self._ways.append((_Way([], begun), ahead))
            yield from self._follow(ahead, start)

    def _both_ways(self, start: CyclePoint | None) -> Iterator[None]:
        """The family of a cycle."""
        if start is None:
            return
        back, ahead = _Way([]), _Way([start])
        self._ways.append((back, ahead))
        yield from self._follow(ahead, start)
        if ahead.end == "closed":
            back.end = "closed"
        else:
            yield from self._follow(back, start.backward)

    def _follow_doublings(self) -> Iterator[None]:
        """The families that cross others where a period doubles, up to four times the shortest period."""
        while self._waiting and len(self._ways) < _MOST_FAMILIES:
            point, is_twice = self._waiting.pop(0)
            orbit, reach = point.orbit, _SAME * self._longest * self._box.scale[-1]
            if is_twice:
                start = at_half(self._tracer, orbit)
                if start is None:
                    continue
                if not self._is_known(start.orbit.p, start.orbit.period, start.extremes):
                    yield from self._both_ways(start)
            elif 2 * len(orbit.z) <= self._most_doubled * self._intervals and not _is_doubled(
                orbit, self.families(), reach
            ):
                twice = gone_twice(point)
                yield from self._one_way(beside_twice(self._tracer, point, twice), "doubled", twice)

    def _follow(self, way: _Way, start: CyclePoint) -> Iterator[None]:
        """Append the cycles after `start` until the family ends."""
        here, step, gone = start, 0.5 * self._longest, 0.0
        for _ in range(min(self._most, max(0, self._left))):
            ahead = yield from self._tracer.next(here, step, self._longest)
            if ahead is None:
                way.end = "stuck"
                return
            there, step, length = ahead
            if shrinks_to_a_point(here.orbit, there.orbit, self._box.scale[:-1]):
                way.end = "hopf"
                self._reach(there)
                return
            marks = yield from marks_between(self._tracer, here, there, length)
            if comes_back(there, marks):
                if length <= _SHORT * self._longest:
                    way.end = "doubled"
                    self._waiting.append((here, True))
                    return
                step = length / 4.0
                continue
            for mark in marks:
                self._mark(way, mark)
            way.points.append(there)
            self._left -= 1
            gone += length
            end = self._end(way.points, start, there, gone)
            if end is not None:
                way.end = end
                return
            here = self._tracer.remeshed(there)
            yield

    def _end(self, points: list[CyclePoint], start: CyclePoint, there: CyclePoint, gone: float) -> CycleEnd | None:
        """What the family has come to, if it ends there."""
        low, high = self._box.p_range
        if not low <= there.orbit.p <= high:
            return "range"
        if not self._tracer.holds(there):
            return "box"
        if grows_without_bound(points, high - low):
            return "infinite"
        if gone > 4.0 * self._longest and self._is_one(start, there, self._longest):
            return "closed"
        return None

    def _reach(self, there: CyclePoint) -> None:
        """The Hopf point that a family shrinks to begins no other."""
        away = [
            float(
                np.abs(np.append(mark.z - there.orbit.z.mean(axis=0), mark.p - there.orbit.p) / self._box.scale).max()
            )
            for mark in self._hopfs
        ]
        if away and min(away) <= 4.0 * self._longest:
            self._reached.add(id(self._hopfs[int(np.argmin(away))]))

    def _mark(self, way: _Way, mark: FoundMark) -> None:
        point = mark.point
        if not self._box.p_range[0] <= point.orbit.p <= self._box.p_range[1]:
            return
        way.points.append(point)
        if mark.kind == "flip":
            self._waiting.append((point, False))
        lowest, highest = point.extremes
        p = 0.0 if abs(point.orbit.p) <= _NOUGHT * self._box.scale[-1] else float(point.orbit.p)
        new = CycleMark(mark.kind, p, float(point.orbit.period), lowest, highest, mark.multiplier)
        if not any(_is_same(new, other, self._box.scale) for other in self._marks):
            self._marks.append(new)

    def _is_known(self, p: float, period: float, between: tuple[np.ndarray, np.ndarray]) -> bool:
        """Whether a cycle at p, between these values, lies on a family that was followed."""
        reach = _SAME * self._longest * np.maximum(self._box.scale[:-1], between[1] - between[0])
        return lies_on(self.families(), p, period, between, reach)

    def _is_one(self, start: CyclePoint, there: CyclePoint, reach: float) -> bool:
        """Whether a family has come back to its first cycle, in the same direction."""
        one, other = start.orbit, there.orbit
        if abs(one.p - other.p) > reach * self._box.scale[-1] or abs(other.period / one.period - 1.0) > SAME_PERIOD:
            return False
        off = np.subtract(start.extremes, there.extremes) / self._tracer.lengths(one)
        if np.abs(off).max() > reach:
            return False
        return start.tangent.p * there.tangent.p > 0.0


def _family(back: _Way, ahead: _Way) -> CycleFamily:
    """Both sides of a family as one."""
    points = [*back.points[::-1], *ahead.points]
    ends = [point.extremes for point in points]
    return CycleFamily(
        p=np.array([point.orbit.p for point in points]),
        period=np.array([point.orbit.period for point in points]),
        lowest=np.array([lowest for lowest, _ in ends]),
        highest=np.array([highest for _, highest in ends]),
        multipliers=np.array([point.multipliers for point in points]),
        first=back.end,
        last=ahead.end,
    )


def _is_same(one: CycleMark, other: CycleMark, scale: Float[np.ndarray, "n_plus_1"]) -> bool:
    """Whether two marks are one, which two families were followed through."""
    if one.kind != other.kind or abs(one.period / other.period - 1.0) > SAME_PERIOD:
        return False
    off = np.concatenate([one.lowest - other.lowest, one.highest - other.highest]) / np.tile(scale[:-1], 2)
    return bool(np.abs(off).max() <= _SAME_MARK and abs(one.p - other.p) <= _SAME_MARK * scale[-1])


def _is_doubled(orbit: MeshedOrbit, families: Sequence[CycleFamily], reach: float) -> bool:
    """Whether a family of twice the period begins at a cycle already; reach: how near in p."""
    ends = [(family, 0) for family in families if family.first == "doubled"]
    ends += [(family, -1) for family in families if family.last == "doubled"]
    return any(
        abs(family.p[end] - orbit.p) <= reach and abs(family.period[end] / (2.0 * orbit.period) - 1.0) <= SAME_PERIOD
        for family, end in ends
    )
