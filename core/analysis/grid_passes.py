"""A function over a rectangle, coarse at once and then finer, in pieces between which a run may be cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..request import Viewport
from .plane import middles

if TYPE_CHECKING:
    from jaxtyping import Float

CELLS, PREVIEW_CELLS = 96, 40
"""In either direction."""
_AT_ONCE = 800
"""Points that are evaluated between two looks at whether the run should stop."""
Ranges = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class GridPass:
    """share: of all the work that is done. x (W,), y (H,), values (H, W, k): of a pass that is whole, else None."""

    share: float
    x: Float[np.ndarray, "W"]
    y: Float[np.ndarray, "H"]
    values: Float[np.ndarray, "H W k"] | None


def grid_passes(
    function: Callable[[Float[np.ndarray, "N 2"]], Float[np.ndarray, "N k"]], ranges: Ranges, preview: bool
) -> Iterator[GridPass]:
    """The function at the centres of equal cells: of few large ones, and unless it is a preview then of many."""
    passes = (PREVIEW_CELLS,) if preview else (PREVIEW_CELLS, CELLS)
    work, done = sum(cells**2 for cells in passes), 0
    for cells in passes:
        x, y = middles(*ranges[0], cells), middles(*ranges[1], cells)
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        found = []
        for begin in range(0, len(points), _AT_ONCE):
            part = points[begin : begin + _AT_ONCE]
            found.append(function(part))
            done += len(part)
            if begin + _AT_ONCE < len(points):
                yield GridPass(done / work, x, y, None)
        yield GridPass(done / work, x, y, np.concatenate(found).reshape(cells, cells, -1))


def seen_ranges(viewport: Viewport | None, names: tuple[str, str], points: Float[np.ndarray, "N 2"]) -> Ranges:
    """What is seen where these are the names of the axes, else a little more than the points fill."""
    if viewport is not None and (viewport.x, viewport.y) == names:
        return viewport.x_range, viewport.y_range
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    room = 0.15 * (high - low)
    (left, right), (below, above) = np.stack([low - room, high + room], axis=1).tolist()
    return (left, right), (below, above)
