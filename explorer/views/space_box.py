"""The ranges of the box in space: what the text asks for, and what the trajectories need."""

from __future__ import annotations

import numpy as np

from core.experiment import Experiment
from core.language import System
from core.plane_view import TIME, home_range

from ..canvas.cuboid import Cuboid
from ..canvas.plot_card import padded
from ..canvas.robust_range import robust_range
from .space_axes import SpaceAxes

_LITTLE = 0.4
"""Part of an axis that its data fill below which it closes in on them."""
_ROOM = 0.03


class SpaceBox:
    """Grows to hold the data, and closes in on them once a drag is over that left it far too wide."""

    def __init__(self, experiment: Experiment, system: System, axes: SpaceAxes) -> None:
        self.experiment, self.system, self.axes = experiment, system, axes
        self._ranges: list[tuple[float, float]] | None = None

    def take_axes(self, axes: SpaceAxes) -> None:
        """Hold other components."""
        self.axes, self._ranges = axes, None

    def cuboid(self) -> Cuboid:
        """The box as it is."""
        known = self._ranges or [home_range(name, self.experiment, self.system) for name in self.axes.names]
        first, second, third = known
        return Cuboid((first, second, third), self.axes.lengths)

    def follow(self, places: np.ndarray, lasting: np.ndarray, *, settled: bool) -> None:
        """Hold these points (N, 3), each of which lasts so long; settled: no drag is under way."""
        if not len(places):
            return
        needed = [robust_range(column, lasting) for column in places.T]
        kept = self._ranges
        self._ranges = [
            self._range(name, needed[index], kept[index] if kept else None, settled=settled)
            for index, name in enumerate(self.axes.names)
        ]

    def _range(
        self,
        name: str,
        needed: tuple[float, float] | None,
        kept: tuple[float, float] | None,
        *,
        settled: bool,
    ) -> tuple[float, float]:
        asked = home_range(name, self.experiment, self.system)
        if needed is None:
            return kept or asked
        low, high = needed
        if name in self.system.view or name == TIME:  # what the text says nothing of follows the data alone
            low, high = min(low, asked[0]), max(high, asked[1])
        if (low, high) != asked:
            low, high = padded(low, high, _ROOM)
        if kept is None or (settled and high - low < _LITTLE * (kept[1] - kept[0])):
            return low, high
        return min(low, kept[0]), max(high, kept[1])
