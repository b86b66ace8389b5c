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
from .cycle_marks import FoundMark, marks_between
from .cycle_tracer import CyclePoint, CycleTracer
from .orbit_collocation import NODES, MeshedOrbit
from .orbit_extremes import extremes
from .parameter_formula import ParameterFormula

if TYPE_CHECKING:
    from jaxtyping import Float

_LONG, _STEEP, _SLOW = 8.0, 10.0, 0.02
"""A period so many times the shortest of the family, whose logarithm changes by so much over one range of p and more
the longer it is, on a cycle that comes to rest but for that part of its speed, grows without bound."""
_BEGIN = 0.01
"""Of the box: the size of the first cycle beside a Hopf point."""
_TWICE, _NEARLY_TWICE = 2e-3, 0.1
"""Of its size: how near the two turns of a cycle are that goes round twice, and of one where a multiplier is 1: there a
family comes back to the one whose period it doubled."""
_SHORT = 1e-2
"""Of the longest step: how near to that place the last cycle is."""
_MOST_TURNS = 4
"""Of a cycle that was found, turns for each of which there are so many intervals."""
_SAME, _SAME_PERIOD = 0.5, 0.03
"""Of the longest step, and of the period: what makes two cycles one."""
_NOUGHT = 1e-11
"""Of the range of p: what rounding leaves of 0."""


@dataclass
class _Way:
    """One side of a family: its points as they are followed, and what it ends at."""

    points: list[CyclePoint]
    end: CycleEnd = "budget"


class CycleDiagram:
    """Follows every family that it is given a beginning of; `families` and `marks` are what there is so far."""

    def __init__(self, formula: ParameterFormula, box: CurveBox, *, coarse: bool = False) -> None:
        """coarse: fewer intervals, longer steps and a smaller budget, for a preview."""
        self._formula, self._box = formula, box
        self._tracer = CycleTracer(formula, box)
        self._intervals, self._longest, self._most = (16, 0.08, 60) if coarse else (40, 0.025, 400)
        self._ways: list[tuple[_Way, _Way]] = []
        self._rows: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._marks: list[CycleMark] = []
        self._hopfs: list[BranchMark] = []
        self._reached: set[int] = set()

    @property
    def marks(self) -> tuple[CycleMark, ...]:
        """What happens on the families, by its place along p."""
        return tuple(sorted(self._marks, key=lambda mark: mark.p))

    def families(self) -> tuple[CycleFamily, ...]:
        """The families so far."""
        return tuple(self._family(*ways) for ways in self._ways if sum(len(way.points) for way in ways) > 1)

    def from_hopf_points(self, marks: Sequence[BranchMark]) -> Iterator[float]:
        """Follow the family of every Hopf point of the flow; yields the share that is done."""
        self._hopfs = [mark for mark in marks if mark.kind == "hopf" and mark.frequency > 0.0]
        for number, mark in enumerate(self._hopfs):
            yield number / len(self._hopfs)
            if id(mark) in self._reached:
                continue
            self._reached.add(id(mark))
            way, begun = _Way([]), _Way([], "hopf")
            self._ways.append((begun, way))
            for _ in self._from_hopf(way, mark):
                yield number / len(self._hopfs)

    def from_cycle(self, p: float, found: ClosedOrbit) -> Iterator[None]:
        """Follow the family of a cycle that was found at p both ways, unless it is there already."""
        if self._is_known(p, found):
            return
        intervals = self._intervals * min(_turns(found), _MOST_TURNS)
        mesh = np.linspace(0.0, 1.0, intervals + 1)
        inner = (mesh[:-1, None] + np.diff(mesh)[:, None] * NODES).ravel()
        z, stages = (
            np.column_stack([np.interp(times * found.period, found.t, column) for column in found.points.T])
            for times in (mesh[:-1], inner)
        )
        guess = MeshedOrbit(mesh, z, stages.reshape(intervals, len(NODES), -1), found.period, p)
        start = self._tracer.begin(guess)
        if start is None:
            return
        back, ahead = _Way([]), _Way([start])
        self._ways.append((back, ahead))
        yield from self._follow(ahead, start)
        if ahead.end == "closed":
            back.end = "closed"
        else:
            yield from self._follow(back, self._tracer.backward(start))

    def _from_hopf(self, way: _Way, mark: BranchMark) -> Iterator[None]:
        """The family that begins at an equilibrium, along the plane of its imaginary pair."""
        mesh = np.linspace(0.0, 1.0, self._intervals + 1)
        matrix = self._formula.jacobian(mark.z[None], np.array([mark.p]))[0]
        values, vectors = np.linalg.eig(matrix)
        mode = vectors[:, np.abs(values - 1j * mark.frequency).argmin()]

        def around(times: np.ndarray, factor: complex) -> np.ndarray:
            return np.asarray((factor * np.exp(2j * np.pi * times)[..., None] * mode).real)

        inner = mesh[:-1, None] + np.diff(mesh)[:, None] * NODES
        rest = np.broadcast_to(mark.z, (*inner.shape, len(mark.z)))
        begin = MeshedOrbit(mesh, rest[:, 0].copy(), rest.copy(), mark.period, mark.p)
        step = MeshedOrbit(mesh, around(mesh[:-1], 1.0), around(inner, 1.0), 0.0, 0.0)
        tangent = step.times(1.0 / np.sqrt(self._tracer.product(step, step, begin)))
        found = self._tracer.over(begin, tangent, _BEGIN, around(mesh[:-1], 1j))
        if found is None:
            way.end = "stuck"
            return
        way.points.append(found[0])
        yield from self._follow(way, found[0])

    def _follow(self, way: _Way, start: CyclePoint) -> Iterator[None]:
        """Append the cycles after `start` until the family ends."""
        here, step, gone = start, 0.5 * self._longest, 0.0
        for _ in range(self._most):
            ahead = self._tracer.next(here, step, self._longest)
            if ahead is None:
                way.end = "stuck"
                return
            there, step, length = ahead
            if self._passes_a_point(here, there):
                way.end = "hopf"
                self._reach(there)
                return
            marks = marks_between(self._tracer, here, there, length)
            if _comes_back(there, marks):
                if length <= _SHORT * self._longest:
                    way.end = "doubled"
                    return
                step = length / 4.0
                continue
            for mark in marks:
                self._mark(way, mark)
            way.points.append(there)
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
        orbit, tangent = there.orbit, there.tangent
        if not low <= orbit.p <= high:
            return "range"
        if not self._tracer.holds(there):
            return "box"
        longer = orbit.period / min(point.orbit.period for point in points)
        steep = abs(tangent.period) / orbit.period * (high - low) > _STEEP * abs(tangent.p) * longer
        if longer > _LONG and steep and there.slowest < _SLOW:
            return "infinite"
        if gone > 4.0 * self._longest and self._is_one(start, there, self._longest):
            return "closed"
        return None

    def _passes_a_point(self, here: CyclePoint, there: CyclePoint) -> bool:
        """Whether the cycle shrinks to a point and grows again, half a turn later, between two of a family."""
        one, other = here.orbit, there.orbit
        weights = one.weights[:, None]
        first, last = one.z - (weights * one.z).sum(axis=0), other.z - (weights * other.z).sum(axis=0)
        return float((weights * first * last / self._box.scale[:-1] ** 2).sum()) < 0.0

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
        lowest, highest = self._extremes(point)
        p = 0.0 if abs(point.orbit.p) <= _NOUGHT * self._box.scale[-1] else float(point.orbit.p)
        self._marks.append(CycleMark(mark.kind, p, float(point.orbit.period), lowest, highest, mark.multiplier))

    def _is_known(self, p: float, found: ClosedOrbit) -> bool:
        scale = np.maximum(self._box.scale[:-1], found.highest - found.lowest)
        for family in self.families():
            for place in np.flatnonzero((family.p[:-1] - p) * (family.p[1:] - p) <= 0.0).tolist():
                gap = family.p[place + 1] - family.p[place]
                part = (p - family.p[place]) / gap if gap else 0.5
                values = [
                    one[place] + part * (one[place + 1] - one[place])
                    for one in (family.period, family.lowest, family.highest)
                ]
                off = np.concatenate([values[1] - found.lowest, values[2] - found.highest]) / np.tile(scale, 2)
                near = np.abs(off).max() <= _SAME * self._longest
                if near and abs(values[0] / found.period - 1.0) <= _SAME_PERIOD:
                    return True
        return False

    def _is_one(self, start: CyclePoint, there: CyclePoint, reach: float) -> bool:
        """Whether a family has come back to its first cycle, in the same direction."""
        one, other = start.orbit, there.orbit
        if abs(one.p - other.p) > reach * self._box.scale[-1] or abs(other.period / one.period - 1.0) > _SAME_PERIOD:
            return False
        off = np.subtract(self._extremes(start), self._extremes(there)) / self._tracer.lengths(one)
        if np.abs(off).max() > reach:
            return False
        return start.tangent.p * there.tangent.p > 0.0

    def _extremes(self, point: CyclePoint) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
        if id(point) not in self._rows:
            self._rows[id(point)] = extremes(point.orbit, point.around)
        return self._rows[id(point)]

    def _family(self, back: _Way, ahead: _Way) -> CycleFamily:
        points = [*back.points[::-1], *ahead.points]
        ends = [self._extremes(point) for point in points]
        return CycleFamily(
            p=np.array([point.orbit.p for point in points]),
            period=np.array([point.orbit.period for point in points]),
            lowest=np.array([lowest for lowest, _ in ends]),
            highest=np.array([highest for _, highest in ends]),
            multipliers=np.array([point.multipliers for point in points]),
            first=back.end,
            last=ahead.end,
        )


def _turns(found: ClosedOrbit) -> int:
    """How often the component that moves up and down the least often does so."""
    rises = np.diff(found.points, axis=0) > 0.0
    return max(1, int((rises & ~np.roll(rises, 1, axis=0)).sum(axis=0).min()))


def _comes_back(there: CyclePoint, marks: Sequence[FoundMark]) -> bool:
    """Whether a family comes, or turns back, to the one whose period it doubled."""
    turns = [mark.point.orbit for mark in marks if mark.kind in ("fold", "branch")]
    return _goes_twice(there.orbit, _TWICE) or any(_goes_twice(orbit, _NEARLY_TWICE) for orbit in turns)


def _goes_twice(orbit: MeshedOrbit, near: float) -> bool:
    """Whether the second half of the period repeats the first, but for that part of the orbit's size."""
    off = (orbit.at((orbit.mesh[:-1] + 0.5) % 1.0) - orbit.z) / np.maximum(np.ptp(orbit.z, axis=0), 1e-300)
    return bool(np.abs(off).max() <= near)
