"""Areas that are filled and have no outlines: any number of polygons, in few calls of the painter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QPainter, QPainterPath
from typing_extensions import override

from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from ..theme import Theme

_TOGETHER = 32
"""Polygons that are one shape for the painter: of very many it sorts all edges by their height."""


class Patches(CanvasItem):
    """Polygons whose corners are given by their places among points, in groups of one colour each."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._points = np.empty((0, 2))
        self._groups: tuple[tuple[np.ndarray, np.ndarray, QColor], ...] = ()
        self._paths: list[tuple[QPainterPath, QColor]] = []

    def set_polygons(
        self,
        points: Float[np.ndarray, "N 2"],
        groups: Sequence[tuple[Int[np.ndarray, "c"], Int[np.ndarray, "f"], int]],
    ) -> None:
        """Show other polygons; points in data coordinates, finite.

        groups: the places of corners in order around each polygon, polygon by polygon; how many corners each has; and
        their colour, 0xffrrggbb.
        """
        self._points = points
        self._groups = tuple((places, sizes, QColor.fromRgba(colour)) for places, sizes, colour in groups)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        pixels = projection.pixels(self._points)
        self._paths = []
        for places, sizes, colour in self._groups:
            corners, ends = pixels[places], np.cumsum(sizes)
            joined = np.ones(len(corners), dtype=np.int32)
            joined[ends - 1] = 0
            cuts = [0, *ends[_TOGETHER - 1 :: _TOGETHER].tolist(), len(corners)]
            for part in (slice(begin, end) for begin, end in pairwise(cuts) if begin < end):
                self._paths.append((pg.arrayToQPath(*corners[part].T, connect=joined[part]), colour))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for path, colour in self._paths:
            painter.fillPath(path, colour)
