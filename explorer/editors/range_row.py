"""The ends, step and scale of a slider, editable in place."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.experiment import SliderRange
from core.parameter import Range

from ..labels import label
from .number_box import NumberBox
from .switch import Switch

_FARTHEST, _FINEST = 1e12, 1e-12


class RangeRow(QWidget):
    """min, max, step, log. Ends that make no range, and a step longer than it, are refused with a sentence."""

    range_edited = Signal(SliderRange)
    refused = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range = SliderRange(0.0, 1.0)
        self._boxes = {
            "lo": NumberBox(f"least {name}", Range(-_FARTHEST, _FARTHEST)),
            "hi": NumberBox(f"greatest {name}", Range(-_FARTHEST, _FARTHEST)),
            "step": NumberBox(f"step of {name}", Range(_FINEST, _FARTHEST)),
        }
        self._log = Switch(f"logarithmic scale for {name}")
        self._log.clicked.connect(self._edit)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        for column, (title, editor) in enumerate(zip(("min", "max", "step"), self._boxes.values(), strict=True)):
            grid.addWidget(label(title, "muted"), 0, column)
            grid.addWidget(editor, 1, column)
            editor.value_edited.connect(self._edit)
            editor.refused.connect(self.refused)
        log_label: QLabel = label("log", "muted")
        grid.addWidget(log_label, 0, 3)
        grid.addWidget(self._log, 1, 3)

    def show_range(self, shown: SliderRange) -> None:
        """Show the range in force."""
        self._range = shown
        step = shown.step or (shown.hi - shown.lo) / 100
        for name, value in (("lo", shown.lo), ("hi", shown.hi), ("step", step)):
            smallest, key = (_FINEST, step / 10) if name == "step" else (-_FARTHEST, step)
            self._boxes[name].set_limits(Range(smallest, _FARTHEST, step=key))
            self._boxes[name].set_value(value)
        self._log.setChecked(shown.log)

    def _edit(self) -> None:
        lo, hi, step = (editor.value() for editor in self._boxes.values())
        declared = self._range.step is not None or not math.isclose(step, (self._range.hi - self._range.lo) / 100)
        edited = SliderRange(lo, hi, self._log.isChecked(), step if declared else None)
        sentence = _refusal(edited)
        if sentence:
            self.show_range(self._range)
            self.refused.emit(sentence)
            return
        self._range = edited
        self.refused.emit("")
        self.range_edited.emit(self._range)


def _refusal(edited: SliderRange) -> str:
    if not edited.lo < edited.hi:
        return "The least value must be smaller than the greatest."
    if edited.log and edited.lo <= 0:
        return "A logarithmic slider needs a least value above 0."
    length = edited.hi - edited.lo
    if edited.step is not None and edited.step > length and not edited.log:
        return f"A step of {edited.step:g} does not fit in a range of length {length:g}: make it smaller."
    return ""
