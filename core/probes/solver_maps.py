"""Where every point of the visible plane ends with each solver of a race."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from .. import catalogue
from ..analysis.ends import Ends
from ..analysis.equilibria import find_equilibria
from ..analysis.pixel_method import InputPlane
from ..analysis.raster import Raster
from ..analysis.solver_map import SolverMap
from ..experiment import Ensemble, Experiment
from ..language.walk import is_large
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.plane_map import UNDECIDED, PlaneMap
from ..readings.solver_maps import SolverMaps
from ..request import Viewport
from ..run_context import RunContext
from ..search_box import search_box

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_MOST = 128
"""Pixels along an axis."""
_STEPS = {"preview": (8,), "full": (2, 1)}
_SEEDS = 200


@dataclass
class _Runner:
    """A solver, the raw labels and counts of its pixels, and the step of its last whole pass; 0 before the first."""

    solver: str
    method: SolverMap
    label: Int[np.ndarray, "ny nx"]
    count: Float[np.ndarray, "ny nx"]
    step: int = 0


class SolverMapsProbe(SweepProbe[SolverMaps]):
    """Every solver of the race from the same coarse grid, with the loop and the stopping rule of the run itself."""

    reading = SolverMaps
    title = "maps of the solvers"
    unit = "pixels"
    kinds = frozenset({"map", "root"})

    def __init__(self) -> None:
        self._reading: SolverMaps | None = None
        self._runners: list[_Runner] = []

    def begin(self, context: RunContext) -> None:
        viewport = context.viewport
        if viewport is None or context.map is None:
            return
        self._plane, self._viewport, self._context = _plane(context), viewport, context
        self._raster = _raster(viewport)
        self._question = _question_of(context.experiment, viewport, self._plane)
        self._ends = Ends(context.field.components)
        refused = catalogue.refusals(context.map)
        choice = context.experiment.root
        racing = dict.fromkeys((choice.solver, *choice.rivals))
        self._runners = [self._runner(name) for name in racing if name not in refused]
        self.path = "python"

    def slices(self) -> Iterator[Slice]:
        if not self._runners:
            return
        yield Slice(0.0, stage="looking for its ends")
        self._look_for_ends()
        steps = _STEPS[self._context.quality]
        left = len(steps) * len(self._runners)
        allowed, late = self._context.experiment.budget.seconds, False
        for step in steps:
            for runner in self._runners:
                if step < steps[0] and not runner.step:  # the coarse pass took too long
                    left -= 1
                    continue
                since, waited = perf_counter(), 0.0
                for done in self._passed(runner, step, first=step == steps[0]):
                    if perf_counter() - since - waited > allowed / left:  # an equal part of what is left
                        late = True
                        break
                    paused = perf_counter()
                    yield self._slice(runner, step, done)
                    waited += perf_counter() - paused
                else:
                    runner.step = step
                allowed -= perf_counter() - since - waited
                left -= 1
                self._reading = self._read(late)
                share = 1.0 if not left else self._slice(runner, step, 0).share
                yield Slice(share, finer=True)

    def read(self) -> SolverMaps | None:
        return self._reading

    def _look_for_ends(self) -> None:
        lower, upper = search_box(self._context)
        points, _ = find_equilibria(self._context.field, lower, upper, 0.0, _SEEDS)
        self._ends = Ends(self._context.field.components, [point.point for point in points])
        for runner in self._runners:
            runner.method.take_ends(self._ends)

    def _runner(self, name: str) -> _Runner:
        choice = self._context.experiment.root
        own = replace(self._context, solver=catalogue.chosen_solver(choice, name))
        shape = self._raster.rows, self._raster.columns
        label = np.full(shape, UNDECIDED, dtype=np.int16)
        return _Runner(name, SolverMap(own, self._raster), label, np.zeros(shape, dtype=np.float32))

    def _passed(self, runner: _Runner, step: int, first: bool) -> Iterator[int]:
        """Compute what a pass adds; yields how many of its pixels are done."""
        before = 0
        for lattice in self._raster.lattices(step, first):
            columns, rows = lattice.within(self._raster.columns, self._raster.rows)
            if not (rows and columns):
                continue
            place = lattice.slices(range(rows))
            work = runner.method.settle_starts(self._starts(place))
            while True:
                try:
                    next(work)
                except StopIteration as end:
                    label, count = end.value
                    runner.label[place], runner.count[place] = label.reshape(rows, -1), count.reshape(rows, -1)
                    break
                yield before + runner.method.ended
            before += rows * columns

    def _starts(self, place: tuple[slice, slice]) -> Float[np.ndarray, "m n"]:
        """The centres of these pixels, to the last bit those that the reading states."""
        x, y = self._raster.centres(1)
        across, up = np.meshgrid(x[place[1]], y[place[0]])
        starts = np.repeat(self._plane.base[None, : self._context.field.size], across.size, axis=0)
        starts[:, self._plane.x_input], starts[:, self._plane.y_input] = across.ravel(), up.ravel()
        return starts

    def _slice(self, runner: _Runner, step: int, done: int) -> Slice:
        """Of one solver's pass what is done, and of all passes."""
        whole = runner.label.size
        ready = sum(whole // one.step**2 if one.step else 0 for one in self._runners)
        share = min((ready + done) / (whole * len(self._runners)), 0.999)
        total = whole // step**2 - (whole // runner.step**2 if runner.step else 0)
        stage = ", ".join(filter(None, (runner.method.title, runner.method.stage)))
        return Slice(share, done=done, total=total, stage=stage)

    def _read(self, late: bool) -> SolverMaps:
        place, ends, names = self._ends.ordered()
        table = np.concatenate([place, [-2, -1]]).astype(np.int16)  # negative labels are places from the end
        return SolverMaps(
            tuple(runner.solver for runner in self._runners),
            tuple(runner.method.title for runner in self._runners),
            tuple(self._map(runner, table, ends, names) for runner in self._runners),
            self._question,
            late,
        )

    def _map(
        self, runner: _Runner, table: Int[np.ndarray, "k"], ends: Float[np.ndarray, "e n"], names: tuple[str, ...]
    ) -> PlaneMap | None:
        step = runner.step
        if not step:
            return None
        x, y = self._raster.centres(step)
        return PlaneMap(
            x_name=self._viewport.x,
            y_name=self._viewport.y,
            x=x,
            y=y,
            end=table[runner.label[::step, ::step]],
            count=runner.count[::step, ::step].copy(),
            ends=ends,
            names=names,
            method=runner.method.title,
            most=runner.method.most,
            step=step,
            slice_at=self._plane.slice_at,
            path=self.path,
            question=self._question,
        )


def _plane(context: RunContext) -> InputPlane:
    """The plane of starts. Raises ReadingError, with a sentence, where there is none."""
    system = context.field.system
    if system is None:
        raise ReadingError("no maps of the solvers: they need a formula, not a torch callable")
    plane = InputPlane.of(context)
    if plane is None or plane.varies:
        raise ReadingError("no maps of the solvers: the axes of their plane are two different components")
    if is_large(system):
        raise ReadingError("no maps of the solvers: the system is too large for them")
    return plane


def _question_of(experiment: Experiment, viewport: Viewport, plane: InputPlane) -> str:
    """What a map hangs on beside its solver."""
    root = replace(experiment.root, solver="picard", rivals=())
    asked = replace(experiment, root=root, starts=None, ranges={}, title="", ensemble=Ensemble())
    return blake2b(repr((asked, viewport, plane.slice_at)).encode()).hexdigest()


def _raster(viewport: Viewport) -> Raster:
    """The pixels of the view, at most 128 along its longer side."""
    columns, rows = viewport.pixels
    shrunk = min(1.0, _MOST / max(columns, rows, 1))
    pixels = max(1, round(shrunk * columns)), max(1, round(shrunk * rows))
    return Raster.of(viewport.x_range, viewport.y_range, pixels)


PROBE = SolverMapsProbe
