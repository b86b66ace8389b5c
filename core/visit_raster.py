"""How often trajectories pass through the pixels of a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .kernels.compiler import is_available
from .kernels.visit_kernel import count_visits

if TYPE_CHECKING:
    from jaxtyping import Float, Float32, UInt32

_BLOCK = 1 << 15
"""Places that are worked on at once: as many as stay in the processor's cache."""
_FAR = np.float32(1e7)
"""Pixels: what is no number, or farther away, is taken to be as far."""


class VisitRaster:
    """Counts places in nx by ny pixels of equal size; what lies outside is not counted.

    compiled: whether machine code counts, which is several times as fast as numpy; None where that can be.
    """

    def __init__(
        self,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        nx: int,
        ny: int,
        *,
        compiled: bool | None = None,
    ) -> None:
        self._compiled = is_available() if compiled is None else compiled
        self._begin = x_range[0], y_range[0]
        self._scale = nx / (x_range[1] - x_range[0]), ny / (y_range[1] - y_range[0])
        self._rows, self._columns = ny + 2, nx + 2  # a margin takes what lies outside
        self._counts = np.zeros(self._rows * self._columns, dtype=np.int32)

    @property
    def visits(self) -> UInt32[np.ndarray, "ny nx"]:
        """The counts so far, the lowest row first."""
        return self._counts.reshape(self._rows, self._columns)[1:-1, 1:-1].astype(np.uint32)

    def chord(self, x: Float[np.ndarray, "B T"], y: Float[np.ndarray, "B T"]) -> float:
        """How many pixels lie between a place and the next in its row: of those in sight, 95 % are nearer."""
        across, up = self._pixels(x, 0), self._pixels(y, 1)
        seen = (across > 0) & (across < self._columns) & (up > 0) & (up < self._rows)
        lengths = np.hypot(np.diff(across), np.diff(up))[seen[:, 1:] & seen[:, :-1]]
        return float(np.percentile(lengths, 95)) if lengths.size else 0.0

    def add(self, x: Float[np.ndarray, "B T"], y: Float[np.ndarray, "B T"], parts: int) -> None:
        """Count the middles of `parts` equal parts of the straight line from every place to the next in its row."""
        if x.shape[1] < 2:
            return
        if self._compiled:
            shifted = [number for begin, scale in zip(self._begin, self._scale, strict=True)
                       for number in (begin - 1.0 / scale, scale)]  # fmt: skip
            across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
            count_visits(across, up, parts, np.array(shifted), self._counts.reshape(self._rows, self._columns))
            return
        count, times = x.shape
        rows = max(1, _BLOCK // times)
        cells = np.empty((count, parts, times - 1), dtype=np.int32)
        for begin in range(0, count, rows):
            block = slice(begin, begin + rows)
            self._find(self._pixels(x[block], 0), self._pixels(y[block], 1), cells[block])
        self._counts += np.bincount(cells.ravel(), minlength=len(self._counts)).astype(np.int32)

    def _pixels(self, values: Float[np.ndarray, "B T"], axis: int) -> Float32[np.ndarray, "B T"]:
        """Pixels from the outer edge of the margin."""
        with np.errstate(all="ignore"):
            pixels = ((values - self._begin[axis]) * self._scale[axis] + 1.0).astype(np.float32)
            np.fmin(pixels, _FAR, out=pixels)  # also where it is no number
            return np.asarray(np.maximum(pixels, -_FAR, out=pixels))

    def _find(self, across: Float32[np.ndarray, "B T"], up: Float32[np.ndarray, "B T"], cells: np.ndarray) -> None:
        """Fill in the cell of every middle."""
        right, rise = np.diff(across, axis=1), np.diff(up, axis=1)
        parts = cells.shape[1]
        for part in range(parts):
            fraction = np.float32((part + 0.5) / parts)
            row = _cell(up[:, :-1] + fraction * rise, self._rows)
            row *= self._columns
            row += _cell(across[:, :-1] + fraction * right, self._columns)
            cells[:, part] = row


def _cell(pixels: Float32[np.ndarray, "B T"], count: int) -> np.ndarray:
    """The row or column, the margin's where it lies outside."""
    return np.asarray(np.clip(pixels, 0, count - 1, out=pixels).astype(np.int32))
