"""The closed orbits that the trajectories in sight lie on or come to."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.closed_orbits import closed_orbit, obstacle
from ..probe import Slice, SweepProbe
from ..readings.closed_orbits import ClosedOrbit, ClosedOrbits
from ..run_context import RunContext
from ..vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float

_MOST_STARTS = 6
"""Trajectories that are followed, the one that is looked at first."""
_SECONDS, _LONGEST = 1.0, 2.0
"""After which no other trajectory is begun, and one is given up: chaotic ones take long and come to nothing."""
_MOST_KNOWN = 64
_KNOWN: dict[tuple[object, ...], ClosedOrbit | None] = {}
"""What earlier runs found, by their questions: a plane that is only moved asks the same ones."""
_SAME_PERIOD, _SAME_PLACE = 1e-6, 1e-3


class ClosedOrbitsProbe(SweepProbe[ClosedOrbits]):
    """Searches when the run is at rest and all else is done; a drag, or a field that time drives, has none."""

    reading = ClosedOrbits
    title = "closed orbits"
    unit = "trajectories"
    kinds = frozenset({"ode"})
    path = "python"

    def __init__(self) -> None:
        self._field: VectorField | None = None
        self._starts: Float[np.ndarray, "m n"] = np.empty((0, 0))
        self._questions: list[tuple[int, float]] = []
        self._reading: ClosedOrbits | None = None
        self._orbits: list[ClosedOrbit] = []
        self._of: list[tuple[int, ...]] = []

    def begin(self, context: RunContext) -> None:
        self._reading = ClosedOrbits(context.field.components)
        if not len(context.starts) or obstacle(context.field):
            return
        t0, t1 = context.span
        ways = (t1 - t0, t0 - t1) if context.experiment.integration.backward else (t1 - t0,)
        order = sorted(range(len(context.starts)), key=lambda index: index != context.focus)[:_MOST_STARTS]
        self._field, self._starts = context.field, context.starts
        self._questions = [(index, way) for way in ways for index in order]
        if all(self._key(*question) in _KNOWN for question in self._questions):
            self._look()
        elif context.preview:
            self._questions = []

    def slices(self) -> Iterator[Slice]:
        field = self._field
        if field is None or self._reading is None or self._reading.searched:
            return
        total, begun = len(self._questions), perf_counter()
        yield Slice(0.0, finer=True, total=total)  # what is known before is not kept waiting
        for done, question in enumerate(self._questions):
            if perf_counter() - begun > _SECONDS:
                self._questions = self._questions[:done]
                break
            key = self._key(*question)
            if key in _KNOWN:
                continue
            work = closed_orbit(field, self._starts[question[0]], question[1])
            since = perf_counter()
            while perf_counter() - since < _LONGEST:
                try:
                    next(work)
                except StopIteration as end:
                    _remember(key, end.value)
                    break
                yield Slice(done / total, done=done, total=total)
        if total:
            self._look()
            yield Slice(1.0, finer=True, done=total, total=total)

    def read(self) -> ClosedOrbits | None:
        return self._reading

    def _key(self, index: int, way: float) -> tuple[object, ...]:
        """What the answer to one question hangs on."""
        field = self._field
        assert field is not None
        assert field.system is not None
        return field.system.key, field.parameters, tuple(self._starts[index].tolist()), way

    def _look(self) -> None:
        """Put the answers together."""
        assert self._field is not None
        for question in self._questions:
            self._take(_KNOWN.get(self._key(*question)), question[0])
        self._reading = ClosedOrbits(self._field.components, tuple(self._orbits), tuple(self._of), searched=True)

    def _take(self, found: ClosedOrbit | None, index: int) -> None:
        """Keep an orbit, or count a trajectory to one that is known."""
        if found is None:
            return
        for place, known in enumerate(self._orbits):
            if _same(known, found):
                if index not in self._of[place]:
                    self._of[place] += (index,)
                return
        self._orbits.append(found)
        self._of.append((index,))


def _remember(key: tuple[object, ...], found: ClosedOrbit | None) -> None:
    while len(_KNOWN) >= _MOST_KNOWN:
        del _KNOWN[next(iter(_KNOWN))]  # the oldest
    _KNOWN[key] = found


def _same(one: ClosedOrbit, other: ClosedOrbit) -> bool:
    if one.kind != other.kind or abs(one.period - other.period) > _SAME_PERIOD * one.period:
        return False
    size = np.maximum(one.amplitude, 1e-6 * one.amplitude.max())
    reached = abs(one.amplitude - other.amplitude) <= _SAME_PLACE * size
    corners = one.points / size
    begin, along = corners[:-1], np.diff(corners, axis=0)
    place = other.points[0] / size
    share = ((place - begin) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-300)
    nearest = begin + np.clip(share, 0.0, 1.0)[:, None] * along
    return bool(reached.all() and np.linalg.norm(nearest - place, axis=1).min() <= _SAME_PLACE)


PROBE = ClosedOrbitsProbe
