"""What a person does to an orbit diagram: drags the parameter's line, drags a region, goes back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from core.experiment import SliderRange

from ..canvas.plot_card import PlotCard
from ..canvas.region_band import RegionBand
from ..canvas.value_line import ValueLine
from ..canvas.view_history import Rectangle
from ..editors.drag import next_drag
from ..labels import icon_button

if TYPE_CHECKING:
    from core.language import ParameterDeclaration


class OrbitGestures(QObject):
    """The line, the region and the two buttons of the heading, in the terms of the card's signals."""

    def __init__(self, card: PlotCard) -> None:
        super().__init__(card)
        self._card = card
        self._name = ""
        self._slider = SliderRange(0.0, 1.0)
        self._drag = 0
        self.line = ValueLine(card.theme, z=40)
        self.region = RegionBand(card.theme)
        self.zoom = icon_button(
            "Zoom to a region",
            "selection-drag",
            "Drag a region to look closer (also with the right button, or with Shift)",
        )
        self.zoom.setCheckable(True)
        self.back = icon_button("Back", "arrow-left", "Back to where the plot was before a zoom (Alt+Left)")
        for button in (self.zoom, self.back):
            button.setFixedSize(24, 20)
            card.header.addWidget(button)
        card.box.add(self.line, self.region)
        self.zoom.toggled.connect(self._arm)
        self.back.clicked.connect(card.back)
        self.region.chosen.connect(self._look_at)
        self.line.taken.connect(self._take)
        self.line.moved.connect(self._move)
        self.line.released.connect(card.drag_finished)
        card.box.hover_left.connect(self._leave)
        card.box.projection_changed.connect(self._show_way_back)
        self._show_way_back()

    def follow(self, parameter: ParameterDeclaration, slider: SliderRange, value: float) -> None:
        """The parameter on the horizontal axis, its slider and its present value."""
        self._name, self._slider = parameter.name, slider
        self.line.set_time(value)

    def _arm(self, on: bool) -> None:
        self.region.armed = on
        self._card.box.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def _leave(self) -> None:
        self._card.readout.emit("")

    def _take(self) -> None:
        self._drag = next_drag()

    def _move(self, value: float) -> None:
        projection = self._card.box.projection()
        # no more digits than the mouse can tell apart
        digits = math.ceil(-math.log10(abs(projection.x_range[1] - projection.x_range[0]) / projection.width))
        inside = min(max(round(value, digits), self._slider.lo), self._slider.hi)
        if inside != self.line.t:
            self._card.parameter_dragged.emit(self._name, inside, self._drag)

    def _look_at(self, rectangle: Rectangle) -> None:
        box = self._card.box
        box.history.leave(box.rectangle())
        box.show_rectangle(rectangle)
        box.navigated.emit()

    def _show_way_back(self) -> None:
        self.back.setEnabled(self._card.box.history.can_go_back)
