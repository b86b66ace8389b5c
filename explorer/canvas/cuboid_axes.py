"""The box around a scene in space: its far walls with a grid, and numbers and names along its outline."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from typing_extensions import override

from .camera import Camera
from .chip import plot_font
from .colour import blend
from .cuboid import Cuboid
from .item import CanvasItem
from .projection import Projection
from .ticks import base_of, linear_text, linear_ticks

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_PIXELS_PER_TICK = 58.0
_SHORTEST = 26.0
"""Pixels below which an axis that points at the viewer has no numbers and no name."""
_GAP = 7.0
_VERTICAL = 2


@dataclass(frozen=True)
class AxisText:
    """Words of an axis and the room they take, in pixels."""

    axis: int
    text: str
    place: QRectF
    is_name: bool = False


class CuboidAxes(CanvasItem):
    """The walls that are behind the scene, their edges, and a few numbers along three edges of the outline.

    The outline has two edges along each axis, whatever the angle: the lower one is written on, of the upright ones
    the left one. What would cover other words is left out.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._camera, self._cuboid = Camera(), Cuboid()
        self._names: tuple[str, str, str] = ("", "", "")
        self._grid: list[QLineF] = []
        self._edges: list[QLineF] = []
        self._texts: list[AxisText] = []

    def set_names(self, names: tuple[str, str, str]) -> None:
        """Say what the axes measure."""
        self._names = names
        self.invalidate()

    def look(self, camera: Camera, cuboid: Cuboid) -> None:
        """Look at it from elsewhere, or show another box."""
        self._camera, self._cuboid = camera, cuboid
        self.invalidate()

    def texts(self) -> tuple[AxisText, ...]:
        """The names and numbers that there is room for."""
        self.ensure_layout()
        return tuple(self._texts)

    @override
    def layout(self, projection: Projection) -> None:
        half, towards = self._cuboid.half, self._camera.frame()[2]
        near = np.where(towards >= 0.0, 1.0, -1.0)  # the side of each pair of faces that is turned to the viewer
        self._edges, self._grid, words = [], [], []
        for axis in range(3):
            one, other = (axis + 1) % 3, (axis + 2) % 3
            for sides in product((-1.0, 1.0), repeat=2):
                if sides != (near[one], near[other]):  # before the scene
                    self._edges.append(self._edge(projection, axis, sides))
            outline = [
                self._edge(projection, axis, sides) for sides in ((near[one], -near[other]), (-near[one], near[other]))
            ]
            chosen = min(outline, key=_left) if axis == _VERTICAL else max(outline, key=_low)
            step, ticks, base = self._ticks(axis, chosen.length())
            words.append((axis, chosen, step, ticks, base))
            for tick in ticks:
                place = (tick - self._cuboid.ranges[axis][0]) / np.ptp(self._cuboid.ranges[axis])
                for wall, along in ((one, other), (other, one)):
                    ends = np.empty((2, 3))
                    ends[:, axis] = (2.0 * place - 1.0) * half[axis]
                    ends[:, wall] = -near[wall] * half[wall]
                    ends[:, along] = [-half[along], half[along]]
                    self._grid.append(self._line(projection, ends))
        middle = self._pixels(projection, np.zeros((1, 3)))[0]
        area = QRectF(0.0, 0.0, projection.width, projection.height)
        self._texts = self._placed_texts(words, QPointF(*middle.tolist()), area)

    def _ticks(self, axis: int, pixels: float) -> tuple[float, list[float], float]:
        low, high = self._cuboid.ranges[axis]
        base = base_of(low, high)
        step, ticks = linear_ticks(low - base, high - base, max(1.5, pixels / _PIXELS_PER_TICK))
        return step, [base + tick for tick in ticks], base

    def _placed_texts(
        self, words: list[tuple[int, QLineF, float, list[float], float]], middle: QPointF, area: QRectF
    ) -> list[AxisText]:
        """Names that an edge of the plot would cut are moved into it; numbers that it would cut are left out."""
        metrics = QFontMetricsF(plot_font())
        names, numbers = [], []
        for axis, edge, step, ticks, base in words:
            if edge.length() < _SHORTEST:
                continue
            outward = _outward(edge, middle)
            low, high = self._cuboid.ranges[axis]
            texts = [linear_text(tick - base, step) for tick in ticks]
            for tick, text in zip(ticks, texts, strict=True):
                at = edge.pointAt((tick - low) / (high - low))
                numbers.append(AxisText(axis, text, _beside(at, outward, text, metrics, _GAP)))
            reach = max((_extent(outward, text, metrics) for text in texts), default=0.0)
            sign = f" {'+' if base < 0 else '−'} {abs(base):.15g}" if base else ""
            name = self._names[axis] + sign
            place = _beside(edge.pointAt(0.5), outward, name, metrics, _GAP + reach + _GAP)
            names.append(AxisText(axis, name, _into(place, area), is_name=True))
        shown: list[AxisText] = []
        for text in (*names, *numbers):
            if area.contains(text.place) and not any(text.place.intersects(other.place) for other in shown):
                shown.append(text)
        return shown

    @override
    def draw(self, painter: QPainter) -> None:
        theme = self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(blend(theme.card, theme.line, 0.75)), 1.0))
        painter.drawLines(self._grid)
        painter.setPen(QPen(QColor(blend(theme.line, theme.faint, 0.5)), 1.0))
        painter.drawLines(self._edges)
        painter.setFont(plot_font())
        for text in self._texts:
            painter.setPen(QColor(theme.text if text.is_name else theme.muted))
            painter.drawText(text.place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text.text)

    def _edge(self, projection: Projection, axis: int, sides: tuple[float, float]) -> QLineF:
        ends, half = np.empty((2, 3)), self._cuboid.half
        ends[:, axis] = [-half[axis], half[axis]]
        for side, place in zip(sides, ((axis + 1) % 3, (axis + 2) % 3), strict=True):
            ends[:, place] = side * half[place]
        return self._line(projection, ends)

    def _line(self, projection: Projection, ends: Float[np.ndarray, "2 3"]) -> QLineF:
        (x0, y0), (x1, y1) = self._pixels(projection, ends).tolist()
        return QLineF(x0, y0, x1, y1)

    def _pixels(self, projection: Projection, inside: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, "N 2"]:
        return projection.pixels(self._camera.seen(inside)[:, :2])


def _left(edge: QLineF) -> float:
    return edge.center().x()


def _low(edge: QLineF) -> float:
    return edge.center().y()


def _outward(edge: QLineF, middle: QPointF) -> QPointF:
    """The unit vector across an edge that points away from the middle of the picture."""
    across = QPointF(-edge.dy(), edge.dx()) / edge.length()
    away = edge.center() - middle
    return across if QPointF.dotProduct(across, away) >= 0.0 else -across


def _extent(outward: QPointF, text: str, metrics: QFontMetricsF) -> float:
    """How far a text reaches along a direction."""
    return abs(outward.x()) * metrics.horizontalAdvance(text) + abs(outward.y()) * metrics.height()


def _into(place: QRectF, area: QRectF) -> QRectF:
    """A place that an edge of the area cuts, or that lies just beyond it, moved inside."""
    room = place.height()
    if not place.adjusted(-room, -room, room, room).intersects(area):
        return place
    left = min(max(place.left(), area.left()), max(area.left(), area.right() - place.width()))
    top = min(max(place.top(), area.top()), max(area.top(), area.bottom() - place.height()))
    return QRectF(left, top, place.width(), place.height())


def _beside(at: QPointF, outward: QPointF, text: str, metrics: QFontMetricsF, gap: float) -> QRectF:
    """The room for a text whose near side is `gap` pixels from a point."""
    centre = at + outward * (gap + _extent(outward, text, metrics) / 2.0)
    width, height = metrics.horizontalAdvance(text), metrics.height()
    return QRectF(centre.x() - width / 2.0, centre.y() - height / 2.0, width, height)
