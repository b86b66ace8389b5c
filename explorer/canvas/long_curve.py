"""A curve of any number of points on a logarithmic axis, thinned to what a screen can show."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float, Int, Real

_BLOCK = 512
"""Points of which the extremes are looked up once, for every zoom."""
_FINENESS = 1.25
"""Columns to a pixel: thin lines that swing in each of them leave no gap."""
_FEW = _BLOCK
"""Points up to which a curve is never thinned."""


class LongCurve:
    """(x, log10 value) for points of which `x` ascends; an exact zero lies on the floor.

    Within one column of pixels the way goes from the lowest to the highest value, or back, as the curve does: it
    looks as if all of its points were drawn. The logarithm is taken of what is left. What is not finite is a gap.
    """

    def __init__(self, x: Real[np.ndarray, "n"], values: Float[np.ndarray, "n"], floor: float) -> None:
        self._x, self._values, self._floor = x, values, max(floor, 1e-300)

    def __len__(self) -> int:
        return len(self._x)

    @property
    def last(self) -> float:
        """The last x at which there is a value; 0 where there is none."""
        for end in range(len(self), 0, -_BLOCK):
            begin = max(0, end - _BLOCK)
            known = np.flatnonzero(np.isfinite(self._values[begin:end]))
            if known.size:
                return float(self._x[begin + known[-1]])
        return 0.0

    def places(self, chosen: slice) -> Float[np.ndarray, "m 2"]:
        """Some of the points themselves, in data coordinates."""
        return np.column_stack([self._x[chosen], self._heights_of(self._values[chosen])])

    def heights(self) -> Float[np.ndarray, "m"]:
        """The logarithms of all values of a short curve, of the extremes of every block of a long one."""
        return self._heights_of(self._values if len(self) <= _FEW else np.concatenate(self._blocks))

    def seen(self, projection: Projection) -> Float[np.ndarray, "m 2"]:
        """What is drawn of the part in sight."""
        part, columns = self._part(projection), max(1, round(_FINENESS * projection.width))
        count = part.stop - part.start
        if count <= self._few(projection):
            return self.places(part)
        if count >= columns * _BLOCK:
            first, past = part.start // _BLOCK, -(-part.stop // _BLOCK)
            blocks = first + np.arange(columns) * (past - first) // columns
            low, high = self._blocks
            low, high = np.minimum.reduceat(low[:past], blocks), np.maximum.reduceat(high[:past], blocks)
            return self._along(blocks * _BLOCK, low, high)
        begins = part.start + np.arange(columns) * count // columns
        values = self._values[part]
        return self._along(begins, *_extremes(values, begins - part.start))

    def marked(self, projection: Projection, apart: float) -> Float[np.ndarray, "m 2"] | None:
        """Points of the curve `apart` pixels beside each other; None where it is not thinned."""
        part = self._part(projection)
        if part.stop - part.start <= self._few(projection):
            return None
        count = max(2, round(projection.width / apart))
        return self.places(slice(part.start, part.stop, -(-(part.stop - part.start) // count)))

    @staticmethod
    def _few(projection: Projection) -> int:
        """Points in sight up to which all are drawn."""
        return max(_FEW, round(2 * _FINENESS * projection.width))

    def near(self, projection: Projection, x: float, reach: float) -> slice:
        """The points at most `reach` pixels beside the pixel x."""
        limits = projection.data(np.array([[x - reach, 0.0], [x + reach, 0.0]]))[:, 0]
        return slice(bisect_left(self._x, limits[0]), bisect_right(self._x, limits[1]))

    def _part(self, projection: Projection) -> slice:
        """Those in sight, and one more on both sides."""
        # not numpy's, which would first make floats of a million whole numbers
        begin, end = bisect_left(self._x, projection.x_range[0]) - 1, bisect_right(self._x, projection.x_range[1]) + 1
        return slice(max(0, begin), max(0, min(len(self), end)))

    @cached_property
    def _blocks(self) -> tuple[Float[np.ndarray, "b"], Float[np.ndarray, "b"]]:
        """The lowest and the highest value of every block."""
        return _extremes(self._values, np.arange(0, len(self), _BLOCK))

    def _along(self, begins: np.ndarray, low: np.ndarray, high: np.ndarray) -> Float[np.ndarray, "m 2"]:
        """First one and then the other extreme of every column: as the curve goes on to the next, or to and fro where
        it swings within a column, which takes the painter the least."""
        swings = (low[:-1] <= high[1:]) & (low[1:] <= high[:-1])
        rising = np.append(np.where(swings, np.arange(len(low) - 1) % 2 == 1, low[1:] > high[:-1]), False)
        ends = np.where(rising[:, None], np.stack([low, high], axis=1), np.stack([high, low], axis=1))
        return np.column_stack([np.repeat(self._x[begins], 2), self._heights_of(ends.reshape(-1))])

    def _heights_of(self, values: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log10(np.where(values == 0, self._floor, values))


def _extremes(
    values: Float[np.ndarray, "n"], begins: Int[np.ndarray, "b"]
) -> tuple[Float[np.ndarray, "b"], Float[np.ndarray, "b"]]:
    """The lowest and the highest finite value from each begin to the next; NaN where there is none."""
    values = np.ascontiguousarray(values)
    low, high = np.minimum.reduceat(values, begins), np.maximum.reduceat(values, begins)
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        finite = np.where(np.isfinite(values), values, np.nan)
        low, high = np.fmin.reduceat(finite, begins), np.fmax.reduceat(finite, begins)
    return low, high
