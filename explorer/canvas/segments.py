"""Curves: any number of polylines, one call of the painter per stroke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QPainter
from typing_extensions import override

from .colour import blend, faded
from .item import CanvasItem
from .lines import Lines, straightened, visible_part
from .projection import Projection

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


class Segments(CanvasItem):
    """Line segments between successive points, in groups of one stroke each; later groups lie on top."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._points = np.empty((0, 2))
        self._groups: tuple[StrokeGroup, ...] = ()
        self._batches: list[tuple[Lines, Stroke]] = []

    def set_segments(self, points: Float[np.ndarray, "N 2"], groups: Sequence[StrokeGroup]) -> None:
        """Show other segments; points in data coordinates, non-finite ones leave a gap."""
        self._points = points
        self._groups = tuple(groups)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        if not self._groups:
            self._batches = []
            return
        pixels, begins = projection.pixels(self._points), [group.begin for group in self._groups]
        begin = begins[0] if len(begins) == 1 else np.concatenate(begins)
        # all groups at once: a call of numpy costs as much as a hundred lines
        lines, kept = visible_part(
            pixels.take(begin, 0), pixels.take(begin + 1, 0), projection.width, projection.height
        )
        owner = np.searchsorted(np.cumsum([len(some) for some in begins]), kept, side="right")
        if any(group.stroke.weight > 1.0 for group in self._groups):
            lines, owner = straightened(lines, owner)
        parts = np.split(lines, np.searchsorted(owner, np.arange(1, len(begins))))
        self._batches = [(Lines(part), group.stroke) for part, group in zip(parts, self._groups, strict=True)]

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lines, stroke in self._batches:
            lines.draw(painter, faded(stroke.colour, stroke.opacity), stroke.weight)
