"""A slider along the way of points, which moves by itself while the window plays."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from core.parameter import Range

from ..canvas.number_text import number_text
from ..editors.value_slider import ValueSlider
from ..labels import label, set_text
from .journey import Journey

_SECONDS = 4.0
"""For the whole way."""
_REST = 1.2
"""Seconds at its end, before it begins again."""
_ROOM = 92
"""Pixels for the clock."""


class JourneySlider(QWidget):
    """place: from 0, the begin of the way, to 1, its end, where it stands at first. Who moves it holds it there, until
    the button beside it lets it go on."""

    moved = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.place = 1.0
        self._symbol, self._journey = "t", Journey(np.array([0.0, 1.0]))
        self._rested = 0.0
        self.slider = ValueSlider(name, Range(0.0, 1.0))
        self.slider.value_edited.connect(self._take)
        self._clock = label("", "value")
        self._clock.setFixedWidth(_ROOM)
        self._going = QToolButton()
        self._going.setText("moves")
        self._going.setCheckable(True)
        self._going.setChecked(True)
        self._going.setFixedHeight(22)
        self._going.setAccessibleName(f"{name}: moves while it plays")
        self._going.setToolTip("The points go along their ways again and again while the window plays")
        self._going.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._going)
        row.addWidget(self.slider, 1)
        row.addWidget(self._clock)
        self.setProperty("control", True)  # which leaves a picture: chips tell where it stands
        self._show()

    @property
    def words(self) -> str:
        """What the clock shows."""
        return f"{self._symbol} = {number_text(self._journey.time(self.place), 3)}"

    def offer(self, journey: Journey, symbol: str) -> None:
        """Another way; it stands where it stood."""
        self._journey, self._symbol = journey, symbol
        steps = len(journey.times) - 1
        self.slider.set_limits(Range(0.0, 1.0, step=1.0 / steps if journey.steps and steps > 0 else None))
        self._show()

    def begin_anew(self) -> None:
        """Another system: the points are at their end, and move."""
        self.place, self._rested = 1.0, 0.0
        self._going.setChecked(True)
        self._show()

    def go_to(self, place: float) -> None:
        """A person moves it."""
        self._going.setChecked(False)
        self._move(place)

    def go_to_time(self, time: float) -> None:
        """A person moves it to what the clock shows then."""
        self.go_to(self._journey.place(time))

    def advance(self, seconds: float) -> None:
        """Move on, unless a person holds it."""
        if not self._going.isChecked() or self.slider.isSliderDown():
            return
        if self.place >= 1.0 and self._rested < _REST:
            self._rested += seconds
            return
        at_end = self.place >= 1.0
        self._rested = 0.0
        self._move(0.0 if at_end else min(1.0, self.place + seconds / _SECONDS))

    def _take(self, place: float) -> None:
        self.go_to(place)

    def _move(self, place: float) -> None:
        self.place = min(max(place, 0.0), 1.0)
        self._show()
        self.moved.emit()

    def _show(self) -> None:
        self.slider.set_value(self.place)
        self.slider.setAccessibleDescription(self.words)
        set_text(self._clock, self.words)
