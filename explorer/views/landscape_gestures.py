"""What a person does to a loss landscape: drags the point, or clicks where it shall be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt

from ..canvas.points import DraggablePoints
from ..editors.drag import next_drag
from .landscape_plane import LandscapePlane

if TYPE_CHECKING:
    from ..canvas.plot_card import PlotCard


class LandscapeGestures(QObject):
    """The parameters follow the point as they would follow their sliders: one drag, or one click, is one change."""

    def __init__(self, card: PlotCard, plane: LandscapePlane) -> None:
        super().__init__(card)
        self._card, self._plane = card, plane
        self._held, self._drag = 0, 0  # the item's own count of drags, and the number that no other drag has
        self.point = DraggablePoints(card.theme, "disc", 6.0, z=50)
        card.box.add(self.point)
        card.box.setCursor(Qt.CursorShape.CrossCursor)
        card.box.clicked.connect(self._click)
        card.box.hover_left.connect(self._leave)
        self.point.dragged.connect(self._move)
        self.point.released.connect(card.drag_finished)

    def show(self, place: tuple[float, float], colour: str) -> None:
        """Where the present values are."""
        self.point.set_points(np.array([place]), (colour,))

    def _leave(self) -> None:
        self._card.readout.emit("")

    def _click(self, position: QPointF) -> None:
        x, y = self._card.box.projection().data(np.array([position.x(), position.y()])).tolist()
        self._set(x, y, next_drag())
        self._card.drag_finished.emit()

    def _move(self, _index: int, place: QPointF, drag: int) -> None:
        if drag != self._held:
            self._held, self._drag = drag, next_drag()
        self._set(place.x(), place.y(), self._drag)

    def _set(self, x: float, y: float, drag: int) -> None:
        values = self._plane.values_at(x, y)
        if len(values) == 1:
            ((name, value),) = values.items()
            self._card.parameter_dragged.emit(name, value, drag)
        elif values:
            self._card.parameters_dragged.emit(values, drag)
