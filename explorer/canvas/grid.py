"""The faint grid behind a plot."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from typing_extensions import override

from ..theme import Theme
from .axis import Axis
from .colour import blend
from .item import CanvasItem
from .lines import Lines
from .projection import Projection
from .shape_devices import keeps_shapes

_STRENGTH = 0.42
"""How far the grid stands out from the card towards the line colour."""


class Grid(CanvasItem):
    """One opaque, nearly invisible line at every number of both axes, on whole pixels."""

    def __init__(self, theme: Theme, bottom: Axis, left: Axis) -> None:
        super().__init__(theme, z=-100)
        self._bottom, self._left = bottom, left
        self._lines = Lines(np.empty((0, 4)))
        self._bars = pg.Qt.internals.PrimitiveArray(QRectF, 4)

    @override
    def layout(self, projection: Projection) -> None:
        width, height = projection.width, projection.height
        across, up = self._bottom.ticks(width), self._left.ticks(height)
        x = projection.pixels(np.array([(value, 0.0) for value in across]).reshape(-1, 2))[:, 0]
        y = projection.pixels(np.array([(0.0, value) for value in up]).reshape(-1, 2))[:, 1]
        x, y = np.floor(x) + 0.5, np.floor(y) + 0.5
        vertical = np.stack([x, np.zeros_like(x), x, np.full_like(x, height)], axis=1)
        horizontal = np.stack([np.zeros_like(y), y, np.full_like(y, width), y], axis=1)
        lines = np.concatenate([vertical, horizontal])
        self._lines = Lines(lines)
        bars = np.concatenate([lines[:, :2], lines[:, 2:] - lines[:, :2]], axis=1)
        bars[: len(x)] += (-0.5, 0.0, 1.0, 0.0)
        bars[len(x) :] += (0.0, -0.5, 0.0, 1.0)
        self._bars.resize(len(bars))
        if len(bars):
            self._bars.ndarray()[:] = bars

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        colour = QColor(blend(self.theme.card, self.theme.line, _STRENGTH))
        if keeps_shapes(painter):
            self._lines.draw(painter, colour)
        elif len(self._bars):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRects(*self._bars.drawargs())  # three times faster than as lines
