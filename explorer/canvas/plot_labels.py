"""Words at places of a plot: chips beside points, and a sentence where there is nothing to see yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from .chip import chip_rectangle, draw_chip, plot_font
from .colour import faded
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_DISTANCES = (11.0, 34.0, 64.0)
_PER_SEGMENT = 8
_CLEAR = 9.0


@dataclass(frozen=True)
class PlotLabel:
    """Lines of text beside the point `place`: the first in `colour`, further ones as muted numbers."""

    place: tuple[float, float]
    lines: tuple[str, ...]
    colour: str


class PlotLabels(CanvasItem):
    """Chips beside points: none on another or on a labelled point, and where they cover least of the curves.

    kept: the labels of points outside the plot stand at its edge nearest to them. clear: pixels around a chip that
    count as covered too, where the curves are wide or have marks.
    """

    def __init__(self, theme: Theme, z: float = 0.0, *, kept: bool = False, clear: float = 0.0) -> None:
        super().__init__(theme, z)
        self._kept, self._clear = kept, clear
        self._labels: tuple[PlotLabel, ...] = ()
        self._curves: tuple[np.ndarray, ...] = ()
        self._places: list[tuple[PlotLabel, QPointF, QRectF]] = []

    def set_labels(self, labels: Sequence[PlotLabel], curves: Sequence[Float[np.ndarray, "N 2"]] = ()) -> None:
        """Show other labels that keep clear of these polylines; data coordinates."""
        self._labels, self._curves = tuple(labels), tuple(curves)
        self.invalidate()

    def shown(self) -> tuple[PlotLabel, ...]:
        """The labels there is room for."""
        self.ensure_layout()
        return tuple(label for label, _, _ in self._places)

    @override
    def layout(self, projection: Projection) -> None:
        area = QRectF(0, 0, projection.width, projection.height)
        points = projection.pixels(np.array([label.place for label in self._labels]).reshape(-1, 2))
        if self._kept:
            points = np.clip(points, 0.0, (area.width() - 1.0, area.height() - 1.0))
        centres = [QPointF(x, y) for x, y in points.tolist()]
        in_the_way = np.concatenate([np.empty((0, 2)), *(_dense(projection.pixels(curve)) for curve in self._curves)])
        self._places = []
        for label, centre in zip(self._labels, centres, strict=True):
            if not area.contains(centre):
                continue
            size = chip_rectangle(centre, label.lines, area).size()
            free = [
                place
                for place in _candidates(centre, size.width(), size.height())
                if area.contains(place)
                and not any(place.intersects(other) for _, _, other in self._places)
                and not any(place.contains(other) for other in centres)
            ]
            if free:
                best = min(free, key=lambda place: _covered(place, in_the_way, self._clear))
                self._places.append((label, centre, best))
            elif self._kept:
                self._places.append((label, centre, chip_rectangle(centre, label.lines, area)))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for label, centre, place in self._places:
            near = QPointF(
                min(max(centre.x(), place.left() + 6), place.right() - 6),
                min(max(centre.y(), place.top()), place.bottom()),
            )
            leader = QLineF(near, centre)
            if leader.length() > _CLEAR:  # it ends beside the point's mark
                leader.setLength(leader.length() - _CLEAR)
                painter.setPen(QPen(faded(label.colour, 0.5), 1.0))
                painter.drawLine(leader)
        for label, _, place in self._places:
            draw_chip(painter, self.theme, place, label.lines, label.colour)


def _candidates(centre: QPointF, width: float, height: float) -> list[QRectF]:
    """Places for a chip around a point: near before far, above before below, right before left."""
    return [
        QRectF(
            centre.x() + (distance if right else -distance - width),
            centre.y() + (-distance - height if above else distance),
            width,
            height,
        )
        for distance in _DISTANCES
        for above in (True, False)
        for right in (True, False)
    ]


def _covered(chip: QRectF, points: Float[np.ndarray, "N 2"], clear: float) -> int:
    place = chip.adjusted(-clear, -clear, clear, clear)
    inside = (points[:, 0] >= place.left()) & (points[:, 0] <= place.right())
    return int((inside & (points[:, 1] >= place.top()) & (points[:, 1] <= place.bottom())).sum())


def _dense(polyline: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "M 2"]:
    """Points along a polyline, a few for every segment that has two ends."""
    if len(polyline) < 2:
        return polyline
    finite = np.isfinite(polyline).all(axis=1)
    whole = finite[:-1] & finite[1:]
    parts = np.arange(_PER_SEGMENT) / _PER_SEGMENT
    between = polyline[:-1][whole][:, None, :] * (1 - parts[:, None]) + polyline[1:][whole][:, None, :] * parts[:, None]
    dense: np.ndarray = between.reshape(-1, 2)
    return dense


class EmptyNote(CanvasItem):
    """A quiet sentence in the middle of a plot without data."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme, z=60)
        self._text = text

    @property
    def text(self) -> str:
        """The sentence."""
        return self._text

    def set_text(self, text: str) -> None:
        """Another sentence."""
        if text != self._text:
            self._text = text
            self.invalidate()

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setFont(plot_font(12))
        painter.setPen(QColor(self.theme.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.boundingRect().adjusted(12, 4, -12, -4), flags, self._text)
