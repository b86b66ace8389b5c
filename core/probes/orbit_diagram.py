"""What a map settles to, for every value of a parameter."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from ..analysis.orbit_columns import OrbitColumns
from ..analysis.pixel_method import parameter_values
from ..analysis.raster import Raster
from ..language.rates import rates_program
from ..language.walk import is_large
from ..probe import Slice, SweepProbe, pass_words
from ..reading_error import ReadingError
from ..readings.orbit_diagram import OrbitDiagram
from ..run_context import RunContext

_COARSE = (4, 300, 300)
_PASSES = (_COARSE, (1, 1_000, 1_000), (1, 1_000, 8_000))
"""Step between columns, iterations before and iterations while visits are counted; a pass goes on with its columns."""
_DEARER = 8.0
"""How much longer than all before a pass may take."""
_PREVIEW_SECONDS = 0.03
_BLOCK = 64


class OrbitDiagramProbe(SweepProbe[OrbitDiagram]):
    """Iterates from the first start for the parameter values of all columns at once, and counts visits of rows."""

    reading = OrbitDiagram
    title = "orbit diagram"
    kinds = frozenset({"map"})

    def __init__(self) -> None:
        self._reading: OrbitDiagram | None = None
        self._raster: Raster | None = None

    def begin(self, context: RunContext) -> None:
        viewport, system = context.viewport, context.field.system
        if viewport is None or system is None:
            return
        if is_large(system):
            raise ReadingError("no orbit diagram: the system is too large for one")
        names = [parameter.name for parameter in system.parameters]
        if viewport.x not in names or viewport.y not in system.components:
            raise ReadingError("no orbit diagram in this plane: it needs a parameter across and a component up")
        self._names = viewport.x, viewport.y
        self._place, self._component = names.index(viewport.x), system.components.index(viewport.y)
        self._program, self._start, self._values = rates_program(system), context.anchor, parameter_values(context)
        self._preview = context.preview
        self._raster = Raster.of(viewport.x_range, viewport.y_range, viewport.pixels)
        self.path = "python"

    def slices(self) -> Iterator[Slice]:
        if self._raster is None:
            return
        total = sum(transient + kept for _, transient, kept in _PASSES)
        elapsed, done, before = 0.0, 0, 0
        for step, transient, kept in _PASSES:
            if step != before:
                columns = self._columns(self._raster, step)
                visits = np.zeros((self._raster.rows, len(self._raster.centres(step)[0])), dtype=np.uint32)
                left, counted = transient, 0
            while left or counted < kept:
                since = perf_counter()
                several = min(_BLOCK, left or kept - counted)
                path = columns.follow(several, self._component)
                if left:
                    left -= several
                else:
                    _count(visits, path, self._raster)
                    counted += several
                done += several
                elapsed += perf_counter() - since
                yield Slice(min(done / total, 0.999), stage=pass_words(step, "column"))
            since = perf_counter()
            self._look(columns, visits, step, transient, kept)
            elapsed += perf_counter() - since
            last = (step, transient, kept) == _PASSES[-1] or (self._preview and _DEARER * elapsed > _PREVIEW_SECONDS)
            yield Slice(1.0 if last else done / total, finer=True, stage=pass_words(step, "column"))
            if last:
                return
            before = step

    def read(self) -> OrbitDiagram | None:
        return self._reading

    def _columns(self, raster: Raster, step: int) -> OrbitColumns:
        return OrbitColumns(self._program, self._start, self._values, self._place, raster.centres(step)[0])

    def _look(self, columns: OrbitColumns, visits: np.ndarray, step: int, transient: int, kept: int) -> None:
        if self._raster is None:
            return
        values, y = self._raster.centres(step)[0], self._raster.centres(1)[1]
        stayed = np.where(columns.lost, 0, visits).astype(np.uint32)
        parameter, component = self._names
        self._reading = OrbitDiagram(parameter, component, values, y, stayed, transient, kept, columns.periods(), step)


def _count(visits: np.ndarray, path: np.ndarray, raster: Raster) -> None:
    """Add the visits of a path (iterations, columns) to the rows that it goes through."""
    with np.errstate(all="ignore"):
        row = np.floor((path - raster.y_range[0]) / raster.pixel[1])
    inside = (row >= 0) & (row < raster.rows)
    column = np.broadcast_to(np.arange(path.shape[1]), path.shape)
    cells = row[inside].astype(np.int64) * path.shape[1] + column[inside]
    visits += np.bincount(cells, minlength=visits.size).reshape(visits.shape).astype(np.uint32)


PROBE = OrbitDiagramProbe
