"""Small marks of several shapes and colours: which solver, how it ended, what kind of point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from .item import CanvasItem
from .long_curve import LongCurve
from .projection import Projection
from .shape_devices import on_screen
from .stamps import Stamps

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

Glyph = Literal["disc", "square", "diamond", "triangle", "star", "wedge", "plus", "arrow", "cross"]

_MANY = 1000
"""Marks from which on they are stamped."""
_CORNERS: dict[str, tuple[int, float, float]] = {
    # shape: corners, angle of the first one (degrees, from the right, downwards), size beside a disc's
    "square": (4, 45.0, 1.25),
    "diamond": (4, 0.0, 1.35),
    "triangle": (3, -90.0, 1.45),
    "wedge": (3, 90.0, 1.45),
    "arrow": (3, 0.0, 1.45),
}


@dataclass(frozen=True)
class GlyphGroup:
    """Points that share a mark: `radius` in pixels; hollow marks show the card inside."""

    glyph: Glyph
    points: Float[np.ndarray, "N 2"] | LongCurve
    colour: str
    radius: float = 3.0
    hollow: bool = False
    halo: bool = False
    """A rim in the card's colour keeps it apart from what is under it."""
    apart: float = 0.0
    """Pixels along the polyline of the points below which marks are left out; four times as many on a thinned curve."""

    def pixels(self, projection: Projection) -> Float[np.ndarray, "M 2"]:
        """Where the marks are."""
        points = self.points
        if isinstance(points, LongCurve):
            marked = points.marked(projection, 4.0 * self.apart)
            if marked is not None:
                return projection.pixels(marked)
            points = points.seen(projection)
        pixels = projection.pixels(points.reshape(-1, 2))
        return _thinned(pixels, self.apart) if self.apart > 0 else pixels

    @property
    def reach(self) -> float:
        """Pixels from the point within which the whole mark is."""
        return 1.7 * self.radius + 2.0

    @property
    def stampable(self) -> bool:
        """Whether all of the mark has one colour."""
        return not (self.hollow or self.halo)

    def draw_one(self, painter: QPainter, centre: QPointF) -> None:
        """The mark in the painter's brush."""
        if self.glyph == "cross":
            painter.setPen(QPen(painter.brush().color(), 2.0))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        draw_glyph(painter, self.glyph, centre, self.radius)


class Glyphs(CanvasItem):
    """Groups of equal marks; later groups lie on top. Points that are not finite are not drawn."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._groups: tuple[GlyphGroup, ...] = ()
        self._pixels: list[np.ndarray] = []
        self._stamps: list[Stamps | None] = []

    def set_groups(self, groups: Sequence[GlyphGroup]) -> None:
        """Show other marks; data coordinates."""
        self._groups = tuple(groups)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._pixels = []
        self._stamps = []
        for group in self._groups:
            pixels = group.pixels(projection)
            many = len(pixels) > _MANY and group.stampable
            self._stamps.append(Stamps(pixels, group.draw_one, group.reach) if many else None)
            # of many, those in sight are looked for only where each is drawn by itself
            self._pixels.append(pixels if many else _within(pixels, self.boundingRect(), group.radius + 2))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, screen = self.boundingRect(), on_screen(painter)
        for group, pixels, stamps in zip(self._groups, self._pixels, self._stamps, strict=True):
            colour, card = QColor(group.colour), QColor(self.theme.card)
            painter.setBrush(card if group.hollow else colour)
            if stamps is not None and screen:
                stamps.draw(painter, area)
                continue
            if group.glyph == "cross":
                pens = [QPen(card, 4.0)] * group.halo + [QPen(colour, 2.0)]
            elif group.hollow:
                pens = [QPen(card, 5.0)] * group.halo + [QPen(colour, 1.8)]
            else:
                pens = [QPen(card, 1.6) if group.halo else QPen(Qt.PenStyle.NoPen)]
            shown = (pixels if stamps is None else _within(pixels, area, group.radius + 2)).tolist()
            for pen in pens:
                painter.setPen(pen)
                for x, y in shown:
                    draw_glyph(painter, group.glyph, QPointF(x, y), group.radius)


def draw_glyph(painter: QPainter, glyph: Glyph, centre: QPointF, radius: float) -> None:
    """One mark in the painter's pen and brush."""
    if glyph == "disc":
        painter.drawEllipse(centre, radius, radius)
    elif glyph == "cross":
        for side in (1, -1):
            arm = QPointF(radius, side * radius)
            painter.drawLine(centre - arm, centre + arm)
    else:
        painter.drawPolygon(QPolygonF([centre + corner * radius for corner in _outline(glyph)]))


def _within(pixels: Float[np.ndarray, "N 2"], area: QRectF, reach: float) -> Float[np.ndarray, "M 2"]:
    """Those that are seen in the area, or would be if they were this large."""
    with np.errstate(invalid="ignore"):
        seen = (pixels >= -reach).all(axis=1)
        seen &= (pixels <= np.array([area.width(), area.height()]) + reach).all(axis=1)
    return pixels[seen]


def _thinned(pixels: Float[np.ndarray, "N 2"], apart: float) -> Float[np.ndarray, "M 2"]:
    """The first point of every stretch of this length along the polyline."""
    pixels = pixels[np.isfinite(pixels).all(axis=1)]
    along = np.cumsum(np.hypot(*np.diff(pixels, axis=0, prepend=pixels[:1]).T))
    stretch = np.floor(along / apart)
    return pixels[np.diff(stretch, prepend=-1.0) > 0]


def _outline(glyph: Glyph) -> list[QPointF]:
    if glyph == "plus":
        arm, half = 1.4, 0.45
        quarter = [QPointF(arm, -half), QPointF(arm, half), QPointF(half, half)]
        turned = [[QPointF(-one.y(), one.x()) for one in quarter], [QPointF(-one.x(), -one.y()) for one in quarter]]
        return [*quarter, *turned[0], *turned[1], *(QPointF(one.y(), -one.x()) for one in quarter)]
    if glyph == "star":
        turns = [(-90.0 + 36.0 * index, 1.6 if index % 2 == 0 else 0.7) for index in range(10)]
    else:
        count, first, size = _CORNERS[glyph]
        turns = [(first + 360.0 * index / count, size) for index in range(count)]
    return [QPointF(size * math.cos(math.radians(a)), size * math.sin(math.radians(a))) for a, size in turns]
