"""What the gallery's small pictures show of a system, worked out in slices that fit between two frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.experiment import starting_points
from core.formula_map import FormulaMap
from core.language import array_field, python_field

from .data_portrait import DataPortrait, has_picture
from .edits import span_of
from .event_portrait import PortraitEvents
from .flow_portrait import FlowPortrait
from .noise_portrait import PortraitNoise
from .portrait import Line, Portrait

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

_STEPS = 750
"""Of a plane system; a curve in space winds more and takes twice as many."""
_STEPS_AT_ONCE = 20
_ITERATIONS = 24
_STARTS = 6
_COMPONENTS = 8
"""Of a large layer, each a line over the iterations."""
_FARTHEST = 1e6


def portrait_of(experiment: Experiment, system: System) -> Portrait:
    """What a system of this kind looks like."""
    if has_picture(experiment.training):
        return DataPortrait(experiment.training, experiment.seed)
    if system.kind == "minimise":
        return FlowPortrait(experiment, system)
    return CurvePortrait(experiment, system) if system.flows else IterationPortrait(experiment, system)


class CurvePortrait(Portrait):
    """The curves from a system's starts, projected on its first two components (t and x where it has one)."""

    def __init__(self, experiment: Experiment, system: System) -> None:
        self._system, self._seed = system, experiment.seed
        span = span_of(experiment, system)
        self._values = [experiment.values.get(name, default) for name, default in system.defaults().items()]
        self._start = np.asarray(starting_points(experiment, system)[:_STARTS], dtype=float)
        self._points = np.empty((0, *self._start.shape))
        self._times = np.linspace(*span, (_STEPS if system.size < 3 else 2 * _STEPS) + 1)

    def follow(self) -> Iterator[None]:
        """Integrate by classic Runge-Kutta with fixed steps; a picture of 132 pixels needs no more."""
        points = np.full((len(self._times), *self._start.shape), np.nan)
        if self._system.learnt and not self._system.noise and not self._system.events:
            yield from self._follow_together(points)
            return
        for column, start in enumerate(self._start.tolist()):
            for index, z in enumerate(self._way(column, tuple(start), self._times.tolist())):
                points[index, column] = z
                if index % _STEPS_AT_ONCE == 0:
                    yield
        self._points = points

    def _follow_together(self, points: np.ndarray) -> Iterator[None]:
        """Of a network, whose products of matrices are long in plain floats: all starts at once, in arrays."""
        f, h, z = array_field(self._system), self._times[1] - self._times[0], self._start
        points[0] = z
        with np.errstate(all="ignore"):
            for index, t in enumerate(self._times[:-1], start=1):
                k1 = f(t, z, self._values)
                k2 = f(t + h / 2, z + h / 2 * k1, self._values)
                k3 = f(t + h / 2, z + h / 2 * k2, self._values)
                z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + f(t + h, z + h * k3, self._values))
                points[index] = z = np.where(np.abs(z) < _FARTHEST, z, np.nan)
                if index % _STEPS_AT_ONCE == 0:
                    yield
        self._points = points

    def _way(self, column: int, z: tuple[float, ...], times: Sequence[float]) -> Iterator[tuple[float, ...]]:
        if not self._system.noise:
            yield from _steps(self._system, self._values, z, times)
            return
        noise = PortraitNoise(self._system, self._values, times, self._seed, column)
        yield z
        for index, t in enumerate(times[:-1]):
            z = noise.step(index, t, z, times[1] - times[0])
            yield z

    def curves(self) -> list[Line]:
        """x(t), or the first two components; of three the first and the last."""
        size = self._points.shape[2]
        if size == 1:
            return [(self._times, curve[:, 0]) for curve in self._points.swapaxes(0, 1)]
        return [(curve[:, 0], curve[:, -1 if size == 3 else 1]) for curve in self._points.swapaxes(0, 1)]


class IterationPortrait(Portrait):
    """A few iterations of Picard's method: a cobweb, a path in the plane, or the components one by one."""

    def __init__(self, experiment: Experiment, system: System) -> None:
        self._start = np.asarray(starting_points(experiment, system)[:_STARTS], dtype=float)
        self._map = FormulaMap(system, experiment.values)
        self._points = self._start[None]
        self._graph: list[Line] = []

    def follow(self) -> Iterator[None]:
        """Iterate, all starts at once, in the first row of the batch data."""
        rows = None if self._map.batch is None else np.zeros(1, dtype=int)
        f = self._map.array(rows)
        points = [self._start]
        with np.errstate(all="ignore"):
            for _ in range(_ITERATIONS):
                yield
                z = f(points[-1])
                points.append(np.where(np.abs(z) < _FARTHEST, z, np.nan))
            self._points = np.array(points)
            if self._map.size == 1:
                yield
                self._graph = self._drawn_graph(f)

    def curves(self) -> list[Line]:
        """One line for each start; of a large layer one for each of the first components of the first start."""
        size = self._points.shape[2]
        paths = self._points.swapaxes(0, 1)
        if size == 1:
            return [(np.repeat(path[:-1, 0], 2), np.repeat(path[:, 0], 2)[1:-1]) for path in paths]
        if size == 2:
            return [(path[:, 0], path[:, 1]) for path in paths]
        numbers = np.arange(len(self._points), dtype=float)
        return [(numbers, line) for line in self._points[:, 0, :_COMPONENTS].T]

    def background(self) -> list[Line]:
        """The graph of a scalar map, and the diagonal."""
        return self._graph

    def _drawn_graph(self, f) -> list[Line]:
        seen = self._points[np.isfinite(self._points)]
        low, high = float(seen.min()), float(seen.max())
        room = 0.15 * (high - low) or 1.0
        z = np.linspace(low - room, high + room, 60)
        values = f(z[:, None])[:, 0]
        inside = (values >= z[0] - room) & (values <= z[-1] + room)
        return [(z[inside], values[inside]), (z, z)]


def _steps(
    system: System, values: Sequence[float], z: tuple[float, ...], times: Sequence[float]
) -> Iterator[tuple[float, ...]]:
    """The states at `times`; plain floats, which are far quicker than arrays for a single point."""
    f, h = python_field(system), times[1] - times[0]
    events = PortraitEvents(system, values) if system.events else None

    def step(t: float, z: tuple[float, ...], h: float) -> tuple[float, ...]:
        k1 = f(t, z, values)
        k2 = f(t + h / 2, [a + h / 2 * k for a, k in zip(z, k1, strict=True)], values)
        k3 = f(t + h / 2, [a + h / 2 * k for a, k in zip(z, k2, strict=True)], values)
        k4 = f(t + h, [a + h * k for a, k in zip(z, k3, strict=True)], values)
        return tuple(a + h / 6 * (p + 2 * q + 2 * r + s) for a, p, q, r, s in zip(z, k1, k2, k3, k4, strict=True))

    yield z
    for t in times[:-1]:
        z = step(t, z, h) if events is None else events.step(step, t, z, h)
        yield z
