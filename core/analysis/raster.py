"""The pixels of a picture that becomes finer in passes, each of which keeps what the one before has computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..plane_sweep import Pixels

if TYPE_CHECKING:
    from jaxtyping import Float

_MOST = 1024
"""Pixels along an axis."""
_SLICE_SECONDS = 0.008
"""What a tile is meant to take: less than half of what is allowed, for its time is only foretold."""
_FIRST_TILE = 2_000


@dataclass(frozen=True)
class Lattice:
    """Every `across`th column from `column` on, and every `along`th row from `row` on, of the finest grid."""

    column: int
    across: int
    row: int
    along: int

    def within(self, columns: int, rows: int) -> tuple[int, int]:
        """How many columns and rows it has."""
        return max(0, -(-(columns - self.column) // self.across)), max(0, -(-(rows - self.row) // self.along))

    def slices(self, rows: range) -> tuple[slice, slice]:
        """Where its rows lie in an array of the finest grid."""
        begin = self.row + rows.start * self.along
        return slice(begin, begin + len(rows) * self.along, self.along), slice(self.column, None, self.across)


@dataclass(frozen=True)
class Raster:
    """columns x rows pixels that fill a rectangle; a pass of step s has every sth pixel of every sth row."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    columns: int
    rows: int

    @classmethod
    def of(cls, x_range: tuple[float, float], y_range: tuple[float, float], pixels: tuple[int, int]) -> Raster:
        """One sample per pixel of the screen, at most 1024 along an axis."""
        columns, rows = (int(np.clip(count, 1, _MOST)) for count in pixels)
        return cls(x_range, y_range, columns, rows)

    @property
    def pixel(self) -> tuple[float, float]:
        """Width and height of a pixel."""
        width, height = (hi - lo for lo, hi in (self.x_range, self.y_range))
        return width / self.columns, height / self.rows

    def centres(self, step: int) -> tuple[Float[np.ndarray, "nx"], Float[np.ndarray, "ny"]]:
        """The centres of the pixels of a pass, x and y."""
        dx, dy = self.pixel
        x = self.x_range[0] + 0.5 * dx + np.arange(0, self.columns, step) * dx
        return x, self.y_range[0] + 0.5 * dy + np.arange(0, self.rows, step) * dy

    def lattices(self, step: int, first: bool) -> list[Lattice]:
        """What a pass of `step` has to compute: everything, or what a pass of twice the step left out."""
        if first:
            return [Lattice(0, step, 0, step)]
        return [Lattice(step, 2 * step, 0, 2 * step), Lattice(0, step, step, 2 * step)]

    def pixels(self, lattice: Lattice, base: Float[np.ndarray, "m"], x_input: int, y_input: int) -> Pixels:
        """The lattice as inputs `base` of which those at x_input and y_input vary."""
        (dx, dy), (columns, rows) = self.pixel, lattice.within(self.columns, self.rows)
        origin, across, along = np.array(base, dtype=np.float64), np.zeros(len(base)), np.zeros(len(base))
        origin[x_input] = self.x_range[0] + (0.5 + lattice.column) * dx
        origin[y_input] = self.y_range[0] + (0.5 + lattice.row) * dy
        across[x_input], along[y_input] = lattice.across * dx, lattice.along * dy
        return Pixels(origin, across, along, columns, rows)


class Pace:
    """How many rows fit into a slice, from how long the last ones took."""

    def __init__(self) -> None:
        self._pixels = float(_FIRST_TILE)

    def tiles(self, columns: int, rows: int) -> Iterator[range]:
        """Rows 0 to `rows` in tiles; the time between two of them is taken as that of the tile."""
        begin = 0
        while begin < rows and columns:
            tile = range(begin, min(rows, begin + max(1, int(self._pixels / columns))))
            since = perf_counter()
            yield tile
            spent = max(perf_counter() - since, 1e-6)
            # small tiles cost as much as large ones where calls, not pixels, are what takes time
            grown = len(tile) * columns * _SLICE_SECONDS / spent
            self._pixels = float(np.clip(grown, 0.25 * self._pixels, 2.0 * self._pixels))
            begin = tile.stop
