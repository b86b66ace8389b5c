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
from ..sweep_path import choose_sweep_path
from .ends import Ends
from .flow_cycles import FlowCycle, closed_orbit
from .flow_scale import FlowScale, flow_scale
from .meeting_places import meeting_places
from .pixel_method import Settled, parameter_values
from .raster import Raster

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_TILE = 12_000
"""Points that march together: their numbers stay near the processor."""
_MOST_STEPS = 50_000
_COARSEST, _FEWEST = 16, 1_000
"""Step of the first pass, and how many points it has at least where there are so many: they stand for all."""
_BLOCK = 8
"""Steps between two looks at where the points are."""
_SPANS, _DRIVEN_SPANS = (1.0, 2.0, 4.0), (2.0,)
"""Spans of the experiment's time after which undecided points are looked at; the last is the longest."""
_DECIDED = 0.98
_FOLLOWED = 24
"""Undecided points whose orbits are kept."""
_CROWD = 0.03
"""Share of the points that must end at one place for it to be an end of a flow that time drives."""


class FlowBasins:
    """Marches in equal steps; a look every `_BLOCK` steps tells who is at a sink or away."""

    title, finest = "the flow", 1
    stage, ended = "", 0

    def __init__(self, context: RunContext, raster: Raster) -> None:
        if context.field.system is None:
            raise ValueError("basins need a formula")
        self._context, self.coarsest = context, _COARSEST
        while self.coarsest > 1 and raster.columns * raster.rows < _FEWEST * self.coarsest**2:
            self.coarsest //= 2
        self._program, self._parameters = rates_program(context.field.system), parameter_values(context).tolist()
        self.path: str = choose_sweep_path(self._program, context.experiment.path)
        self._begin, span = context.span[0], context.span[1] - context.span[0]
        self._span = abs(span)
        self.most = self._span
        self._cycles: dict[int, FlowCycle] = {}
        self._ends = Ends(context.field.components)
        self._scale: FlowScale
        self._explored = False

    def prepare(self) -> Iterator[None]:
        """Find the sinks."""
        self._scale = flow_scale(self._context)
        self._name_sinks()
        yield

    def tiles(self, columns: int, rows: int) -> Iterator[range]:
        """Rows of about `_TILE` points."""
        several = max(1, _TILE // max(1, columns))
        for begin in range(0, rows, several):
            yield range(begin, min(rows, begin + several))

    def settle(self, pixels: Pixels, rows: range) -> Generator[None, None, Settled]:
        """March until the time is up or all have ended. The first ones show how long that is, and where they stay."""
        crowd = _Crowd(_states(pixels, rows, self._context.field.size))
        if self._explored:
            yield from self._until(crowd, round(self.most / self._scale.step))
        else:
            yield from self._explore(crowd)
            self._explored = True
        self.stage, self.ended = "", 0
        crowd.time[crowd.place] = self.most
        for label, cycle in self._cycles.items():
            crowd.drop(cycle.near(crowd.z), label, self.most)
        shape = len(rows), pixels.columns
        return crowd.label.reshape(shape), crowd.time.astype(np.float32).reshape(shape)

    def ordered(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k n"], tuple[str, ...]]:
        """The ends, all of them known from the beginning."""
        return self._ends.ordered()

    def _steps(self, spans: float) -> int:
        return int(np.clip(round(spans * self._span / self._scale.step), 1, _MOST_STEPS))

    def _march(self, z: Float[np.ndarray, "n m"], done: int, steps: int) -> Float[np.ndarray, "n m"]:
        begin = self._begin + done * self._scale.step
        return march(self._program, self._parameters, self._scale.tableau, z, begin, self._scale.step, steps, self.path)

    def _advance(self, crowd: _Crowd, limit: int) -> None:
        """One block of steps, and a look."""
        several = min(_BLOCK, limit - crowd.steps)
        crowd.z = self._march(crowd.z, crowd.steps, several)
        crowd.steps += several
        self._look(crowd)
        self.ended = len(crowd.label) - len(crowd.place)
        if not self._explored:  # later tiles are many, and short
            self.stage = f"followed for a time of {crowd.steps * abs(self._scale.step):.3g}"

    def _look(self, crowd: _Crowd) -> None:
        """Leave behind who is away or at a sink."""
        time = crowd.steps * self._scale.step
        crowd.drop(self._scale.is_away(crowd.z), RAN_AWAY, time)
        for label, (sink, radius) in enumerate(zip(self._scale.sinks, self._scale.radii, strict=True)):
            crowd.drop(self._scale.squared_distance(crowd.z, sink) <= radius**2, label, time)

    def _until(self, crowd: _Crowd, limit: int) -> Iterator[None]:
        while crowd.steps < limit and len(crowd.place):
            self._advance(crowd, limit)
            yield

    def _explore(self, crowd: _Crowd) -> Iterator[None]:
        """Go on until nearly all have ended somewhere, and learn where that is."""
        enough = (1.0 - _DECIDED) * len(crowd.place)
        autonomous = self._context.field.autonomous
        for spans in _SPANS if autonomous else _DRIVEN_SPANS:
            yield from self._until(crowd, self._steps(spans))
            self.most = self._steps(spans) * self._scale.step
            if autonomous and len(crowd.place) > enough:
                self._find_sinks(crowd)
            if len(crowd.place) <= enough:
                return
            yield from self._find_cycles(crowd) if autonomous else self._find_meeting_places(crowd)
            at_none = np.ones(len(crowd.place), dtype=bool)
            for cycle in self._cycles.values():
                at_none &= ~cycle.near(crowd.z)
            if at_none.sum() <= enough:
                return

    def _find_sinks(self, crowd: _Crowd) -> None:
        """Look for sinks where the undecided have gone."""
        wider = self._scale.with_sinks(self._context.field, crowd.z.min(axis=1), crowd.z.max(axis=1))
        if len(wider.sinks) > len(self._scale.sinks) and not self._cycles:  # a sink's label is its place
            self._scale = wider
            self._name_sinks()
            self._look(crowd)

    def _name_sinks(self) -> None:
        for sink in self._scale.sinks[len(self._ends) :]:
            self._ends.add(sink, 0)

    def _find_cycles(self, crowd: _Crowd) -> Iterator[None]:
        """Follow some of the undecided for another span of time: which come back to where they are?"""
        chosen = np.unique(np.linspace(0, len(crowd.place) - 1, _FOLLOWED).astype(np.int64))
        z = crowd.z[:, chosen]
        orbit = [z]
        for number in range(self._steps(1.0)):
            z = self._march(z, crowd.steps + number, 1)
            orbit.append(z)
            if number % (4 * _BLOCK) == 0:
                yield
        for path in np.stack(orbit).transpose(2, 0, 1):
            if any(cycle.near(path[-1][:, None])[0] for cycle in self._cycles.values()):
                continue
            cycle = closed_orbit(path, self._scale.step, self._scale.extent)
            if cycle is not None and cycle.attracts(self._context.field.jacobian()):
                self._cycles[self._ends.add(cycle.furthest, cycle.period)] = cycle

    def _find_meeting_places(self, crowd: _Crowd) -> Iterator[None]:
        """Where many are at the same time, in a flow that time drives, and from where they go on together."""
        least, span = _CROWD * len(crowd.label), range(crowd.steps, crowd.steps + self._steps(1.0), _BLOCK)
        for place in (yield from meeting_places(crowd.z, least, self._scale, self._march, span)):
            self._cycles[self._ends.add(place, 0)] = FlowCycle(place[:, None], 0.0, 0.0, self._scale.extent)


def _states(pixels: Pixels, rows: range, size: int) -> Float[np.ndarray, "n m"]:
    """Where the pixels of `rows` begin."""
    total = len(rows) * pixels.columns
    return np.stack([np.broadcast_to(value, total) for value in pixels.inputs(rows)[:size]])


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
