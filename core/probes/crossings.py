"""Where the trajectories of one component cross."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from time import perf_counter

import numpy as np

from ..analysis.crossings import crossing_points, nodes
from ..chosen_controller import chosen_controller
from ..dense_output import AcceptedSteps, DenseOutput
from ..outcome import Outcome
from ..probe import Slice, StepsProbe, SweepProbe
from ..readings.crossings import Crossings
from ..run_context import RunContext
from ..telemetry import Steps, host

_MOST = 24
"""Trajectories that are compared."""
_MOST_VALUES = 3_000_000
_MOST_KEPT = 2000
_SLICE = 0.02
"""Seconds."""
_ROUNDINGS = 4.0
"""Of a step, and of what it is made of."""


class CrossingsProbe(StepsProbe[Crossings], SweepProbe[Crossings]):
    """Keeps every step, and compares all pairs when the run has ended."""

    reading = Crossings
    title = "crossings of trajectories"
    unit = "pairs"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._context: RunContext | None = None
        self._blocks: list[AcceptedSteps] = []
        self._reading: Crossings | None = None

    def begin(self, context: RunContext) -> None:
        if context.field.size == 1 and len(context.starts) > 1:
            self._context, self.path = context, "numpy"

    def feed(self, steps: Steps) -> None:
        if self._context is not None:
            block = AcceptedSteps.of(steps)
            self._blocks.append(block.take(np.flatnonzero(host(block.sample) < _MOST)))

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        """Nothing: what was fed tells how far they came."""

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None:
            return
        found: list[np.ndarray] = []
        compared, size = min(_MOST, len(context.starts)), 0.0
        begin, end = context.span
        for goal in (end, 2.0 * begin - end) if context.experiment.integration.backward else (end,):
            way = _Way(context, self._blocks, goal)
            compared, size = min(compared, way.compared), max(size, way.size)
            begun = perf_counter()
            for pair in combinations(range(way.compared), 2):
                found.append(way.crossings(*pair))
                if perf_counter() - begun > _SLICE:
                    yield Slice(0.5)
                    begun = perf_counter()
        rows = np.concatenate([np.empty((0, 6)), *found])
        since = (rows[:, 2] - begin) * np.sign(end - begin)
        rows = rows[np.lexsort((np.abs(since), since < 0.0))][:_MOST_KEPT]
        controller = chosen_controller(context.tableau, context.experiment.integration)
        within = np.zeros(len(rows), dtype=bool)
        if controller.tolerances is not None:
            rtol, atol = controller.tolerances
            within = rows[:, 5] <= 2.0 * (atol + rtol * size)
        t, value, step, depth = rows[:, 2:].T
        pairs, title = rows[:, :2].astype(np.int64), context.tableau.title
        self._reading = Crossings(title, compared, pairs, t, value, step, depth, within)
        yield Slice(1.0, finer=True)

    def read(self) -> Crossings | None:
        return self._reading


class _Way:
    """The trajectories in one direction of time, by their values on common pieces between all ends of steps."""

    def __init__(self, context: RunContext, blocks: list[AcceptedSteps], goal: float) -> None:
        begin, count = context.span[0], min(_MOST, len(context.starts))
        dense = DenseOutput(context.tableau, context.starts[:count], (begin, goal))
        for block in blocks:
            dense.add(block.take(np.flatnonzero((block.t1 > block.t0) == (goal > begin))))
        self._steps, self._method = dense.steps(), context.tableau
        degree = 3 if context.tableau.dense is None else max(len(row) for row in context.tableau.dense)
        ends = np.unique(np.append(begin, self._steps.t1))
        ends = ends if goal > begin else ends[::-1]
        self.compared = max(2, min(count, _MOST_VALUES // max(1, len(ends) * (degree + 1))))
        self._begin, self._length = ends[:-1], np.diff(ends)
        times = np.clip(ends[:-1, None] + self._length[:, None] * nodes(degree), ends.min(), ends.max())
        times[:, -1] = ends[1:]
        self._values = dense.at(times.ravel())[: self.compared, :, 0].reshape(self.compared, *times.shape)
        self._roundings = self._rounding(context, times)

    def _rounding(self, context: RunContext, times: np.ndarray) -> np.ndarray:
        """What rounding may have moved each trajectory by: of every step up to there that of its state, of its
        increments, and of the terms that the field is made of."""
        steps, eps = self._steps, float(np.finfo(context.experiment.dtype).eps)
        h, z = np.abs(steps.t1 - steps.t0), np.abs(steps.z1[:, 0])
        with np.errstate(all="ignore"):
            slope = np.abs(context.field.jacobian()(steps.t0, steps.z0)).reshape(-1)
            one = z + h * (np.abs(steps.stages[:, :, 0]).max(axis=1) + slope * np.abs(steps.z0[:, 0]))
        result = np.empty_like(self._values)
        direction = 1.0 if self._length.sum() >= 0.0 else -1.0
        for index in range(self.compared):
            own = steps.sample == index
            first = abs(float(context.starts[index, 0]))
            sums = _ROUNDINGS * eps * np.cumsum(np.append(first, one[own]))
            place = np.searchsorted(direction * steps.t1[own], direction * times, side="left") + 1
            result[index] = sums[np.minimum(place, len(sums) - 1)]
        return result

    @property
    def size(self) -> float:
        """The largest value of a trajectory."""
        known = self._values[np.isfinite(self._values)]
        return float(np.abs(known).max(initial=0.0))

    def crossings(self, first: int, second: int) -> np.ndarray:
        """(k, 6): the pair, t, value, step and depth of each."""
        gap = self._values[first] - self._values[second]
        found = crossing_points(gap, self._roundings[first] + self._roundings[second])
        t = self._begin[found.piece] + found.theta * self._length[found.piece]
        own = np.flatnonzero(self._steps.sample == first)
        direction = 1.0 if self._length.sum() >= 0.0 else -1.0
        place = own[np.minimum(np.searchsorted(direction * self._steps.t1[own], direction * t), len(own) - 1)]
        step = self._steps.take(place)
        value = step.states(self._method, t)[:, 0]
        pair = np.broadcast_to([first, second], (len(t), 2))
        return np.column_stack([pair, t, value, np.abs(step.t1 - step.t0), found.depth])


PROBE = CrossingsProbe
