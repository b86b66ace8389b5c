"""The graph of a scalar map over the visible range."""

from __future__ import annotations

import numpy as np

from ..probe import Probe
from ..readings.map_curve import MapCurve
from ..run_context import RunContext

_POINTS = {"preview": 400, "full": 1_600}
_MOST_CURVES = 16


class MapCurveProbe(Probe[MapCurve]):
    """Samples f about twice a pixel in full quality, for the first rows of the batch data."""

    reading = MapCurve
    title = "graph of the map"
    kinds = frozenset({"map", "root"})

    def __init__(self) -> None:
        self._reading: MapCurve | None = None

    def begin(self, context: RunContext) -> None:
        layer, viewport = context.map, context.viewport
        if layer is None or viewport is None or layer.size != 1:
            return
        z = np.linspace(*viewport.x_range, _POINTS[context.quality])
        curves = [layer.array(row)(z[:, None])[:, 0] for row in _rows(layer.batch)]
        self._reading = MapCurve(layer.components[0], z, np.stack(curves))

    def read(self) -> MapCurve | None:
        return self._reading


def _rows(batch: int | None) -> list[np.ndarray | None]:
    return [None] if batch is None else [np.array([row]) for row in range(min(batch, _MOST_CURVES))]


PROBE = MapCurveProbe
