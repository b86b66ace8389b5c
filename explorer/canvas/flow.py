"""The velocity of a plane as it looks on the screen: pixels per second of the field's own time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.readings import VelocityGrid

from .grid_field import GridField
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

_HUGE = 1e100
"""Speeds above it are brought down, all by the same factor: what is drawn hangs on their ratios alone."""


@dataclass(frozen=True)
class ScreenFlow:
    """The velocity grid mapped to pixels.

    velocity: looks up (px/s along x, px/s along y, y downwards) at pixels; typical: the median speed there. Where the
    field is so fast that such numbers would overflow, another unit of time stands in place of the second.
    """

    velocity: GridField
    typical: float


class PlaneFlow:
    """The velocity grid of a plane; several items share one, and so the work of bringing it to the screen."""

    def __init__(self, grid: VelocityGrid) -> None:
        self.grid = grid
        self._projection: Projection | None = None
        self._on_screen: ScreenFlow | None = None

    def on_screen(self, projection: Projection) -> ScreenFlow | None:
        """The flow in pixels; None where it moves nowhere."""
        if projection != self._projection:
            self._projection, self._on_screen = projection, _screen_flow(self.grid, projection)
        return self._on_screen


def _screen_flow(grid: VelocityGrid, projection: Projection) -> ScreenFlow | None:
    if min(grid.u.shape) < 2:
        return None
    corners = projection.pixels(np.array([[grid.x[0], grid.y[0]], [grid.x[-1], grid.y[-1]]]))
    scale = projection.scale
    # rows upside down: a grid field wants both coordinates ascending, and pixels count downwards
    unit_of_time = _HUGE / max(_largest(grid.u), _largest(grid.v), _HUGE)
    u, v = grid.u[::-1] * unit_of_time * scale[0], grid.v[::-1] * unit_of_time * scale[1]
    with np.errstate(over="ignore", invalid="ignore"):
        speed = np.hypot(u, v)
    moving = speed[np.isfinite(speed) & (speed > 0)]
    if not moving.size:
        return None
    bad = ~np.isfinite(speed)
    field = GridField(corners[:, 0], corners[::-1, 1], np.where(bad, np.nan, u), np.where(bad, np.nan, v))
    return ScreenFlow(field, float(np.median(moving)))


def _largest(values: Float[np.ndarray, "ny nx"]) -> float:
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0))


def unit(vectors: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N 2"]:
    """Vectors of length 1 in the same directions; NaN where the length is 0 or not finite."""
    length = np.hypot(vectors[:, 0], vectors[:, 1])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((length > 0)[:, None], vectors / length[:, None], np.nan)
