"""The vector field on a grid of the visible plane."""

from __future__ import annotations

import numpy as np

from ..analysis.plane import Plane
from ..probe import Probe
from ..readings.velocity_grid import VelocityGrid
from ..run_context import RunContext

_PIXELS_PER_POINT = 9
_FEWEST, _MOST = 24, 160


class VelocityGridProbe(Probe[VelocityGrid]):
    """Samples the field about every nine pixels: fine enough for arrows, streamlines and drifting particles."""

    reading = VelocityGrid
    title = "vector field"
    knows_events = True
    knows_noise = True

    def __init__(self) -> None:
        self._reading: VelocityGrid | None = None

    def begin(self, context: RunContext) -> None:
        viewport = context.viewport
        if viewport is None:
            return
        plane = Plane.through(context.field, viewport, context.anchor, context.span[0], self.title)
        nx, ny = (int(np.clip(pixels // _PIXELS_PER_POINT, _FEWEST, _MOST)) for pixels in viewport.pixels)
        x, y = np.linspace(*viewport.x_range, nx), np.linspace(*viewport.y_range, ny)
        u, v = plane.velocity(*np.meshgrid(x, y))
        self._reading = VelocityGrid(viewport.x, viewport.y, x, y, u, v, plane.frozen_at, plane.slice_at)

    def read(self) -> VelocityGrid | None:
        return self._reading


PROBE = VelocityGridProbe
