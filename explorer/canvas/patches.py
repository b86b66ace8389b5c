"""Areas that are filled and have no outlines: any number of polygons, in few calls of the painter."""

from __future__ import annotations

from collections.abc import Sequence
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

_TOGETHER = 16
"""Polygons that are one shape for the painter: of very many it sorts all edges by their height."""


class Patches(CanvasItem):
    """Polygons whose corners are given by their places among points, in groups of one colour each."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._points = np.empty((0, 2))
        self._groups: tuple[tuple[Sequence[np.ndarray], QColor], ...] = ()
        self._paths: list[tuple[QPainterPath, QColor]] = []

    def set_polygons(
        self, points: Float[np.ndarray, "N 2"], groups: Sequence[tuple[Sequence[Int[np.ndarray, "c"]], int]]
    ) -> None:
        """Show other polygons, each the places of its corners in order around it; points in data coordinates, finite.

        groups: polygons with their colour, 0xffrrggbb.
        """
        self._points = points
        self._groups = tuple((polygons, QColor.fromRgba(colour)) for polygons, colour in groups)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        pixels = projection.pixels(self._points)
        self._paths = []
        for polygons, colour in self._groups:
            for begin in range(0, len(polygons), _TOGETHER):
                some = polygons[begin : begin + _TOGETHER]
                corners = pixels[np.concatenate(some)]
                joined = np.ones(len(corners), dtype=np.int32)
                joined[np.cumsum([len(polygon) for polygon in some]) - 1] = 0
                self._paths.append((pg.arrayToQPath(corners[:, 0], corners[:, 1], connect=joined), colour))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for path, colour in self._paths:
            painter.fillPath(path, colour)
