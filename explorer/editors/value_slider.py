"""A slider over a Range, linear or logarithmic."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget
from typing_extensions import override

from core.parameter import Range

from .drag import next_drag

_POSITIONS = 10_000
_MOST_STEPS = 1e15
"""Of more steps in a range than this, a number cannot tell one from the next."""
_FINE = 0.1
"""What a drag with Shift held moves, compared with one without."""


class ValueSlider(QSlider):
    """Arrow keys move by the range's step (a hundredth by default), Page keys by ten, Home and End to the ends."""

    value_edited = Signal(float, object)
    """(value, drag id or None for a key)"""
    drag_finished = Signal()

    def __init__(self, name: str, limits: Range, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._drag: int | None = None
        self._grip = (0.0, 0.0)  # mouse x and position at the last mouse event of a drag
        self.setAccessibleName(name)
        self.setRange(0, _POSITIONS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_limits(limits)
        self.valueChanged.connect(self._report)

    def set_limits(self, limits: Range) -> None:
        """Slide over another range."""
        self._limits = limits
        steps = 0.0 if limits.log or not limits.step else max(1.0, (limits.hi - limits.lo) / limits.step)
        self._step = limits.step if 0.0 < steps <= _MOST_STEPS else None
        self.setSingleStep(max(1, round(_POSITIONS / (steps if self._step else 100.0))))
        self.setPageStep(10 * self.singleStep())

    def set_value(self, value: float) -> None:
        """Show a value without reporting it."""
        with QSignalBlocker(self):
            self.setValue(round(_POSITIONS * self.position_of(value)))

    def position_of(self, value: float) -> float:
        """Where a value lies on the slider, from 0 to 1."""
        lo, hi = self._limits.lo, self._limits.hi
        value = min(max(value, lo), hi)
        if self._limits.log:
            return math.log(value / lo) / math.log(hi / lo)
        return (value - lo) / (hi - lo)

    def value_at(self, position: float) -> float:
        """The value at a position from 0 to 1, rounded to what the range's step or its length can mean."""
        lo, hi = self._limits.lo, self._limits.hi
        if position <= 0.0 or position >= 1.0:
            return lo if position <= 0.0 else hi
        if self._limits.log:
            return float(f"{lo * (hi / lo) ** position:.4g}")
        value = lo + (hi - lo) * position
        if self._step:
            return min(hi, lo + self._step * round((value - lo) / self._step))
        # a slider of 200 pixels cannot mean the fifth digit: show 1.4, not 1.39987
        return round(value, max(0, 3 - math.floor(math.log10(hi - lo))))

    def pixel_of(self, value: float) -> float:
        """Where the middle of the handle stands for a value, in pixels from the left."""
        return (self.width() - self._travel()) / 2 + self.position_of(value) * self._travel()

    def _report(self, position: int) -> None:
        self.value_edited.emit(self.value_at(position / _POSITIONS), self._drag)

    def _travel(self) -> float:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        groove = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderGroove, self
        )
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        return max(1.0, groove.width() - handle.width())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._drag = next_drag()
        self.setSliderDown(True)
        margin = (self.width() - self._travel()) / 2
        position = _POSITIONS * (event.position().x() - margin) / self._travel()
        on_handle = abs(position - self.value()) * self._travel() / _POSITIONS <= 8
        if not on_handle:
            self.setValue(round(position))
        self._grip = (event.position().x(), float(self.value()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        x, position = self._grip
        factor = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        position += factor * _POSITIONS * (event.position().x() - x) / self._travel()
        self._grip = (event.position().x(), position)
        self.setValue(round(position))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag = None
            self.setSliderDown(False)
            self.drag_finished.emit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wheel scrolls the panel; a slider under the mouse must not move
