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
    from jaxtyping import Float, Int

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
        self._pixels = np.empty((0, 0), dtype=np.uint32)
        self._target = QRectF()

    def set_values(
        self, values: Float[np.ndarray, "rows columns"], numbers: Int[np.ndarray, "rows"], scale: ColourScale
    ) -> None:
        """Show other numbers; `numbers` ascend."""
        self._values, self._numbers, self._scale = values, numbers, scale
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        rows, columns = self._values.shape
        self._pixels = np.empty((0, 0), dtype=np.uint32)
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
        part = self._values[record.clip(0)][:, begins[0] : across[-1] - 1]
        if len(begins) < part.shape[1]:
            part = _strongest(part, begins - begins[0], self._scale)
        self._pixels = np.ascontiguousarray(self._scale.table(self.theme)[self._scale.levels(part)])
        corners = np.array([[across[0] - 0.5, -(down[0] - 0.5)], [across[-1] - 0.5, -(down[-1] - 0.5)]])
        (left, top), (right, bottom) = projection.pixels(corners).tolist()
        self._target = QRectF(left, top, right - left, bottom - top)

    @override
    def draw(self, painter: QPainter) -> None:
        rows, columns = self._pixels.shape
        if rows and columns:
            image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
            painter.drawImage(self._target, image)


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


def _strongest(values: np.ndarray, begins: np.ndarray, scale: ColourScale) -> np.ndarray:
    """Of every group of columns the number farthest from the middle (or the highest, where the scale has none)."""
    highest = np.fmax.reduceat(values, begins, axis=1)
    if not scale.diverging:
        return highest
    lowest = np.fmin.reduceat(values, begins, axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(-lowest > highest, lowest, highest)
