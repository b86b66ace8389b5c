"""Where the modulus of a function of a complex number is at most 1, as an area with an edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from typing_extensions import override

from core.analysis.contours import zero_contour

from .colour import faded
from .item import CanvasItem
from .lines import Lines, visible_lines
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme

_CELL = 3.0
"""Pixels between two places at which the function is evaluated."""
_FILL = 0.2
_LARGEST_LOGARITHM = 50.0


class StabilityRegion(CanvasItem):
    """|R(z)| <= 1 over the visible part of the plane, which is evaluated anew after every zoom; and the two axes.

    tone: the theme's colour of the area, teal or amber.
    """

    def __init__(self, theme: Theme, z: float = 0.0, tone: Literal["teal", "amber"] = "teal") -> None:
        super().__init__(theme, z)
        self._tone = tone
        self._function: Callable[[np.ndarray], np.ndarray] | None = None
        self._image: QImage | None = None
        self._edge = Lines(np.empty((0, 4)))
        self._axes: list[QLineF] = []

    def set_function(self, function: Callable[[np.ndarray], np.ndarray] | None) -> None:
        """Show the region of another function of complex arrays."""
        self._function = function
        self.invalidate()

    def _colour(self) -> str:
        return self.theme.teal if self._tone == "teal" else self.theme.amber

    @override
    def layout(self, projection: Projection) -> None:
        origin = projection.pixels(np.zeros((1, 2)))[0].tolist()
        self._axes = [
            QLineF(origin[0], 0.0, origin[0], projection.height),
            QLineF(0.0, origin[1], projection.width, origin[1]),
        ]
        self._image, self._edge = None, Lines(np.empty((0, 4)))
        if self._function is None:
            return
        columns, rows = (max(2, round(size / _CELL)) for size in (projection.width, projection.height))
        x, y = (
            np.linspace(*ends, count) for ends, count in ((projection.x_range, columns), (projection.y_range, rows))
        )
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            modulus = np.log(np.abs(self._function(x[None, :] + 1j * y[:, None])))
        modulus = np.nan_to_num(modulus, nan=_LARGEST_LOGARITHM, posinf=_LARGEST_LOGARITHM, neginf=-_LARGEST_LOGARITHM)
        inside = np.ascontiguousarray((modulus <= 0.0)[::-1])
        colour = faded(self._colour(), _FILL)
        pixels = np.where(inside, np.uint32(_premultiplied(colour)), np.uint32(0))
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
        self._image = image.copy()
        pieces = projection.pixels(zero_contour(x, y, modulus).reshape(-1, 2)).reshape(-1, 2, 2)
        self._edge = Lines(visible_lines(pieces[:, 0], pieces[:, 1], projection.width, projection.height))

    @override
    def draw(self, painter: QPainter) -> None:
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            half = _CELL / 2.0  # the outermost values belong to the very edge of the plot
            area = self.boundingRect()
            painter.drawImage(area.adjusted(-half, -half, half, half), self._image, QRectF(self._image.rect()))
        painter.setPen(QPen(QColor(self.theme.line), 1.0))
        painter.drawLines(self._axes)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._edge.draw(painter, QColor(self._colour()), 1.6)


def _premultiplied(colour: QColor) -> int:
    alpha = colour.alphaF()
    red, green, blue = (round(part * alpha * 255.0) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return (round(alpha * 255.0) << 24) | (red << 16) | (green << 8) | blue
