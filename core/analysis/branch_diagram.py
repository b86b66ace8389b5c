"""All curves of fixed points over a range of one parameter, as far as they can be found, piece by piece."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..readings.branches import Branch, BranchMark
from .arclength import CurveBox, CurvePoint, CurveTracer, reversed_point
from .branch_marks import marks_between
from .deflation import root_search
from .solution_family import SolutionFamily

if TYPE_CHECKING:
    from jaxtyping import Float

T = TypeVar("T")

_MOST_POINTS = 12_000
_SAME = 1e-4
"""Of the box: a distance below which two roots, or two marks of a kind, are one."""
_NOUGHT = 1e-11, 1e-8
"""Of the box: what rounding leaves of a zero of p, and of z, which at a fold is known to half as many digits."""
_UPRIGHT = 1e-9
"""Of the range of p: how little a curve may lead along it that stands upright."""
_ASIDE = 0.01
"""Of the box: how far from a crossing the other curve is looked for."""
_DENSE = 2
"""Components up to which points spread in the box leave no root out: no deflation is needed."""
_BLOCK = 12
"""Points of a curve per slice of work, of one component; fewer where there are more."""


class BranchDiagram:
    """Finds roots at several values of p, and follows every curve that goes through one of them both ways.

    Where two curves cross, the other one is followed too. A curve that closes between two of those values may be
    missed. `work` is done in slices; `branches` and `marks` are what there is so far.
    """

    def __init__(
        self,
        family: SolutionFamily,
        box: CurveBox,
        kind: str = "map",
        starts: Float[np.ndarray, "m n"] | None = None,
        coarse: bool = False,
    ) -> None:
        """kind: of the system, says which marks there can be. starts: tried beside points spread in the box. coarse:
        longer steps and fewer slices, for a preview."""
        self._family, self._box, self._kind, self._starts = family, box, kind, starts
        self._slices, self._longest, self._seeds = (3, 0.05, 8) if coarse else (7, 0.02, 24)
        self._tracer = CurveTracer(family, box)
        self._curves: list[list[CurvePoint]] = []
        self._marks: list[BranchMark] = []
        self._aside: list[CurvePoint] = []
        self._count = 0

    @property
    def marks(self) -> tuple[BranchMark, ...]:
        """What happens on the curves, by its place along p."""
        return tuple(sorted(self._marks, key=lambda mark: mark.p))

    def branches(self) -> tuple[Branch, ...]:
        """The curves so far."""
        return tuple(
            Branch(
                p=np.array([point.p for point in curve]),
                z=np.array([point.z for point in curve]),
                eigenvalues=np.array([point.eigenvalues for point in curve]),
            )
            for curve in self._curves
            if len(curve) > 1
        )

    def work(self) -> Iterator[float]:
        """Everything, slice by slice; yields the share that is done."""
        low, high = self._box.p_range
        for number in range(self._slices):
            share = number / self._slices
            value = low + (high - low) * (number + 0.5) / self._slices
            yield share
            roots = yield from _saying(self._roots(value), share)
            for z in roots:
                if self._is_known(z, value):
                    continue
                start = self._tracer.begin(z, value)
                if start is not None:
                    for _ in self._follow(start):
                        yield share
                for _ in self._follow_crossing():
                    yield share
            if self._count > _MOST_POINTS:
                return

    def _roots(self, p: float) -> Generator[None, None, list[Float[np.ndarray, "n"]]]:
        """The roots at one value of the parameter."""

        def at(z: np.ndarray) -> np.ndarray:
            return np.full(len(z), p)

        middle, half = 0.5 * (self._box.lower + self._box.upper), 0.5 * self._box.scale[:-1]
        found = yield from root_search(
            lambda z: self._family.value(z, at(z)),
            lambda z: self._family.jacobian(z, at(z)),
            middle - half,
            middle + half,
            self._starts,
            self._seeds,
            rounds=1 if self._family.size <= _DENSE else 2,
        )
        return [root.z for root in found]

    def _follow(self, start: CurvePoint) -> Iterator[None]:
        """Follow the curve through `start` both ways."""
        curve = [start]
        self._curves.append(curve)
        closed = yield from self._extend(curve, start, forward=True)
        if not closed:
            curve.reverse()
            yield from self._extend(curve, start, forward=False)

    def _extend(self, curve: list[CurvePoint], start: CurvePoint, forward: bool) -> Generator[None, None, bool]:
        """Append the points that follow; returns whether the curve is closed."""
        here = start if forward else reversed_point(start)
        for number, there in enumerate(self._tracer.follow(start, forward, self._longest)):
            self._count += 1
            for mark in marks_between(self._tracer, here, there, self._kind):
                if not self._box.holds(mark.point.z, mark.point.p):
                    break  # the last step may lead beyond the box
                curve.append(mark.point)
                form = self._step_aside(mark.point, here, there) if mark.kind == "branch" else ""
                self._add(BranchMark(mark.kind, mark.point.p, mark.point.z, mark.multiplier, form))
            curve.append(there)
            here = there
            if there is start:
                return True
            if number % max(1, _BLOCK // self._family.size) == 0:
                yield
        return False

    def _step_aside(self, crossing: CurvePoint, here: CurvePoint, there: CurvePoint) -> str:
        """The form of a crossing between two points; its other curve is to be followed, where it leads along p."""
        direction = self._tracer.across(crossing)
        sides = () if direction is None else (direction, -direction)
        tried = [self._tracer.from_side(crossing, side, _ASIDE) for side in sides]
        found = [point for point in tried if point is not None]
        form = _form([one.x[-1] - crossing.x[-1] for one in (here, there, *found)])
        if form != "vertical":
            self._aside += found
        return form

    def _follow_crossing(self) -> Iterator[None]:
        while self._aside and self._count <= _MOST_POINTS:
            point = self._aside.pop()
            if not self._is_known(point.z, point.p):
                yield from self._follow(point)

    def _add(self, mark: BranchMark) -> None:
        scale = self._box.scale
        mark = replace(
            mark,
            p=0.0 if abs(mark.p) <= _NOUGHT[0] * scale[-1] else mark.p,
            z=np.where(np.abs(mark.z) <= _NOUGHT[1] * scale[:-1], 0.0, mark.z),
        )
        for other in self._marks:
            away = np.append(mark.z - other.z, mark.p - other.p) / scale
            if other.kind == mark.kind and np.abs(away).max() <= _SAME:
                return
        self._marks.append(mark)

    def _is_known(self, z: Float[np.ndarray, "n"], p: float) -> bool:
        """Whether a root lies on a curve that was followed."""
        scale = self._box.scale[:-1]
        for curve in self._curves:
            values = np.array([point.p for point in curve])
            for place in np.flatnonzero((values[:-1] - p) * (values[1:] - p) <= 0.0).tolist():
                first, last = curve[place], curve[place + 1]
                part = 0.5 if first.p == last.p else (p - first.p) / (last.p - first.p)
                guess = first.z + part * (last.z - first.z)
                if np.abs((guess - z) / scale).max() > 4.0 * self._longest:
                    continue
                if np.abs((self._polished(guess, p) - z) / scale).max() <= _SAME:
                    return True
        return False

    def _polished(self, z: Float[np.ndarray, "n"], p: float) -> Float[np.ndarray, "n"]:
        """Newton's method at a fixed parameter."""
        unit, at = np.eye(len(z)), np.array([p])
        for _ in range(6):
            step = self._family.value(z[None], at)[0] - z
            matrix = unit - self._family.jacobian(z[None], at)[0]
            try:
                z = z + np.linalg.solve(matrix, step)
            except np.linalg.LinAlgError:
                break
        return z


def _form(away: list[float]) -> str:
    """What kind of crossing it is, by how far along p points on both of its sides lie: of one curve, then the other."""
    if len(away) < 4:
        return ""
    if max(map(abs, away[2:])) <= _UPRIGHT:
        return "vertical"
    turns = [away[0] * away[1] > 0.0, away[2] * away[3] > 0.0]
    return "" if all(turns) else "pitchfork" if any(turns) else "transcritical"


def _saying(work: Generator[None, None, T], share: float) -> Generator[float, None, T]:
    """The same work, yielding the share that is done."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: T = end.value
            return found
        yield share
