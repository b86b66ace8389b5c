"""A line integral convolution of the visible plane."""

from __future__ import annotations

import math
from collections.abc import Iterator
from time import perf_counter

import numpy as np

from ..analysis.line_convolution import contrast, directions, line_convolution
from ..analysis.plane import Plane, middles
from ..probe import Slice, SweepProbe
from ..readings.flow_texture import FlowTexture
from ..request import Viewport
from ..run_context import RunContext

_STEP = {"preview": 4, "full": 1}
_REACH = {"preview": 6, "full": 16}
"""Pixels of the texture on either side of one."""
_NUMBERS = {"preview": 400_000, "full": 8_000_000}
"""Components of all velocities together: of a long state the pixels are larger."""
_AT_ONCE = 200_000
_SEED = 1


class FlowTextureProbe(SweepProbe[FlowTexture]):
    """Every pixel of the screen, or at once larger ones during a drag."""

    reading = FlowTexture
    title = "texture of the flow"
    unit = "pixels"
    kinds = frozenset({"ode", "minimise"})
    knows_events = True
    knows_noise = True

    def __init__(self) -> None:
        self._reading: FlowTexture | None = None
        self._context: RunContext | None = None

    def begin(self, context: RunContext) -> None:
        viewport = context.viewport
        if viewport is not None:
            self._plane = Plane.through(context.field, viewport, context.anchor, context.span[0], self.title)
            self._context = context
            self.path = "python"

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None or context.viewport is None:
            return
        begun, viewport = perf_counter(), context.viewport
        step = _step(context, viewport)
        nx, ny = (max(2, round(pixels / step)) for pixels in viewport.pixels)
        x, y = (middles(*limits, n) for limits, n in ((viewport.x_range, nx), (viewport.y_range, ny)))
        ways, known = np.zeros((ny, nx), dtype=np.complex64), np.zeros((ny, nx), dtype=bool)
        rows = max(1, _AT_ONCE // (nx * context.field.size))
        for begin in range(0, ny, rows):
            part = slice(begin, begin + rows)
            u, v = self._plane.velocity(*np.meshgrid(x, y[part]))
            known[part] = np.isfinite(u) & np.isfinite(v)
            ways[part] = directions(u / (x[1] - x[0]), v / (y[1] - y[0]))  # on the screen
            yield Slice(0.4 * begin / ny, total=nx * ny)
        noise = np.random.default_rng(_SEED).random((ny, nx), dtype=np.float32)
        work = line_convolution(ways, noise, _REACH[context.quality])
        while True:
            try:
                share = next(work)
            except StopIteration as end:
                levels = contrast(end.value, known)
                break
            yield Slice(0.4 + 0.59 * share, done=round(share * nx * ny), total=nx * ny)
        names, plane = (viewport.x, viewport.y), self._plane
        seconds = perf_counter() - begun
        self._reading = FlowTexture(*names, x, y, levels, step, seconds, plane.frozen_at, plane.slice_at)
        if not context.preview:
            yield Slice(0.999, finer=True, done=nx * ny, total=nx * ny)  # before others search for long

    def read(self) -> FlowTexture | None:
        return self._reading


def _step(context: RunContext, viewport: Viewport) -> int:
    width, height = viewport.pixels
    numbers = width * height * context.field.size
    return max(_STEP[context.quality], math.ceil(math.sqrt(numbers / _NUMBERS[context.quality])))


PROBE = FlowTextureProbe
