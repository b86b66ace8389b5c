"""Very many short segments as one image: every pixel that a curve runs through."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage

if TYPE_CHECKING:
    from jaxtyping import Float, Float32, Int

    from .projection import Projection

_LONGEST = 4.0
"""Pixels along the longer axis; longer segments are the painter's work."""
_AT_ONCE = 32_768
"""Segments whose numbers stay in the processor's own memory."""


class SegmentRaster:
    """An image of a plot's box into which segments are drawn one pixel wide, one colour after another.

    points (N, 2): in data coordinates; offset: by which part of a pixel the box lies beyond a whole one.
    """

    def __init__(
        self, points: Float[np.ndarray, "N 2"], projection: Projection, offset: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self._points, self._projection, self._offset = points, projection, offset
        width, height = projection.width + offset[0], projection.height + offset[1]
        self._columns, self._rows = math.ceil(width) + 1, math.ceil(height) + 1
        self._colours = np.zeros((self._rows, self._columns), dtype=np.uint32)
        # a margin all around takes what is out of sight
        self._inked = np.zeros((self._rows + 2, self._columns + 2), dtype=np.uint8)

    def draw(self, begin: Int[np.ndarray, "S"], colour: QColor) -> Int[np.ndarray, "R"]:
        """Draw the segments from each of these points to the next; returns those that were too long to be drawn."""
        self._inked[:] = 0
        long = [self._ink(begin[first : first + _AT_ONCE]) for first in range(0, len(begin), _AT_ONCE)]
        places = np.flatnonzero(self._inked[1:-1, 1:-1].view(bool))
        alpha = colour.alpha()
        channels = (colour.red(), colour.green(), colour.blue())
        red, green, blue = ((channel * alpha + 127) // 255 for channel in channels)
        self._colours.reshape(-1)[places] = alpha << 24 | red << 16 | green << 8 | blue
        return np.concatenate(long)

    def image(self) -> QImage:
        """What was drawn; it lies in memory of this object."""
        form = QImage.Format.Format_ARGB32_Premultiplied
        return QImage(self._colours.data, self._columns, self._rows, 4 * self._columns, form)

    def _ink(self, begin: Int[np.ndarray, "S"]) -> Int[np.ndarray, "R"]:
        first, past = int(begin[0]), int(begin[-1]) + 1
        # most segments end where another begins
        ends = begin[np.append(np.flatnonzero(begin[1:] != begin[:-1] + 1), -1)] + 1
        if past - first <= 1.1 * len(begin):  # nearly every point begins one: no need to gather them
            x, y = self._pixels(self._points[first : past + 1])
            wide, high = x[1:] - x[:-1], y[1:] - y[:-1]
            x, y = x[:-1], y[:-1]
            if past - first > len(begin):
                joined = np.zeros(past - first, dtype=bool)
                joined[begin - first] = True
                wide[~joined] = np.nan
        else:
            x, y = self._pixels(self._points.take(begin, 0))
            onward, down = self._pixels(self._points.take(begin + 1, 0))
            wide, high = onward - x, down - y
        with np.errstate(invalid="ignore"):
            reach = np.maximum(np.abs(wide), np.abs(high))
        short, long = reach <= _LONGEST, begin[:0]  # False for NaN
        if not short.all():
            kept = np.flatnonzero(short)
            long = begin[~short[begin - first if len(short) == past - first else slice(None)]]
            x, y, wide, high, reach = (part.take(kept) for part in (x, y, wide, high, reach))
        self._touch(x, y)
        self._touch_known(np.concatenate([ends, long]))
        step = 1.0
        while reach.size:
            # a pixel for every pixel: halves of those longer than one, quarters of those longer than two
            chosen = np.flatnonzero(reach > step)
            if chosen.size < 0.7 * reach.size:
                x, y, wide, high, reach = (part.take(chosen) for part in (x, y, wide, high, reach))
            pieces = round(2 * step)
            for part in range(1, pieces, 2):
                share = np.float32(part / pieces)
                self._touch(x + share * wide, y + share * high)
            step *= 2.0
            if step >= _LONGEST:
                break
        return long

    def _touch_known(self, which: Int[np.ndarray, "M"]) -> None:
        """Ink those of these points that are known."""
        x, y = self._pixels(self._points[which])
        known = np.isfinite(x) & np.isfinite(y)
        self._touch(x[known], y[known])

    def _pixels(self, points: Float[np.ndarray, "M 2"]) -> tuple[Float32[np.ndarray, "M"], Float32[np.ndarray, "M"]]:
        """Counted from the corner of the margin."""
        projection, columns = self._projection, []
        origin = projection.x_range[0], projection.y_range[1]
        with np.errstate(over="ignore", invalid="ignore"):
            for axis in (0, 1):
                place = points[:, axis] - origin[axis]
                place *= projection.scale[axis]
                place += 1.0 + self._offset[axis]
                columns.append(place.astype(np.float32))
        return columns[0], columns[1]

    def _touch(self, x: Float32[np.ndarray, "M"], y: Float32[np.ndarray, "M"]) -> None:
        """Ink the pixels of these points."""
        place = np.clip(y, 0.0, self._rows + 1.0).astype(np.intp)
        place *= self._columns + 2
        place += np.clip(x, 0.0, self._columns + 1.0).astype(np.intp)
        self._inked.reshape(-1)[place] = 1
