"""A vector that changes with time, as an image: time across, the place in the vector upwards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from typing_extensions import override

from .colour_scale import ColourScale
from .heat_map import strongest_levels, strongest_rows
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from ..theme import Theme


class TimeImage(CanvasItem):
    """Entry i of the vector, from 1, fills the strip i - 1/2 <= y < i + 1/2.

    Every column of pixels has the colours of the vector at the time of its middle, linear between the two times given
    that it lies between: these may be as unevenly spaced as the steps of a method. Of the entries that share a pixel
    the one farthest from the middle of the scale is seen (or the highest, where the scale has none).
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._t = np.empty(0)
        self._values = np.empty((0, 0))
        self._scale = ColourScale(0.0, 1.0)
        self._image: QImage | None = None
        self._pixels = np.empty((0, 0), dtype=np.uint32)  # what the image lies in
        self._target = QRectF()

    def set_values(self, t: Float[np.ndarray, "N"], values: Float[np.ndarray, "N n"], scale: ColourScale) -> None:
        """Show other vectors, at times that ascend."""
        self._t, self._values, self._scale = t, values, scale
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._image = None
        size = self._values.shape[1]
        if len(self._t) < 2 or not size:
            return
        (low, high), (bottom, top) = projection.x_range, projection.y_range
        ends = projection.pixels(np.array([[self._t[0], 0.0], [self._t[-1], 0.0]]))[:, 0]
        first, last = max(0, math.floor(ends[0] + 0.5)), min(math.ceil(projection.width), math.floor(ends[1] + 0.5))
        lowest, highest = max(1, math.floor(bottom + 0.5)), min(size, math.ceil(top - 0.5))
        if first >= last or lowest > highest or high <= low:
            return
        middles = np.stack([np.arange(first, last) + 0.5, np.zeros(last - first)], axis=1)
        count, most = highest - lowest + 1, max(1, math.ceil(projection.height))
        found = vectors_at(self._t, self._values[:, lowest - 1 : highest], projection.data(middles)[:, 0])
        begins = np.arange(most) * count // most if count > most else None
        self._pixels = self._scale.table(self.theme).take(np.ascontiguousarray(self._levels(found, begins).T[::-1]))
        height, width = self._pixels.shape
        self._image = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        corners = projection.pixels(np.array([[low, highest + 0.5], [low, lowest - 0.5]]))[:, 1].tolist()
        self._target = QRectF(first, corners[0], last - first, corners[1] - corners[0])

    def _levels(self, found: Float[np.ndarray, "T n"], begins: Int[np.ndarray, "k"] | None) -> np.ndarray:
        """Indices into the table of colours; entries between two begins share a pixel."""
        levels = self._scale.bytes_of(found, np.empty_like(found))
        if levels is None:  # the byte for "no number" is missing
            return self._scale.levels(found if begins is None else strongest_rows(found, begins, self._scale))
        return levels if begins is None else strongest_levels(levels, begins, diverging=self._scale.diverging)

    @override
    def draw(self, painter: QPainter) -> None:
        if self._image is not None:
            painter.drawImage(self._target, self._image)


def vectors_at(
    t: Float[np.ndarray, "N"], values: Float[np.ndarray, "N n"], times: Float[np.ndarray, "T"]
) -> Float[np.ndarray, "T n"]:
    """The vectors at these times, each linear between its neighbours; NaN before the first and after the last."""
    right = np.searchsorted(t, times, side="right").clip(1, len(t) - 1)
    left = right - 1
    gap = t[right] - t[left]
    part = ((times - t[left]) / np.where(gap > 0, gap, 1.0))[:, None]
    with np.errstate(invalid="ignore", over="ignore"):
        found: np.ndarray = values[left] * (1.0 - part) + values[right] * part
    found[(times < t[0]) | (times > t[-1])] = np.nan
    return found
