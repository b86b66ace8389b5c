"""Picard's iterates of the trajectory that is looked at."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from time import perf_counter

import numpy as np

from .. import catalogue
from ..analysis.integrator_run import Question
from ..analysis.lipschitz_bound import lipschitz_bound
from ..analysis.picard_iteration import PiecewiseIterates, picard_iterates
from ..analysis.reference_trajectory import Reference
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.picard_iterates import PicardIterates
from ..run_context import RunContext

LARGEST = 64
"""Components up to which there are iterates."""
_TIMES = 601
_LONGEST = 4.0
"""Seconds after which the solution is given up."""
_BEFORE_THE_END = 0.98
"""Part of the time to which a solution comes that it is followed for."""
_LEAST_ROOM = 1e-6
_MARGIN = 0.02
"""Part of a box by which it is widened: it is known at points of time only."""


class PicardIteratesProbe(SweepProbe[PicardIterates]):
    """Computes them once the run is over, and a reference that they are measured by."""

    reading = PicardIterates
    title = "Picard's iterates"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._context: RunContext | None = None
        self._reading: PicardIterates | None = None

    def begin(self, context: RunContext) -> None:
        if context.field.system is None:
            return
        if not len(context.starts):
            raise ReadingError("there is no trajectory: add a start to the text, or click the phase plane")
        if context.field.size > LARGEST:
            raise ReadingError(f"Picard's iterates are there for up to {LARGEST} components")
        self._context, self.path = context, "numpy"
        self._index = min(context.focus, len(context.starts) - 1)

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None:
            return
        reference = yield from _reference(context, self._index)
        found: PiecewiseIterates | None = None
        start, count = context.starts[self._index], context.experiment.integration.picard
        for part in picard_iterates(context.field.array(), start, context.span, count):
            found = found if part is None else part
            yield Slice(0.6, stage="the iterates")
        assert found is not None
        self._reading = _reading(context, self._index, found, reference)
        yield Slice(1.0, finer=True)

    def read(self) -> PicardIterates | None:
        return self._reading


def _reference(context: RunContext, index: int) -> Generator[Slice, None, Reference | None]:
    """A run with very small tolerances; of a solution that runs away before the end, one that ends a little earlier.

    None where that takes too long.
    """
    embedded = tuple(method for method in catalogue.integrators().values() if method.adaptive)
    experiment, (begin, end) = context.experiment, context.span
    until = perf_counter() + _LONGEST
    while True:
        question = Question(
            context.field,
            context.starts[index],
            (begin, end),
            (),
            embedded,
            experiment.integration,
            experiment.budget,
            trajectory=index,
            quick=context.preview,
        )
        reference = yield from _shown(Reference.found(question), until)
        if reference is None:
            return None
        last = begin + _BEFORE_THE_END * (float(reference.reading.t[-1]) - begin)
        if reference.reading.outcome.success or end != context.span[1] or last == begin:
            return reference
        end = last


def _shown(work: Generator[None, None, Reference], until: float) -> Generator[Slice, None, Reference | None]:
    """The same work as slices, given up at a time of the clock."""
    while perf_counter() < until:
        try:
            next(work)
        except StopIteration as done:
            reference: Reference = done.value
            return reference
        yield Slice(0.3, stage="the solution")
    return None


def _reading(context: RunContext, index: int, found: PiecewiseIterates, reference: Reference | None) -> PicardIterates:
    (begin, end), until = context.span, math.nan if reference is None else reference.reading.good_until
    times = np.linspace(begin, end, _TIMES)
    nodes, size = found.t.ravel(), context.field.size
    solution, exact = np.full((_TIMES, size), np.nan), np.full((*found.t.shape, size), np.nan)
    if reference is not None:
        solution, exact = reference.states(times), reference.states(nodes).reshape(exact.shape)
    largest = np.abs(found.y - exact).max(axis=3)
    with np.errstate(divide="ignore", invalid="ignore"):  # squares of very large iterates leave the range of numbers
        shares = np.linalg.norm((found.y - exact) / largest[..., None], axis=3)
    away = np.where(largest > 0.0, largest * shares, largest)
    seen = np.zeros(found.t.shape, dtype=bool) if reference is None else reference.knows(found.t)
    distances = np.full(len(found.y), math.nan)
    if seen.any():
        distances = np.array([np.where(np.isnan(row), np.inf, row).max() for row in away[:, seen]])
    lipschitz = _lipschitz(context, found, exact, seen) if np.isfinite(distances[:-1]).all() else math.nan
    steps = lipschitz * abs(until - begin) / np.arange(1.0, len(found.y))
    with np.errstate(over="ignore"):
        bounds = distances[0] * np.cumprod(np.append(1.0, steps))
    return PicardIterates(
        trajectory=index,
        components=context.field.components,
        t=times,
        iterates=found.at(times),
        known_until=found.known_until(),
        accuracy=found.accuracy,
        solution=solution,
        until=until,
        distances=distances,
        lipschitz=lipschitz,
        bounds=bounds,
    )


def _lipschitz(context: RunContext, found: PiecewiseIterates, exact: np.ndarray, seen: np.ndarray) -> float:
    """On a box around the solution and all iterates but the last, one for each piece of the span."""
    pieces = seen.any(axis=1)
    every = np.concatenate([found.y[:-1, pieces], exact[None, pieces]])
    counted = np.where(seen[None, pieces, :, None], every, np.nan)
    low, high = np.nanmin(counted, axis=(0, 2)), np.nanmax(counted, axis=(0, 2))
    room = np.maximum(_MARGIN * (high - low), _LEAST_ROOM * (1.0 + np.abs(high)))  # a kink may lie where nothing moves
    begin, end = found.t[pieces, 0], found.t[pieces, -1]
    return lipschitz_bound(context.field, low - room, high + room, begin, end)


PROBE = PicardIteratesProbe
