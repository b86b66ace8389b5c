"""The equilibria of the visible plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.frame import Frame
from core.readings import Equilibria

from ..canvas.equilibrium_markers import EquilibriumMarkers, PlacedEquilibrium
from .plane_axes import TIME, PlaneAxes

if TYPE_CHECKING:
    from ..theme import Theme


class PlaneEquilibria:
    """The markers and their reading."""

    def __init__(self, theme: Theme) -> None:
        self.markers = EquilibriumMarkers(theme, z=35)
        self._found: Equilibria | None = None

    def clear(self) -> None:
        """Forget the reading."""
        self._found = None
        self.markers.set_equilibria(())

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over a frame's equilibria; a frame without them leaves the old ones."""
        found = frame.get(Equilibria)
        if found is not None and found is not self._found:
            self._found = found
            self.place(axes)

    def place(self, axes: PlaneAxes) -> None:
        """Put the markers where they lie on these axes; along a t-axis an equilibrium is no point."""
        if self._found is None or TIME in (axes.x, axes.y):
            self.markers.set_equilibria(())
            return
        points = np.array([one.point for one in self._found.points]).reshape(-1, len(axes.components))
        self.markers.set_equilibria(
            [
                PlacedEquilibrium((x, y), one)
                for (x, y), one in zip(axes.places(points, 0.0).tolist(), self._found.points, strict=True)
            ]
        )
