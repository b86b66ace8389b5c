"""Where every point of the visible plane ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.flow_basins import FlowBasins
from ..analysis.map_solver import with_map_solver
from ..analysis.pixel_method import InputPlane, PixelMethod
from ..analysis.raster import Lattice, Raster
from ..analysis.solver_map import SolverMap
from ..analysis.swept_map import SweptMap, program_iteration
from ..experiment import Ensemble, Experiment
from ..language.walk import is_large
from ..probe import Slice, SweepProbe, pass_words
from ..reading_error import ReadingError
from ..readings.plane_map import UNDECIDED, PlaneMap
from ..run_context import RunContext
from ..sweep_path import choose_sweep_path

if TYPE_CHECKING:
    from jaxtyping import Int

_PREVIEW_SECONDS = 0.03
"""What all passes of a preview may take, but for the first."""


class PlaneMapProbe(SweepProbe[PlaneMap]):
    """Newton's method, the map or the flow from every pixel: first every 8th or 16th, then those between."""

    reading = PlaneMap
    title = "map of the plane"
    unit = "pixels"
    kinds = frozenset({"map", "root", "ode"})

    def __init__(self) -> None:
        self._reading: PlaneMap | None = None
        self._method: PixelMethod | None = None

    def begin(self, context: RunContext) -> None:
        plane, viewport = InputPlane.of(context), context.viewport
        if viewport is None:
            return
        if context.field.system is None:
            raise ReadingError("no map of the plane: it needs a formula, and this layer is a torch callable")
        if plane is None:
            raise ReadingError("no map of this plane: its axes must be two different components or parameters")
        self._plane, self._viewport, self._preview = plane, viewport, context.preview
        self._seconds = context.experiment.budget.seconds
        self._question = _question_of(context.experiment)
        self._raster = Raster.of(viewport.x_range, viewport.y_range, viewport.pixels)
        context, self._instead_of = with_map_solver(context)
        self._method = _method(context, plane, self._raster)
        self._end = np.full((self._raster.rows, self._raster.columns), UNDECIDED, dtype=np.int16)
        self._count = np.zeros(self._end.shape, dtype=np.float32)
        self._done = 0
        self.path = self._method.path

    def slices(self) -> Iterator[Slice]:
        method = self._method
        if method is None:
            return
        for _ in method.prepare():
            yield Slice(0.0, stage="looking for its ends")
        step, elapsed = method.coarsest, 0.0
        for first in (True, *[False] * 16):
            work = self._pass(method, step, first)
            while True:
                since = perf_counter()
                going = next(work, False)
                elapsed += perf_counter() - since
                if not going:
                    break
                if elapsed > self._seconds:
                    self._reading = self._reading and replace(self._reading, short_of_time=True)
                    return
                yield self._slice(method, step)
            # the pixels of the next pass are three times as many as all before
            late = 3.0 * elapsed > (_PREVIEW_SECONDS if self._preview else self._seconds - elapsed)
            last = step <= method.finest or late
            self._look(method, step, short_of_time=late and step > method.finest and not self._preview)
            done = self._slice(method, step)
            yield replace(done, share=1.0 if last else done.share, finer=True)
            if last:
                return
            step //= 2

    def read(self) -> PlaneMap | None:
        return self._reading

    def _pass(self, method: PixelMethod, step: int, first: bool) -> Iterator[bool]:
        for lattice in self._raster.lattices(step, first):
            pixels = self._raster.pixels(lattice, self._plane.base, self._plane.x_input, self._plane.y_input)
            for rows in method.tiles(pixels.columns, pixels.rows):
                work = method.settle(pixels, rows)
                while True:
                    try:
                        next(work)
                    except StopIteration as end:
                        self._keep(lattice, rows, *end.value)
                        break
                    yield True

    def _keep(self, lattice: Lattice, rows: range, label: Int[np.ndarray, "r c"], count: np.ndarray) -> None:
        place = lattice.slices(rows)
        self._end[place], self._count[place] = label, count
        self._done += label.size

    def _slice(self, method: PixelMethod, step: int) -> Slice:
        """How many of the pixels that this pass leaves done are, and what is going on with those under way."""
        done, total = self._done + method.ended, self._end[::step, ::step].size
        share = min(done * method.finest**2 / self._end.size, 0.999)
        return Slice(
            share, done=done, total=total, stage=", ".join(filter(None, (pass_words(step, "pixel"), method.stage)))
        )

    def _look(self, method: PixelMethod, step: int, *, short_of_time: bool) -> None:
        """The reading of a pass that is done."""
        x, y = self._raster.centres(step)
        place, ends, names = method.ordered()
        label = self._end[::step, ::step]
        table = np.concatenate([place, [-2, -1]]).astype(np.int16)  # negative labels are places from the end
        self._reading = PlaneMap(
            x_name=self._viewport.x,
            y_name=self._viewport.y,
            x=x,
            y=y,
            end=table[label],
            count=self._count[::step, ::step].copy(),
            ends=ends,
            names=names,
            method=method.title,
            most=method.most,
            step=step,
            slice_at=self._plane.slice_at,
            path=method.path,
            instead_of=self._instead_of,
            short_of_time=short_of_time,
            question=self._question,
        )


def _question_of(experiment: Experiment) -> str:
    """What a map hangs on, whatever part of it is looked at."""
    asked = replace(experiment, starts=None, ranges={}, title="", ensemble=Ensemble())
    return blake2b(repr(asked).encode()).hexdigest()


def _method(context: RunContext, plane: InputPlane, raster: Raster) -> PixelMethod:
    """What is iterated. Raises ReadingError, with a sentence, where nothing is."""
    system = context.field.system
    assert system is not None
    if context.map is None:
        if plane.varies:
            raise ReadingError("no basins in this plane: a flow's are drawn over its components, not over parameters")
        if is_large(system):
            raise ReadingError("no basins: the system is too large for them")
        return FlowBasins(context, raster)
    chosen = program_iteration(context)
    if chosen is not None:
        return SweptMap(context, plane, chosen, choose_sweep_path(chosen.program, context.experiment.path))
    if plane.varies:
        title = "the solver" if context.solver is None else context.solver.title
        raise ReadingError(f"no map over parameters by {title}: the map itself and Newton's method have one")
    refusal = None if context.solver is None or context.map is None else context.solver.refusal(context.map)
    if refusal is not None:
        raise ReadingError(f"no map of the plane: {refusal}")
    return SolverMap(context, raster)


PROBE = PlaneMapProbe
