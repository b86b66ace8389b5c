"""Nullclines of the visible plane."""

from __future__ import annotations

import numpy as np

from ..analysis.contours import zero_contour
from ..analysis.plane import Plane
from ..analysis.polylines import joined
from ..plane_view import TIME
from ..probe import Probe
from ..readings.nullclines import Nullclines
from ..run_context import RunContext

_PIXELS_PER_CELL = {"preview": 12, "full": 4}
_FEWEST, _MOST = 32, 320
_BEYOND = 0.37


class NullclinesProbe(Probe[Nullclines]):
    """Zero contours of either axis's velocity by marching squares."""

    reading = Nullclines
    title = "nullclines"
    knows_events = True
    knows_noise = True

    def __init__(self) -> None:
        self._reading: Nullclines | None = None

    def begin(self, context: RunContext) -> None:
        viewport = context.viewport
        if viewport is None:
            return
        plane = Plane.through(context.field, viewport, context.anchor, context.span[0], self.title)
        cell = _PIXELS_PER_CELL[context.quality]
        nx, ny = (int(np.clip(pixels // cell, _FEWEST, _MOST)) for pixels in viewport.pixels)
        x, y = _samples(*viewport.x_range, nx), _samples(*viewport.y_range, ny)
        u, v = plane.velocity(*np.meshgrid(x, y))
        axes = [(name, speed) for name, speed in ((viewport.x, u), (viewport.y, v)) if name != TIME]
        self._reading = Nullclines(
            viewport.x,
            viewport.y,
            tuple(name for name, _ in axes),
            tuple(joined(zero_contour(x, y, speed)) for _, speed in axes),
        )

    def read(self) -> Nullclines | None:
        return self._reading


def _samples(low: float, high: float, count: int) -> np.ndarray:
    """Points over the range and part of a cell beyond: a zero along its very edge changes the sign as any other."""
    beyond = _BEYOND * (high - low) / (count - 1)
    return np.linspace(low - beyond, high + beyond, count)


PROBE = NullclinesProbe
