"""Streamlines: evenly spaced curves along the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QPainter
from typing_extensions import override

from .arrows import arrow_lines
from .colour import blend, faded
from .flow import PlaneFlow, ScreenFlow, unit
from .item import CanvasItem
from .lines import Lines
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_STRIDE = 5.0
_STEPS = 34
_SEED_SPACING = 38.0
_CELL = 13.0
"""Pixels: two different streamlines never run through the same cell of this size."""
_HEAD_LENGTH = 7.0


class Streamlines(CanvasItem):
    """Curves that follow the flow from seeds on an even lattice until another curve is near."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._flow: PlaneFlow | None = None
        self._lines = self._heads = Lines(np.empty((0, 4)))

    def set_flow(self, flow: PlaneFlow | None) -> None:
        """Show another field."""
        self._flow = flow
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        flow = self._flow and self._flow.on_screen(projection)
        if flow is None:
            self._lines = self._heads = Lines(np.empty((0, 4)))
            return
        tracks = grow(flow, projection.width, projection.height)
        lines = np.concatenate([tracks[:-1], tracks[1:]], axis=2).reshape(-1, 4)
        self._lines = Lines(lines[np.isfinite(lines).all(axis=1)])
        seeds = tracks[_STEPS]
        direction = unit(tracks[_STEPS + 1] - tracks[_STEPS - 1])
        known = np.isfinite(direction).all(axis=1)
        heads = arrow_lines(seeds[known], direction[known], np.full(int(known.sum()), 2 * _HEAD_LENGTH))
        self._heads = Lines(heads[:, 1:].reshape(-1, 4))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = blend(self.theme.muted, self.theme.accent, 0.55)
        self._lines.draw(painter, faded(colour, 0.5))
        self._heads.draw(painter, faded(colour, 0.8))


def grow(flow: ScreenFlow, width: float, height: float) -> Float[np.ndarray, "T S 2"]:
    """Points of all streamlines, seeds in the middle of the first axis; NaN where a curve has ended.

    All curves grow at once, by the midpoint rule on the direction field, in both directions. A cell belongs
    to the curve that comes first; a curve ends where it would enter a cell of another.
    """
    seeds = _seeds(width, height)
    count = len(seeds)
    tracks = np.full((2 * _STEPS + 1, count, 2), np.nan)
    tracks[_STEPS] = seeds
    columns, rows = int(width // _CELL) + 1, int(height // _CELL) + 1
    owner = np.full(columns * rows, -1)
    names = np.tile(np.arange(count), 2)
    owner[_cells(seeds, columns, rows)] = names[:count]
    sign = np.repeat([1.0, -1.0], count)[:, None]
    alive = np.arange(2 * count)
    place = np.tile(seeds, (2, 1))
    for step in range(1, _STEPS + 1):
        turn = sign[alive] * _STRIDE
        middle = place + turn / 2 * unit(flow.velocity.at(place))
        place = place + turn * unit(flow.velocity.at(middle))
        inside = (place >= 0).all(axis=1) & (place[:, 0] <= width) & (place[:, 1] <= height)
        alive, place = alive[inside], place[inside]
        cells = _cells(place, columns, rows)
        free = (owner[cells] < 0) | (owner[cells] == names[alive])
        alive, place, cells = alive[free], place[free], cells[free]
        owner[cells] = names[alive]
        won = owner[cells] == names[alive]  # of two that enter a cell at once, one has it
        alive, place = alive[won], place[won]
        if not alive.size:
            break
        forward = alive < count
        tracks[_STEPS + step, alive[forward]] = place[forward]
        tracks[_STEPS - step, alive[~forward] - count] = place[~forward]
    return tracks


def _seeds(width: float, height: float) -> Float[np.ndarray, "S 2"]:
    """A hexagonal lattice over the box."""
    rows = np.arange(_SEED_SPACING / 2, height, _SEED_SPACING * 0.87)
    columns = np.arange(_SEED_SPACING / 2, width, _SEED_SPACING)
    x, y = np.meshgrid(columns, rows)
    x = x + np.where(np.arange(len(rows)) % 2, _SEED_SPACING / 4, -_SEED_SPACING / 4)[:, None]
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _cells(points: Float[np.ndarray, "N 2"], columns: int, rows: int) -> np.ndarray:
    cell = (points // _CELL).astype(np.int64)
    return np.clip(cell[:, 1], 0, rows - 1) * columns + np.clip(cell[:, 0], 0, columns - 1)
