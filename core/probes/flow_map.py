"""A square grid of the visible plane that the flow carries along."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.plane import Plane
from ..batch_run import is_compiled
from ..flow_map_grid import FlowMapGrid
from ..ode_path import choose_path
from ..plane_view import TIME
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.flow_map import MOST_COMPONENTS, FlowMap
from ..run_context import RunContext

_MANY = 1_000


class FlowMapProbe(SweepProbe[FlowMap]):
    """First with few points on every line, then with more where it stretches; once at rest, and quickly in a drag."""

    reading = FlowMap
    title = "grid of the flow map"
    unit = "rounds"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._grid: FlowMapGrid | None = None

    def begin(self, context: RunContext) -> None:
        viewport, choice = context.viewport, context.experiment
        if viewport is None:
            return
        plane = Plane.through(context.field, viewport, context.anchor, context.span[0], self.title)
        if TIME in (viewport.x, viewport.y):
            raise ReadingError(f"no {self.title} in this plane: it needs two components on the axes")
        if context.field.size > MOST_COMPONENTS:
            raise ReadingError(f"no {self.title} of {context.field.size} components: at most {MOST_COMPONENTS}")
        path = choose_path(context.field, _MANY, choice.path, choice.device, choice.dtype, context.tableau)
        if context.preview and not is_compiled(path):
            return  # a drag cannot wait for it: the last picture stays until it rests
        self.path = path
        self._grid = FlowMapGrid(context, viewport, plane, path)

    def slices(self) -> Iterator[Slice]:
        if self._grid is None:
            return
        share = 0.0
        for finer in self._grid.work():
            share += (0.999 - share) / 8 if finer else 0.0
            yield Slice(share, finer)

    def read(self) -> FlowMap | None:
        return None if self._grid is None else self._grid.reading()


PROBE = FlowMapProbe
