"""Pixels that flow: to a sink, onto a cycle, or away."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..flow_march import march
from ..language.rates import rates_program
from ..plane_sweep import Pixels
from ..readings.plane_map import RAN_AWAY, UNDECIDED
from ..run_context import RunContext
from .ends import Ends
from .flow_cycles import FlowCycle, closed_orbit
from .flow_scale import FlowScale, flow_scale
from .pixel_method import InputPlane, Settled, parameter_values
from .raster import Lattice, Raster

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_TILE = 12_000
"""Points that march together: their numbers stay near the processor."""
_BLOCK = 8
"""Steps between two looks at where the points are."""
_SCOUTS = (24, 16)
_LONGEST = 4.0
"""Spans of time that undecided points are followed at most."""
_DECIDED = 0.98
_FOLLOWED = 24
"""Undecided scouts whose orbits are kept."""
_CROWD = 0.03
"""Share of the scouts that must end at one place for it to be an end of a flow that time drives."""
_SAME = 0.01
"""Distance of ends at the same place, as a share of the box."""


class FlowBasins:
    """Marches in equal steps; a look every `_BLOCK` steps tells who is at a sink or away."""

    title, coarsest, finest, path = "the flow", 16, 1, "python"

    def __init__(self, context: RunContext, plane: InputPlane, raster: Raster) -> None:
        if context.field.system is None:
            raise ValueError("basins need a formula")
        self._context, self._plane, self._raster = context, plane, raster
        self._program, self._parameters = rates_program(context.field.system), parameter_values(context).tolist()
        self._begin, span = context.span[0], context.span[1] - context.span[0]
        self._span = abs(span)
        self.most = self._span
        self._cycles: dict[int, FlowCycle] = {}
        self._ends = Ends(context.field.components)
        self._scale: FlowScale

    def prepare(self) -> Iterator[None]:
        """Find the sinks, and send scouts: how long most take, and where the others stay."""
        self._scale = flow_scale(self._context)
        for sink in self._scale.sinks:
            self._ends.add(sink, 0)
        yield
        across, along = (max(1, count // scouts) for count, scouts in zip(self._size, _SCOUTS, strict=True))
        lattice = Lattice(across // 2, across, along // 2, along)
        pixels = self._raster.pixels(lattice, self._plane.base, self._plane.x_input, self._plane.y_input)
        total = pixels.rows * pixels.columns
        crowd = _Crowd(self._start(pixels, range(pixels.rows)))
        enough = (1.0 - _DECIDED) * total
        limit = self._steps(_LONGEST if self._context.field.autonomous else 2.0)
        while crowd.steps < limit and len(crowd.place):
            if self._context.field.autonomous and crowd.steps >= self._steps(1.0) and len(crowd.place) <= enough:
                break
            self._advance(crowd, limit)
            yield
        self.most = max(self._span, crowd.steps * self._scale.step)
        if len(crowd.place) > enough:
            yield from self._look_at_others(crowd, total)

    def tiles(self, columns: int, rows: int) -> Iterator[range]:
        """Rows of about `_TILE` points."""
        several = max(1, _TILE // max(1, columns))
        for begin in range(0, rows, several):
            yield range(begin, min(rows, begin + several))

    def settle(self, pixels: Pixels, rows: range) -> Generator[None, None, Settled]:
        """March until the time is up or all have ended."""
        crowd = _Crowd(self._start(pixels, rows))
        limit = round(self.most / self._scale.step)
        while crowd.steps < limit and len(crowd.place):
            self._advance(crowd, limit)
            yield
        crowd.time[crowd.place] = self.most
        for label in self._cycles:
            crowd.drop(self._is_at(label, crowd.z), label, self.most)
        shape = len(rows), pixels.columns
        return crowd.label.reshape(shape), crowd.time.astype(np.float32).reshape(shape)

    def ordered(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k n"], tuple[str, ...]]:
        """The ends, all of them known from the beginning."""
        return self._ends.ordered()

    @property
    def _size(self) -> tuple[int, int]:
        return self._raster.columns, self._raster.rows

    def _steps(self, spans: float) -> int:
        return max(1, round(spans * self._span / self._scale.step))

    def _start(self, pixels: Pixels, rows: range) -> Float[np.ndarray, "n m"]:
        total = len(rows) * pixels.columns
        return np.stack([np.broadcast_to(value, total) for value in pixels.inputs(rows)[: self._context.field.size]])

    def _march(self, z: Float[np.ndarray, "n m"], done: int, steps: int) -> Float[np.ndarray, "n m"]:
        begin = self._begin + done * self._scale.step
        return march(self._program, self._parameters, self._scale.tableau, z, begin, self._scale.step, steps, self.path)

    def _advance(self, crowd: _Crowd, limit: int) -> None:
        """One block of steps, and a look."""
        several = min(_BLOCK, limit - crowd.steps)
        crowd.z = self._march(crowd.z, crowd.steps, several)
        crowd.steps += several
        time = crowd.steps * self._scale.step
        crowd.drop(self._scale.is_away(crowd.z), RAN_AWAY, time)
        for label, (sink, radius) in enumerate(zip(self._scale.sinks, self._scale.radii, strict=True)):
            crowd.drop(self._scale.squared_distance(crowd.z, sink) <= radius**2, label, time)

    def _is_at(self, label: int, z: Float[np.ndarray, "n m"]) -> np.ndarray:
        return self._cycles[label].near(z)

    def _look_at_others(self, crowd: _Crowd, total: int) -> Iterator[None]:
        """What attracts those that are at no sink."""
        if not self._context.field.autonomous:
            self._meeting_places(crowd.z, total)
            return
        chosen = np.unique(np.linspace(0, len(crowd.place) - 1, _FOLLOWED).astype(np.int64))
        z, orbit = crowd.z[:, chosen], [crowd.z[:, chosen]]
        for number in range(self._steps(1.0)):
            z = self._march(z, crowd.steps + number, 1)
            orbit.append(z)
            if number % (4 * _BLOCK) == 0:
                yield
        for path in np.stack(orbit).transpose(2, 0, 1):
            if any(cycle.near(path[-1][:, None])[0] for cycle in self._cycles.values()):
                continue
            cycle = closed_orbit(path, self._scale.step, self._scale.extent)
            if cycle is not None:
                self._cycles[self._ends.add(cycle.furthest, cycle.period)] = cycle

    def _meeting_places(self, z: Float[np.ndarray, "n m"], total: int) -> None:
        """Where many are at the same time, in a flow that time drives."""
        left = z
        while left.shape[1]:
            here = self._scale.squared_distance(left, left[:, 0]) <= _SAME**2
            if here.sum() >= _CROWD * total:
                point = left[:, here].mean(axis=1)
                self._cycles[self._ends.add(point, 0)] = FlowCycle(point[:, None], 0.0, self._scale.extent)
            left = left[:, ~here]


class _Crowd:
    """Points that march together; who ends is written down and left behind."""

    def __init__(self, z: Float[np.ndarray, "n m"]) -> None:
        self.z, self.steps = z, 0
        self.place = np.arange(z.shape[1])
        self.label = np.full(z.shape[1], UNDECIDED, dtype=np.int16)
        self.time = np.zeros(z.shape[1])

    def drop(self, ended: np.ndarray, label: int, time: float) -> None:
        """Those that `ended` did so at `label` and `time`."""
        if ended.any():
            self.label[self.place[ended]], self.time[self.place[ended]] = label, time
            self.z, self.place = self.z[:, ~ended], self.place[~ended]
