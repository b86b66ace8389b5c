"""A table of numbers as an image: columns across, rows downwards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from typing_extensions import override

from .colour_scale import ColourScale
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float, Int, UInt8

    from ..theme import Theme


class HeatMap(CanvasItem):
    """Cell (i, j) fills the square about x = j + 1, y = -number[i], up to the next row's number.

    What is finer than a pixel is thinned: of the columns in one pixel the one of largest modulus is seen.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._values = np.empty((0, 0))
        self._numbers = np.empty(0, dtype=np.int64)
        self._scale = ColourScale(0.0, 1.0)
        self._image: QImage | None = None
        self._pixels = np.empty((0, 0), dtype=np.uint32)  # what the image lies in, where it has no memory of its own
        self._target = QRectF()
        self._room = np.empty((0, 0))

    def set_values(
        self, values: Float[np.ndarray, "rows columns"], numbers: Int[np.ndarray, "rows"], scale: ColourScale
    ) -> None:
        """Show other numbers; `numbers` ascend."""
        self._values, self._numbers, self._scale = values, numbers, scale
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        rows, columns = self._values.shape
        self._image = None
        if not rows or not columns:
            return
        across = _visible(projection.x_range, 1, columns, projection.width)
        down = _visible(
            (-projection.y_range[1], -projection.y_range[0]),
            int(self._numbers[0]),
            int(self._numbers[-1]),
            projection.height,
        )
        if across is None or down is None:
            return
        record = np.searchsorted(self._numbers, down[:-1], side="right") - 1
        begins = across[:-1] - 1
        self._show(record.clip(0), slice(int(begins[0]), int(across[-1]) - 1), begins - begins[0])
        corners = np.array([[across[0] - 0.5, -(down[0] - 0.5)], [across[-1] - 0.5, -(down[-1] - 0.5)]])
        (left, top), (right, bottom) = projection.pixels(corners).tolist()
        self._target = QRectF(left, top, right - left, bottom - top)

    def _show(self, rows: Int[np.ndarray, "r"], columns: slice, begins: Int[np.ndarray, "k"]) -> None:
        """Make the image of these rows and columns of the values, of which those between two begins share a pixel."""
        part, values = self._values[int(rows[0]) : int(rows[-1]) + 1, columns], self._values
        shape = len(rows), part.shape[1]
        if self._room.shape != shape or self._room.dtype != values.dtype:
            self._room = np.empty(shape, dtype=values.dtype)  # memory that is new in every frame costs more than work
        if not (np.diff(rows) == 1).all():  # some are left out, or last longer than one number
            if shape[1] == values.shape[1] and values.flags.c_contiguous:
                part = np.take(values, rows, axis=0, out=self._room, mode="clip")  # in another mode it takes a copy
            else:
                part = self._room
                part[:] = values[rows, columns]
        thinned, table = len(begins) < part.shape[1], self._scale.table(self.theme)
        levels = self._scale.bytes_of(part, self._room)
        if levels is None:  # the byte for "no number" is missing
            part = strongest_rows(part, begins, self._scale) if thinned else part
            self._pixels = np.ascontiguousarray(table[self._scale.levels(part)])
            height, width = self._pixels.shape
            self._image = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
            return
        if thinned:
            levels = strongest_levels(levels, begins, diverging=self._scale.diverging)
        height, width = levels.shape
        image = QImage(levels.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(table[:-1].tolist())
        self._image = image.convertToFormat(QImage.Format.Format_RGB32)  # five times faster than to paint it as it is

    @override
    def draw(self, painter: QPainter) -> None:
        if self._image is not None:
            painter.drawImage(self._target, self._image)


def _visible(limits: tuple[float, float], first: int, last: int, pixels: float) -> np.ndarray | None:
    """The edges of the cells in sight: whole numbers from `first` to `last`, as many as there are pixels at most."""
    low, high = max(first, math.floor(limits[0] + 0.5)), min(last, math.ceil(limits[1] - 0.5))
    if high < low:
        return None
    count = high - low + 1
    most = max(1, math.ceil(pixels))
    if count <= most:
        return np.arange(low, high + 2)
    return low + np.arange(most + 1) * count // most


def strongest_rows(values: np.ndarray, begins: np.ndarray, scale: ColourScale) -> np.ndarray:
    """Of every group of columns the number farthest from the middle (or the highest, where the scale has none)."""
    highest = np.fmax.reduceat(values, begins, axis=1)
    if not scale.diverging:
        return highest
    lowest = np.fmin.reduceat(values, begins, axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(-lowest > highest, lowest, highest)


def strongest_levels(
    levels: UInt8[np.ndarray, "rows columns"], begins: Int[np.ndarray, "k"], *, diverging: bool
) -> UInt8[np.ndarray, "rows k"]:
    """The same of levels: of every group of columns the one farthest from the middle, or the highest."""
    sizes = np.diff(begins, append=levels.shape[1])
    found = levels.take(begins, axis=1)
    for further in range(1, int(sizes.max())):
        larger = np.flatnonzero(sizes > further)
        first, second = found[:, larger], levels[:, begins[larger] + further]
        highest = np.maximum(first, second)
        if diverging:
            lowest = np.minimum(first, second)
            highest = np.where(255 - lowest > highest, lowest, highest)
        found[:, larger] = highest
    return found
