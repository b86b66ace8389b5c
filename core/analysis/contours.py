"""Zero contours of a function sampled on a regular grid (marching squares, vectorised over cells)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

# The edges of a cell: 0 bottom, 1 right, 2 top, 3 left. Corners, by bit: 0 (x0, y0), 1 (x1, y0), 2 (x1, y1),
# 3 (x0, y1). For each of the 16 sign patterns: the pairs of edges a contour joins. The two saddles (5 and 10)
# are joined by the sign of the cell's mean, see `zero_contour`.
_JOINS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}
_SADDLES = {5: (((3, 0), (1, 2)), ((3, 2), (1, 0))), 10: (((0, 1), (2, 3)), ((0, 3), (2, 1)))}


def zero_contour(
    x: Float[np.ndarray, "nx"], y: Float[np.ndarray, "ny"], values: Float[np.ndarray, "ny nx"]
) -> Float[np.ndarray, "S 2 2"]:
    """Line segments on which the bilinear interpolant of `values` is about 0.

    values[i, j] belongs to (x[j], y[i]). Cells with a value that is not finite are left out, and so are cells
    across which the sign changes through a pole rather than a zero (see `_is_pole`).
    Returns (S, 2, 2): segment, begin or end, x or y.
    """
    values = np.asarray(values, dtype=np.float64)
    values = np.where(np.isfinite(values), values, np.nan)  # the difference of two infinities is no number either
    corners = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]])
    usable = np.isfinite(corners).all(axis=0) & ~_is_pole(values)
    positive = corners > 0
    pattern = np.where(usable, positive[0] + 2 * positive[1] + 4 * positive[2] + 8 * positive[3], 0)
    rows, columns = np.nonzero((pattern > 0) & (pattern < 15))
    cells = _Cells(corners[:, rows, columns], x[columns], x[columns + 1], y[rows], y[rows + 1])
    pattern = pattern[rows, columns]
    centre = cells.corners.mean(axis=0) > 0
    pieces = [cells.joins(pattern == case, joins) for case, joins in _JOINS.items()]
    for case, (apart, together) in _SADDLES.items():
        pieces.append(cells.joins((pattern == case) & ~centre, apart))
        pieces.append(cells.joins((pattern == case) & centre, together))
    return np.concatenate(pieces)


def _is_pole(values: Float[np.ndarray, "ny nx"]) -> Bool[np.ndarray, "cy cx"]:
    """Cells with an edge across which the sign changes by a pole, not by a zero."""
    across_rows = _jumps(values)
    across_columns = _jumps(values.T).T
    return np.asarray(across_rows[:, :-1] | across_rows[:, 1:] | across_columns[:-1] | across_columns[1:])


def _jumps(values: Float[np.ndarray, "m k"]) -> Bool[np.ndarray, "m_minus_1 k"]:
    """Whether the sign changes between neighbouring rows by a jump.

    Towards a zero a function falls and goes on falling on the other side; around a pole it runs away on both
    sides, so the change across is against the changes beside it and outweighs them.
    """
    change = np.diff(values, axis=0)
    before = np.concatenate([change[:1], change[:-1]])
    after = np.concatenate([change[1:], change[-1:]])
    flips = (values[:-1] > 0) != (values[1:] > 0)
    with np.errstate(invalid="ignore", over="ignore"):
        against = (before * change < 0) & (after * change < 0)
        return np.asarray(flips & against & (np.abs(change) > np.abs(before) + np.abs(after)))


@dataclass(frozen=True)
class _Cells:
    """The cells that a contour crosses: values at their corners, and where their sides are."""

    corners: Float[np.ndarray, "4 c"]
    x0: Float[np.ndarray, "c"]
    x1: Float[np.ndarray, "c"]
    y0: Float[np.ndarray, "c"]
    y1: Float[np.ndarray, "c"]

    def joins(self, chosen: Bool[np.ndarray, "c"], edges: tuple[tuple[int, int], ...]) -> Float[np.ndarray, "S 2 2"]:
        """Segments across the chosen cells, from edge to edge."""
        if not chosen.any():
            return np.empty((0, 2, 2))
        v00, v10, v11, v01 = self.corners[:, chosen]
        x0, x1, y0, y1 = (side[chosen] for side in (self.x0, self.x1, self.y0, self.y1))

        def crossing(edge: int) -> np.ndarray:
            if edge in (0, 2):
                first, second, height = (v00, v10, y0) if edge == 0 else (v01, v11, y1)
                return np.stack([x0 + (x1 - x0) * first / (first - second), height], axis=1)
            first, second, place = (v10, v11, x1) if edge == 1 else (v00, v01, x0)
            return np.stack([place, y0 + (y1 - y0) * first / (first - second)], axis=1)

        return np.concatenate([np.stack([crossing(begin), crossing(end)], axis=1) for begin, end in edges])
