"""Equilibria: their place, their type by shape and colour, their eigenvalues on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from .chip import chip_rectangle, draw_chip
from .item import CanvasItem
from .nearest import nearest_point
from .number_text import eigenvalue_text
from .projection import Projection

if TYPE_CHECKING:
    from core.readings import Equilibrium

    from ..theme import Theme

_RADIUS = 5.5
_GRIP = 12.0


@dataclass(frozen=True)
class PlacedEquilibrium:
    """An equilibrium and where it lies in the plane (x, y)."""

    place: tuple[float, float]
    equilibrium: Equilibrium


def colour_of(equilibrium: Equilibrium, theme: Theme) -> str:
    """One colour per meaning: stable, saddle, unstable, undecided."""
    if equilibrium.stable is None:
        return theme.violet
    if equilibrium.stable:
        return theme.teal
    return theme.amber if equilibrium.label.startswith("saddle") else theme.rose


class EquilibriumMarkers(CanvasItem):
    """Filled disc: stable; ring: unstable; crossed diamond: saddle; ring with a dot: undecided."""

    def __init__(self, theme: Theme, z: float = 0.0, *, labelled: bool = True) -> None:
        """labelled: say what each is where there is room; else under the mouse alone."""
        super().__init__(theme, z)
        self._labelled = labelled
        self._placed: tuple[PlacedEquilibrium, ...] = ()
        self._pixels = np.empty((0, 2))
        self._labels: dict[int, QRectF] = {}
        self._hovered: int | None = None

    def set_equilibria(self, placed: Sequence[PlacedEquilibrium]) -> None:
        """Show other equilibria."""
        self._placed = tuple(placed)
        if self._hovered is not None and self._hovered >= len(self._placed):
            self._hovered = None
        self.invalidate()

    def hover(self, position: QPointF | None) -> PlacedEquilibrium | None:
        """The mouse is at `position` (pixels) or away: show the eigenvalues of what is there, and return it."""
        found = None
        if position is not None and self.isVisible() and self.ensure_layout() is not None:
            found = nearest_point(self._pixels, (position.x(), position.y()), _GRIP)
        if found != self._hovered:
            self._hovered = found
            self.update()
        return None if found is None else self._placed[found]

    @override
    def layout(self, projection: Projection) -> None:
        places = np.array([placed.place for placed in self._placed], dtype=np.float64).reshape(-1, 2)
        self._pixels = projection.pixels(places)
        area = QRectF(0, 0, projection.width, projection.height)
        self._labels = self._place_labels(area) if self._labelled else {}

    def _place_labels(self, area: QRectF) -> dict[int, QRectF]:
        """Where there is room for a label: on no other label and no other equilibrium. The rest wait for the mouse."""
        centres = [QPointF(x, y) for x, y in self._pixels.tolist()]
        labels: dict[int, QRectF] = {}
        for index, centre in enumerate(centres):
            if not area.contains(centre):
                continue
            place = chip_rectangle(centre, (self._placed[index].equilibrium.label,), area)
            covers = any(place.contains(other) for other in centres) or any(map(place.intersects, labels.values()))
            if not covers:
                labels[index] = place
        return labels

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.boundingRect()
        shown = [
            (index, QPointF(x, y))
            for index, (x, y) in enumerate(self._pixels.tolist())
            if area.adjusted(-_RADIUS, -_RADIUS, _RADIUS, _RADIUS).contains(x, y)
        ]
        for index, centre in shown:
            self._draw_marker(painter, centre, self._placed[index].equilibrium)
        for index, place in self._labels.items():
            if index != self._hovered:
                equilibrium = self._placed[index].equilibrium
                draw_chip(painter, self.theme, place, (equilibrium.label,), colour_of(equilibrium, self.theme))
        for index, centre in shown:
            if index == self._hovered:
                self._draw_details(painter, centre, self._placed[index].equilibrium, area)

    def _draw_marker(self, painter: QPainter, centre: QPointF, equilibrium: Equilibrium) -> None:
        colour, card = QColor(colour_of(equilibrium, self.theme)), QColor(self.theme.card)
        painter.setPen(QPen(card, 5.0))
        painter.setBrush(card)
        painter.drawEllipse(centre, _RADIUS, _RADIUS)  # a halo keeps it apart from the curves under it
        painter.setPen(QPen(colour, 1.8))
        if equilibrium.label.startswith("saddle"):
            right, down = QPointF(_RADIUS + 1, 0), QPointF(0, _RADIUS + 1)
            painter.drawPolygon(QPolygonF([centre - down, centre + right, centre + down, centre - right]))
            painter.drawLine(centre - right / 2, centre + right / 2)
            painter.drawLine(centre - down / 2, centre + down / 2)
            return
        painter.setBrush(colour if equilibrium.stable else card)
        painter.drawEllipse(centre, _RADIUS, _RADIUS)
        if equilibrium.stable is None:
            painter.setBrush(colour)
            painter.drawEllipse(centre, 1.4, 1.4)

    def _draw_details(self, painter: QPainter, centre: QPointF, equilibrium: Equilibrium, area: QRectF) -> None:
        lines = (equilibrium.label, *eigenvalue_text(equilibrium.eigenvalues))
        draw_chip(painter, self.theme, chip_rectangle(centre, lines, area), lines, colour_of(equilibrium, self.theme))
