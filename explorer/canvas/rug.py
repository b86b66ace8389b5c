"""Short ticks along the bottom edge: where something was evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QPainter
from typing_extensions import override

from .item import CanvasItem
from .lines import Lines
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_HEIGHT = 7.0


class Rug(CanvasItem):
    """One tick at every place; those in one column of pixels are one."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._places = np.empty(0)
        self._colour = theme.muted
        self._lines = Lines(np.empty((0, 4)))

    def set_places(self, places: Float[np.ndarray, "N"], colour: str) -> None:
        """Show other ticks; data coordinates along x."""
        self._places, self._colour = places, colour
        self.invalidate()

    def places(self) -> Float[np.ndarray, "N"]:
        """Where the ticks are."""
        return self._places

    @override
    def layout(self, projection: Projection) -> None:
        pixels = projection.pixels(np.column_stack([self._places, np.zeros(len(self._places))]))[:, 0]
        columns = np.unique(np.floor(pixels[(pixels >= 0.0) & (pixels <= projection.width)])) + 0.5
        ends = np.full(len(columns), projection.height)
        self._lines = Lines(np.column_stack([columns, ends - _HEIGHT, columns, ends]))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._lines.draw(painter, QColor(self._colour), joined=False)
