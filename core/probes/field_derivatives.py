"""Divergence and vorticity on a grid of the visible plane."""

from __future__ import annotations

import math

from ..analysis.divergence import divergence_and_vorticity
from ..analysis.plane import Plane, middles
from ..probe import Probe
from ..readings.field_derivatives import FieldDerivatives
from ..run_context import RunContext

_PIXELS_PER_CELL = {"preview": 10, "full": 3}
_NUMBERS = {"preview": 250_000, "full": 4_000_000}
"""Of all Jacobians together: of a long state the cells are larger."""
_FEWEST = 16


class FieldDerivativesProbe(Probe[FieldDerivatives]):
    """Cells of a few pixels that fill the plane, each with the numbers of its middle."""

    reading = FieldDerivatives
    title = "divergence and vorticity"
    kinds = frozenset({"ode", "minimise"})
    knows_events = True
    knows_noise = True

    def __init__(self) -> None:
        self._reading: FieldDerivatives | None = None

    def begin(self, context: RunContext) -> None:
        viewport, field = context.viewport, context.field
        if viewport is None:
            return
        plane = Plane.through(field, viewport, context.anchor, context.span[0], self.title)
        width, height = viewport.pixels
        affordable = _NUMBERS[context.quality] / field.size**2
        cell = max(_PIXELS_PER_CELL[context.quality], math.sqrt(width * height / affordable))
        x, y = (
            middles(*limits, max(_FEWEST, round(pixels / cell)))
            for limits, pixels in ((viewport.x_range, width), (viewport.y_range, height))
        )
        found = divergence_and_vorticity(plane, x, y)
        self._reading = FieldDerivatives(viewport.x, viewport.y, x, y, *found, plane.frozen_at, plane.slice_at)

    def read(self) -> FieldDerivatives | None:
        return self._reading


PROBE = FieldDerivativesProbe
