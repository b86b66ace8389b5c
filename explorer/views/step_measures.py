"""What the plot of steps shows of each: its length, its error, or the iterations that its equations took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QToolButton, QWidget

from core.readings import StepSizes


@dataclass(frozen=True)
class StepMeasure:
    """A number for every step. name: of the column; axis: over the axis; readout: beside the number under the mouse."""

    name: str
    axis: str
    readout: str

    def of(self, steps: StepSizes) -> np.ndarray:
        """The numbers (K,); NaN where a step has none."""
        values = getattr(steps, self.name)
        return np.full(len(steps.t), np.nan) if values is None else values


LENGTH = StepMeasure("h", "h", "h")
ERROR = StepMeasure("error", "error", "error / allowed")
ITERATIONS = StepMeasure("iterations", "iterations", "iterations")


class MeasureSwitch(QWidget):
    """A button for each measure but the length, which is shown while none is down. The iterations have theirs only
    where a method solves equations."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._buttons = {
            ERROR: _button("err", "error", "as part of what the tolerances allow"),
            ITERATIONS: _button("iter", "iterations", "of the solver of its equations"),
        }
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        group = QButtonGroup(self)
        group.setExclusive(False)  # none may be down
        for button in self._buttons.values():
            layout.addWidget(button)
            group.addButton(button)
        group.buttonClicked.connect(self._raise_others)
        self._buttons[ITERATIONS].hide()

    @property
    def measure(self) -> StepMeasure:
        """The one that is shown."""
        return next((measure for measure, button in self._buttons.items() if button.isChecked()), LENGTH)

    def show_iterations(self, known: bool) -> None:
        """Offer the iterations, or take them away, with the choice of them."""
        self._buttons[ITERATIONS].setVisible(known)
        if not known and self.measure is ITERATIONS:
            self._buttons[ITERATIONS].click()

    def _raise_others(self, pressed: QAbstractButton) -> None:
        for button in self._buttons.values():
            button.setChecked(button is pressed and button.isChecked())
        self.changed.emit()


def _button(text: str, what: str, more: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setFixedHeight(22)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setAccessibleName(f"Show the {what} of every step")
    button.setToolTip(f"The {what} of every step, {more}, in place of its length")
    return button
