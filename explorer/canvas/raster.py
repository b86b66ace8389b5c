"""A picture made elsewhere, in its place on the plot: it moves and grows with the data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from typing_extensions import override

from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float, UInt32

    from ..theme import Theme


_LARGEST = 30_000.0
"""Pixels beyond which a painter's own arithmetic loses its place."""


class Raster(CanvasItem):
    """Opaque pixels (0xffrrggbb) about the centres x (nx,) and y (ny,), both ascending and evenly spaced.

    Only what is in sight is painted, so that a picture that was zoomed far into costs no more than another.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._colours = np.empty((0, 0), dtype=np.uint32)
        self._x = self._y = np.empty(0)
        self._part = np.empty((0, 0), dtype=np.uint32)
        self._target = QRectF()

    @property
    def empty(self) -> bool:
        """Whether there is no picture."""
        return not self._colours.size

    def set_pixels(
        self, x: Float[np.ndarray, "nx"], y: Float[np.ndarray, "ny"], colours: UInt32[np.ndarray, "ny nx"]
    ) -> None:
        """Show another picture; its first row is the lowest."""
        self._x, self._y, self._colours = x, y, colours
        self.invalidate()

    def take_over(self, other: Raster) -> None:
        """Show what another one shows."""
        self.set_pixels(other._x, other._y, other._colours)

    def clear(self) -> None:
        """Show nothing."""
        if self.empty:
            return  # nothing changes: what lies around it needs no painting either
        self.set_pixels(np.empty(0), np.empty(0), np.empty((0, 0), dtype=np.uint32))

    @override
    def layout(self, projection: Projection) -> None:
        across, up = _in_sight(self._x, projection.x_range), _in_sight(self._y, projection.y_range)
        self._part = np.empty((0, 0), dtype=np.uint32)
        if across is None or up is None:
            return
        part = self._colours[up[0] : up[1], across[0] : across[1]]
        self._part = np.ascontiguousarray(part[::-1])
        corners = np.array(
            [
                (_edge(self._x, across[0]), _edge(self._y, up[1])),
                (_edge(self._x, across[1]), _edge(self._y, up[0])),
            ]
        )
        (left, top), (right, bottom) = projection.pixels(corners).tolist()
        self._target = QRectF(left, top, right - left, bottom - top)
        if max(self._target.width(), self._target.height()) > _LARGEST:
            self._pick(projection)

    def _pick(self, projection: Projection) -> None:
        """One colour per pixel of the plot: the painter cannot stretch a picture that far."""
        width, height = math.ceil(projection.width), math.ceil(projection.height)
        places = np.stack([np.arange(max(width, height)) + 0.5] * 2, axis=1)
        x, y = projection.data(places).T
        across, down = _cells(self._x, x[:width]), _cells(self._y, y[:height])
        inside = [np.nonzero(cells >= 0)[0] for cells in (across, down)]
        if not (inside[0].size and inside[1].size):
            self._part = np.empty((0, 0), dtype=np.uint32)
            return
        self._part = np.ascontiguousarray(self._colours[down[inside[1]]][:, across[inside[0]]])
        self._target = QRectF(inside[0][0], inside[1][0], inside[0].size, inside[1].size)

    @override
    def draw(self, painter: QPainter) -> None:
        rows, columns = self._part.shape
        if rows and columns:
            image = QImage(self._part.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(self._target, image)


def bordered(
    x: Float[np.ndarray, "nx"], y: Float[np.ndarray, "ny"], colours: UInt32[np.ndarray, "ny nx"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres and colours with one more column and row: a coarse picture may end short of its rectangle."""
    wider = np.append(x, x[-1] + step_of(x)), np.append(y, y[-1] + step_of(y))
    return *wider, np.pad(colours, ((0, 1), (0, 1)), mode="edge")


def step_of(centres: Float[np.ndarray, "n"]) -> float:
    """The distance of neighbouring centres; 1 where there is only one."""
    return float((centres[-1] - centres[0]) / (len(centres) - 1)) if len(centres) > 1 else 1.0


def cell_of(centres: Float[np.ndarray, "n"], value: float) -> int | None:
    """The cell that holds `value`, the last one its upper edge too; None beyond both ends."""
    if not len(centres) or not math.isfinite(value):
        return None
    place = (value - float(centres[0])) / step_of(centres)
    index = math.floor(place + 0.5)
    if index == len(centres) and place + 0.5 - index < 1e-6:
        index -= 1
    return index if 0 <= index < len(centres) else None


def _cells(centres: Float[np.ndarray, "n"], values: Float[np.ndarray, "m"]) -> np.ndarray:
    """The cell that holds each value; -1 beyond both ends."""
    index = np.floor((values - float(centres[0])) / step_of(centres) + 0.5)
    return np.where((index >= 0) & (index < len(centres)), index, -1).astype(np.intp)


def _in_sight(centres: Float[np.ndarray, "n"], limits: tuple[float, float]) -> tuple[int, int] | None:
    """First and past-the-last index of the cells that reach into `limits`."""
    if not len(centres):
        return None
    step, first = step_of(centres), float(centres[0])
    low = max(0, math.floor((limits[0] - first) / step + 0.5))
    high = min(len(centres), math.ceil((limits[1] - first) / step + 0.5))
    return (low, high) if low < high else None


def _edge(centres: Float[np.ndarray, "n"], index: int) -> float:
    """Where cell `index` begins."""
    return float(centres[0]) + (index - 0.5) * step_of(centres)
