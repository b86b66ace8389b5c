"""Which damping the spectrum is shown under: the best one, or a chosen one."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from core.parameter import Range

from ..editors.value_slider import ValueSlider

_WIDTH = 64


class DampingPicker(QWidget):
    """A button for the best beta, and a slider for any from 0 to 1; the slider shows the one in force."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._chosen = math.nan
        self._best = QToolButton()
        self._best.setText("best β")
        self._best.setCheckable(True)
        self._best.setChecked(True)
        self._best.setFixedHeight(22)
        self._best.setCursor(Qt.CursorShape.PointingHandCursor)
        self._best.setAccessibleName("Damping: the best β")
        self._best.setToolTip("The damping with the smallest radius, where one is below 1")
        self._best.clicked.connect(self._follow)
        self._slider = ValueSlider("Damping β of the spectrum", Range(0.01, 1.0, step=0.01))
        self._slider.setFixedWidth(_WIDTH)
        self._slider.setToolTip("Damping β: every eigenvalue moves to 1 − β(1 − λ), a part β of its way from 1")
        self._slider.set_value(1.0)
        self._slider.value_edited.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._best)
        row.addWidget(self._slider)

    def beta(self, best: float) -> float:
        """The damping in force, where `best` is the best; NaN for none."""
        return best if self._best.isChecked() else self._chosen

    def follows(self) -> bool:
        """Whether the best one is in force."""
        return self._best.isChecked()

    def show_best(self, best: float) -> None:
        """Let the slider stand at the best damping, unless another one was chosen; at 1 where there is none."""
        if self.follows():
            self._slider.set_value(best if math.isfinite(best) else 1.0)

    def _follow(self) -> None:
        self._best.setChecked(True)  # only the slider lets it go
        self.changed.emit()

    def _choose(self, value: float) -> None:
        self._chosen = value
        self._best.setChecked(False)
        self.changed.emit()
