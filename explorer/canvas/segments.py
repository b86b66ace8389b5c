"""Curves: any number of polylines, one call of the painter per stroke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from typing_extensions import override

from .colour import blend, faded
from .item import CanvasItem
from .lines import Lines, straightened, visible_part
from .projection import Projection
from .segment_raster import SegmentRaster
from .shape_devices import on_screen, screen_offset

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from ..theme import Theme


@dataclass(frozen=True)
class Stroke:
    """How a group of segments is painted."""

    colour: str
    weight: float = 1.0
    opacity: float = 1.0

    @classmethod
    def pale(cls, colour: str, weight: float, strength: float, theme: Theme) -> Stroke:
        """An opaque stroke mixed with the card: an antialiased line that shines through takes ten times as long."""
        return cls(blend(theme.card, colour, strength), weight)


@dataclass(frozen=True)
class StrokeGroup:
    """Segments that share a stroke: each joins the points begin[i] and begin[i] + 1."""

    begin: Int[np.ndarray, "S"]
    stroke: Stroke


_MANY = 200_000
"""Thin segments from which on they are an image, without antialiasing: they cover each other, and no step is seen."""


class Segments(CanvasItem):
    """Line segments between successive points, in groups of one stroke each; later groups lie on top.

    Of very many, those that are one pixel wide lie below the wider ones.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._points = np.empty((0, 2))
        self._groups: tuple[StrokeGroup, ...] = ()
        self._batches: list[tuple[Lines, Stroke]] | None = None
        self._raster: SegmentRaster | None = None
        self._raster_offset = (0.0, 0.0)
        self._beside_raster: list[tuple[Lines, Stroke]] = []

    def set_segments(self, points: Float[np.ndarray, "N 2"], groups: Sequence[StrokeGroup]) -> None:
        """Show other segments; points in data coordinates, non-finite ones leave a gap."""
        self._points = points
        self._groups = tuple(groups)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._batches = self._raster = None  # which of them is needed the painter will say

    @override
    def draw(self, painter: QPainter) -> None:
        projection = self.projection
        if projection is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._many and on_screen(painter) and painter.device().devicePixelRatio() == 1.0:
            offset = screen_offset(painter)
            if self._raster is None or offset != self._raster_offset:
                self._fill_raster(projection, offset)
            if self._raster is not None:
                painter.drawImage(QPointF(-offset[0], -offset[1]), self._raster.image())
            batches = self._beside_raster
        else:
            if self._batches is None:
                self._batches = self._laid_out_groups(projection, self._groups)
            batches = self._batches
        for lines, stroke in batches:
            lines.draw(painter, faded(stroke.colour, stroke.opacity), stroke.weight)

    @property
    def _many(self) -> bool:
        return sum(len(group.begin) for group in self._groups if group.stroke.weight <= 1.0) > _MANY

    def _fill_raster(self, projection: Projection, offset: tuple[float, float]) -> None:
        self._raster, self._raster_offset = SegmentRaster(self._points, projection, offset), offset
        rest = []
        for group in self._groups:
            begin = group.begin
            if group.stroke.weight <= 1.0 and begin.size:
                begin = self._raster.draw(begin, faded(group.stroke.colour, group.stroke.opacity))
            rest.append(StrokeGroup(begin, group.stroke))
        self._beside_raster = self._laid_out_groups(projection, rest)

    def _laid_out_groups(self, projection: Projection, groups: Sequence[StrokeGroup]) -> list[tuple[Lines, Stroke]]:
        begins = [group.begin for group in groups]
        if not any(begin.size for begin in begins):
            return []
        begin = begins[0] if len(begins) == 1 else np.concatenate(begins)
        # all groups at once: a call of numpy costs as much as a hundred lines
        first, second = (
            projection.pixels(self._points.take(begin, 0)),
            projection.pixels(self._points.take(begin + 1, 0)),
        )
        lines, kept = visible_part(first, second, projection.width, projection.height)
        owner = np.searchsorted(np.cumsum([len(some) for some in begins]), kept, side="right")
        if any(group.stroke.weight > 1.0 for group in groups):
            lines, owner = straightened(lines, owner)
        parts = np.split(lines, np.searchsorted(owner, np.arange(1, len(begins))))
        return [(Lines(part), group.stroke) for part, group in zip(parts, groups, strict=True)]
