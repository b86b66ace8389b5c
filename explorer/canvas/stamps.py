"""Thousands of equal marks as one image: a mark is painted once, and stamped wherever a point is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from .shape_devices import screen_offset

if TYPE_CHECKING:
    from jaxtyping import Float, UInt8

_DENSE = 25
"""Pixels to a point from which on it is faster to stamp point by point."""


class Stamps:
    """Opaque marks of one shape and colour about points in pixels, each on the nearest whole pixel of the screen.

    draw_one: paints the mark about a place with the painter's pen and brush, within `reach` pixels of it.
    """

    def __init__(
        self, points: Float[np.ndarray, "N 2"], draw_one: Callable[[QPainter, QPointF], None], reach: float
    ) -> None:
        self._points, self._draw_one, self._reach = points, draw_one, reach
        self._image: QImage | None = None
        self._made_for: tuple[object, ...] = ()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Paint those within `area`, which begins at (0, 0), in the colour of the painter's brush."""
        ratio, offset = painter.device().devicePixelRatio(), screen_offset(painter)
        colour = painter.brush().color()
        made_for = (ratio, offset, colour.rgba(), QRectF(area))
        if self._image is None or made_for != self._made_for:
            size = (area.width() * ratio, area.height() * ratio)
            levels = stamped(self._points * ratio + np.array(offset), self._stamp(ratio), *size)
            self._image, self._made_for = _coloured(levels, colour), made_for
            self._image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(-offset[0] / ratio, -offset[1] / ratio), self._image)

    def _stamp(self, ratio: float) -> UInt8[np.ndarray, "k k"]:
        """How much of each pixel the mark covers, of 255, where it lies on the middle of the middle one."""
        side = 2 * math.ceil(self._reach * ratio) + 1
        image = QImage(side, side, QImage.Format.Format_Grayscale8)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(ratio, ratio)
        painter.setPen(QColor("white"))
        painter.setBrush(QColor("white"))
        self._draw_one(painter, QPointF(side / 2 / ratio, side / 2 / ratio))
        painter.end()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(side, image.bytesPerLine())
        return rows[:, :side].copy()


def stamped(
    points: Float[np.ndarray, "N 2"], stamp: UInt8[np.ndarray, "k k"], width: float, height: float
) -> UInt8[np.ndarray, "rows columns"]:
    """The largest value of all stamps over each pixel; columns are a multiple of 4. k is odd; what is not finite is
    left out."""
    reach = len(stamp) // 2
    columns, rows = math.ceil(width) + 1, math.ceil(height) + 1
    columns += -columns % 4
    edge = 2 * reach + 1  # room for the whole stamp of a point that is as far out as it can be
    across = columns + 2 * edge
    levels = np.zeros((rows + 2 * edge, across), dtype=np.uint8)
    x, y = points.T
    with np.errstate(invalid="ignore"):
        seen = (x >= -reach) & (x < columns + reach) & (y >= -reach) & (y < rows + reach)
    if not seen.all():
        chosen = np.flatnonzero(seen)
        x, y = x.take(chosen), y.take(chosen)
    flat = levels.reshape(-1)
    middle = (np.floor(y) + edge) * across + (np.floor(x) + edge)
    flat[middle.astype(np.intp)] = 1
    places = [
        (int(stamp[down, right]), (down - reach) * across + right - reach)
        for down, right in np.argwhere(stamp).tolist()
    ]
    places.sort()
    if _DENSE * len(x) < flat.size:
        _one_by_one(flat, places)
    else:
        _at_once(flat, places)
    return levels[edge : edge + rows, edge : edge + columns]


def _one_by_one(flat: UInt8[np.ndarray, "n"], places: list[tuple[int, int]]) -> None:
    """Write values at their distances from every 1; time goes with the number of ones."""
    middle = np.flatnonzero(flat.view(bool))
    flat[middle] = 0
    for value, distance in places:  # from the faintest to the strongest: what is written last is the largest
        flat[middle + distance] = value


def _at_once(flat: UInt8[np.ndarray, "n"], places: list[tuple[int, int]]) -> None:
    """The same by moving the whole picture; time goes with the number of pixels."""
    ones = flat.copy()
    flat[:] = 0
    strong, edge = ones, max((abs(distance) for _, distance in places), default=0)
    inside, last = flat[edge : flat.size - edge], 0
    for value, distance in places:
        if value != last:
            strong, last = ones * np.uint8(value), value
        np.maximum(inside, strong[edge - distance : flat.size - edge - distance], out=inside)


def _coloured(levels: UInt8[np.ndarray, "rows columns"], colour: QColor) -> QImage:
    """A colour, as opaque as `levels` say."""
    levels = np.ascontiguousarray(levels)
    rows, columns = levels.shape
    image = QImage(levels.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    rgb = colour.rgb() & 0xFFFFFF
    image.setColorTable([(colour.alpha() * level // 255) << 24 | rgb for level in range(256)])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
