"""A vector field known on a regular grid, looked up between its points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


class GridField:
    """Bilinear interpolation of vectors (u, v) on a regular grid.

    x (nx,), y (ny,): ascending and evenly spaced; u, v (ny, nx).
    """

    def __init__(
        self,
        x: Float[np.ndarray, "nx"],
        y: Float[np.ndarray, "ny"],
        u: Float[np.ndarray, "ny nx"],
        v: Float[np.ndarray, "ny nx"],
    ) -> None:
        self._rows, self._columns = u.shape
        if self._rows < 2 or self._columns < 2:
            raise ValueError(f"a grid needs at least 2 x 2 points, not {self._rows} x {self._columns}")
        # one complex number per vector: a look-up gathers four numbers instead of eight
        self._samples = np.empty(u.size, dtype=np.complex128)
        self._samples.real, self._samples.imag = u.ravel(), v.ravel()
        self._origin = float(x[0]), float(y[0])
        self._spacing = (
            (float(x[-1]) - self._origin[0]) / (self._columns - 1),
            (float(y[-1]) - self._origin[1]) / (self._rows - 1),
        )

    def at(self, points: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N 2"]:
        """Vectors at the points (x, y); NaN outside the grid and beside a sample that is NaN."""
        with np.errstate(invalid="ignore"):
            column, right, beside = self._cell(points[:, 0], 0, self._columns)
            row, up, above = self._cell(points[:, 1], 1, self._rows)
        corner = row * self._columns + column
        low = self._samples.take(corner)
        low += right * (self._samples.take(corner + 1) - low)
        corner += self._columns
        high = self._samples.take(corner)
        high += right * (self._samples.take(corner + 1) - high)
        low += up * (high - low)
        low[beside | above] = complex(np.nan, np.nan)
        return low.view(np.float64).reshape(-1, 2)

    def _cell(
        self, coordinate: Float[np.ndarray, "N"], axis: int, count: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Index of the cell along one axis, the place inside it from 0 to 1, and whether it is off the grid."""
        place = (coordinate - self._origin[axis]) / self._spacing[axis]
        # the last point of the grid itself may come out beyond it by rounding; NaN is off the grid
        off = ~((place >= -1e-9) & (place <= count - 1 + 1e-9))
        place[off] = 0.0
        index = np.minimum(place.astype(np.intp), count - 2)
        return index, place - index, off
