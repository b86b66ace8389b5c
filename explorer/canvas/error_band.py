"""How far curves may be from what they stand for: a band around each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath
from typing_extensions import override

from .colour import faded
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_STRENGTH = 0.24


@dataclass(frozen=True)
class Band:
    """From low (N,) to high (N,) over x (N,), which ascends; where one is no number there is no band."""

    x: Float[np.ndarray, "N"]
    low: Float[np.ndarray, "N"]
    high: Float[np.ndarray, "N"]
    colour: str


class ErrorBand(CanvasItem):
    """Bands that shine through, so that those that lie over each other are all seen."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._bands: tuple[Band, ...] = ()
        self._paths: list[tuple[QPainterPath, QColor]] = []

    @property
    def bands(self) -> tuple[Band, ...]:
        """What is shown."""
        return self._bands

    def set_bands(self, bands: Sequence[Band]) -> None:
        """Show others."""
        if bands or self._bands:
            self._bands = tuple(bands)
            self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._paths = []
        for band in self._bands:
            path = QPainterPath()
            ends = [projection.pixels(np.stack([band.x, edge], axis=1)) for edge in (band.low, band.high)]
            known = np.isfinite(ends[0]).all(axis=1) & np.isfinite(ends[1]).all(axis=1)
            cuts = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
            for part in np.split(np.arange(len(known)), cuts):
                if len(part) > 1 and known[part[0]]:
                    outline = np.concatenate([ends[1][part], ends[0][part][::-1]])
                    # far beyond the plot a painter's own arithmetic loses its place
                    outline[:, 1] = np.clip(outline[:, 1], -projection.height, 2.0 * projection.height)
                    piece = pg.arrayToQPath(outline[:, 0], outline[:, 1], connect="all")
                    piece.closeSubpath()
                    path.addPath(piece)
            self._paths.append((path, faded(band.colour, _STRENGTH)))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for path, colour in self._paths:
            painter.fillPath(path, colour)
