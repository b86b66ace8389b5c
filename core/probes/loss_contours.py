"""Contours of the objective on the visible plane."""

from __future__ import annotations

import numpy as np

from ..analysis.contours import zero_contour
from ..analysis.loss_levels import loss_levels
from ..analysis.lowest_point import lowest_point
from ..analysis.plane import Plane
from ..analysis.polylines import joined
from ..objective import Objective
from ..probe import Probe
from ..readings.loss_contours import LossContours
from ..run_context import RunContext

_PIXELS_PER_CELL = {"preview": 12, "full": 5}
_FEWEST, _MOST = 32, 240


class LossContoursProbe(Probe[LossContours]):
    """Marching squares on a grid of a cell every few pixels."""

    reading = LossContours
    title = "contours of the loss"
    kinds = frozenset({"minimise"})

    def __init__(self) -> None:
        self._reading: LossContours | None = None

    def begin(self, context: RunContext) -> None:
        viewport, system = context.viewport, context.field.system
        if viewport is None or system is None:
            return
        objective = Objective(system, context.experiment.values)
        plane = Plane.through(context.field, viewport, context.anchor, context.span[0], self.title)
        cell = _PIXELS_PER_CELL[context.quality]
        nx, ny = (int(np.clip(pixels // cell, _FEWEST, _MOST)) for pixels in viewport.pixels)
        x, y = np.linspace(*viewport.x_range, nx), np.linspace(*viewport.y_range, ny)
        states = plane.states(*np.meshgrid(x, y))
        values = objective.value(states)
        whole = {viewport.x, viewport.y} >= set(objective.components)
        lowest = lowest_point(objective, states, values) if whole else None
        finite = values[np.isfinite(values)]
        floor = lowest.loss if lowest is not None else float(finite.min(initial=np.inf))
        levels = loss_levels(values, floor)
        lines = tuple(joined(zero_contour(x, y, values - level)) for level in levels)
        self._reading = LossContours(viewport.x, viewport.y, floor, levels, lines, x, y, values)

    def read(self) -> LossContours | None:
        return self._reading


PROBE = LossContoursProbe
