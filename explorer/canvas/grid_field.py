"""A vector field known on a regular grid, looked up between its points."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


class GridField:
    """Bilinear interpolation of samples on a regular grid.

    x (nx,), y (ny,): ascending and evenly spaced; samples (ny, nx, k).
    """

    def __init__(
        self, x: Float[np.ndarray, "nx"], y: Float[np.ndarray, "ny"], samples: Float[np.ndarray, "ny nx k"]
    ) -> None:
        rows, columns, self._width = samples.shape
        if rows < 2 or columns < 2:
            raise ValueError(f"a grid needs at least 2 x 2 points, not {rows} x {columns}")
        self._flat = np.ascontiguousarray(samples.reshape(rows * columns, self._width))
        self._rows, self._columns = rows, columns
        self._origin = np.array([x[0], y[0]], dtype=np.float64)
        self._spacing = np.array([(x[-1] - x[0]) / (columns - 1), (y[-1] - y[0]) / (rows - 1)], dtype=np.float64)

    def at(self, points: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N k"]:
        """Values at the points (x, y); NaN outside the grid and beside a sample that is NaN."""
        with np.errstate(invalid="ignore"):
            place = (points - self._origin) / self._spacing
            # the last point of the grid itself may come out beyond it by rounding
            inside = (
                (place[:, 0] >= -1e-9)
                & (place[:, 1] >= -1e-9)
                & (place[:, 0] <= self._columns - 1 + 1e-9)
                & (place[:, 1] <= self._rows - 1 + 1e-9)
            )
            place = np.where(inside[:, None], place, 0.0)
        column = np.clip(place[:, 0].astype(np.int64), 0, self._columns - 2)
        row = np.clip(place[:, 1].astype(np.int64), 0, self._rows - 2)
        right, up = (place[:, 0] - column)[:, None], (place[:, 1] - row)[:, None]
        corner = row * self._columns + column
        low = self._flat[corner] * (1 - right) + self._flat[corner + 1] * right
        corner += self._columns
        high = self._flat[corner] * (1 - right) + self._flat[corner + 1] * right
        result = low * (1 - up) + high * up
        result[~inside] = np.nan
        return result
