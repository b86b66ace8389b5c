"""Words at places of a plot: chips beside points, and a sentence where there is nothing to see yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from typing_extensions import override

from .chip import chip_rectangle, draw_chip, plot_font
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme


@dataclass(frozen=True)
class PlotLabel:
    """Lines of text beside the point `place`: the first in `colour`, further ones as muted numbers."""

    place: tuple[float, float]
    lines: tuple[str, ...]
    colour: str


class PlotLabels(CanvasItem):
    """Chips beside points, none on another and none on a labelled point; earlier ones come first."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._labels: tuple[PlotLabel, ...] = ()
        self._places: list[tuple[PlotLabel, QRectF]] = []

    def set_labels(self, labels: Sequence[PlotLabel]) -> None:
        """Show other labels; data coordinates."""
        self._labels = tuple(labels)
        self.invalidate()

    def shown(self) -> tuple[PlotLabel, ...]:
        """The labels there is room for."""
        self.ensure_layout()
        return tuple(label for label, _ in self._places)

    @override
    def layout(self, projection: Projection) -> None:
        area = QRectF(0, 0, projection.width, projection.height)
        points = projection.pixels(np.array([label.place for label in self._labels]).reshape(-1, 2))
        centres = [QPointF(x, y) for x, y in points.tolist()]
        self._places = []
        for label, centre in zip(self._labels, centres, strict=True):
            if not area.contains(centre):
                continue
            place = chip_rectangle(centre, label.lines, area)
            taken = any(place.intersects(other) for _, other in self._places)
            if not taken and not any(place.contains(other) for other in centres):
                self._places.append((label, place))

    @override
    def draw(self, painter: QPainter) -> None:
        for label, place in self._places:
            draw_chip(painter, self.theme, place, label.lines, label.colour)


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
