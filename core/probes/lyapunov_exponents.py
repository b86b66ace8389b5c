"""The Lyapunov exponents of the trajectory that is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

from ..analysis.lyapunov import lyapunov_exponents, obstacle
from ..probe import Slice, SweepProbe
from ..readings.lyapunov_exponents import LyapunovExponents, no_exponents
from ..run_context import RunContext

_PARTS = 60
"""Time spans of the experiment that are averaged over, at most."""
_TOLERANCE = 2e-3
"""Errors below this share of the largest exponent need no more of them."""
_SECONDS, _LONGEST = 8.0, 20.0
"""After which what is known must do, and after which it is given up where nothing is."""
_MOST_KNOWN = 32
_KNOWN: dict[tuple[object, ...], LyapunovExponents] = {}
"""What earlier runs found, by their questions: a plane that is only moved asks the same one."""


class LyapunovExponentsProbe(SweepProbe[LyapunovExponents]):
    """Works when the run is at rest and all else is done, where a flow can be chaotic: in three dimensions, time among
    them where the field depends on it."""

    reading = LyapunovExponents
    title = "trajectory's Lyapunov exponents"
    unit = "time spans"
    kinds = frozenset({"ode"})
    path = "python"

    def __init__(self) -> None:
        self._context: RunContext | None = None
        self._key: tuple[object, ...] = ()
        self._index = 0
        self._reading = no_exponents()

    def begin(self, context: RunContext) -> None:
        field, (t0, t1) = context.field, context.span
        if not len(context.starts) or obstacle(field) or field.size + (not field.autonomous) < 3 or t1 < t0:
            return
        self._index = min(context.focus, len(context.starts) - 1)
        assert field.system is not None
        start = tuple(context.starts[self._index].tolist())
        self._key = field.system.key, field.parameters, start, t0, t1
        if self._key in _KNOWN:
            self._reading = replace(_KNOWN[self._key], trajectory=self._index)
        elif not context.preview:
            self._context = context

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None:
            return
        yield Slice(0.0, finer=True, total=_PARTS)  # what is known before is not kept waiting
        begun, last = perf_counter(), None
        t0, t1 = context.span
        start = context.starts[self._index]
        work = lyapunov_exponents(context.field, start, t0, t1 - t0, _PARTS, _TOLERANCE, self._index)
        ended = False
        while perf_counter() - begun < (_LONGEST if last is None else _SECONDS):
            try:
                found = next(work)
            except StopIteration as end:
                last, ended = end.value, True
                break
            if found is not last:
                self._reading, last = found or no_exponents(), found
            done = round(self._reading.duration / (t1 - t0))
            yield Slice(min(done / _PARTS, 0.999), finer=False, done=done, total=_PARTS)
        self._reading = last or no_exponents()
        while len(_KNOWN) >= _MOST_KNOWN:
            del _KNOWN[next(iter(_KNOWN))]  # the oldest
        if ended or last is not None:
            _KNOWN[self._key] = self._reading
        yield Slice(1.0, finer=True, done=_PARTS, total=_PARTS)

    def read(self) -> LyapunovExponents:
        return self._reading


PROBE = LyapunovExponentsProbe
