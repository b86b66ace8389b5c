"""A card over iterations that are of no single trajectory."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.language import System

from .time_card import TimeCard

_ENDS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Where the axis ends while it grows, times a power of ten: it is not laid out anew for every frame."""


class IterationsCard(TimeCard):
    """Its cursor is the number of an iteration."""

    axis_title = "iteration"

    @staticmethod
    def reach_to(last: float, most: int) -> tuple[float, float]:
        """The span of the axis for iterations up to `last`, of `most` that are to come."""
        last = max(last, 1.0)
        if last + 1 >= most:
            return 0.0, last
        power = 10.0 ** math.floor(math.log10(last))
        end = next((factor * power for factor in _ENDS if factor * power >= last), 10.0 * power)
        return 0.0, max(last, min(end, float(most)))

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self.start_line.set_time(math.nan)
        self._span = (0.0, 1.0)
        self.box.show_rectangle(self.home())

    @override
    def curve_at(self, position: QPointF) -> int | None:
        return None

    @override
    def set_hovered(self, index: int | None) -> None:
        """Nothing here is a trajectory's."""

    @override
    def set_selected(self, index: int | None) -> None:
        """Nothing here is a trajectory's."""
