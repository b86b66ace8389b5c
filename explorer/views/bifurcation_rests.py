"""A flow's equilibria at the present value of the parameter, on the line of a bifurcation diagram."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from core.readings import Equilibria

from ..canvas.equilibrium_markers import EquilibriumMarkers, PlacedEquilibrium

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from core.frame import Frame
    from core.language import System
    from core.readings import Equilibrium

    from ..theme import Theme


class BifurcationRests:
    """The markers and their reading."""

    def __init__(self, theme: Theme) -> None:
        self.markers = EquilibriumMarkers(theme, z=45, labelled=False)
        self._found: Equilibria | None = None

    def clear(self) -> None:
        """Another system, or another axis."""
        self._found = None
        self.markers.set_equilibria(())

    def draw(self, frame: Frame, system: System, value: float, place: int) -> None:
        """Take over a frame's equilibria; a frame without them leaves the old ones."""
        found = frame.get(Equilibria) if system.autonomous else None
        if found is not None and found is not self._found and found.components == system.components:
            self._found = found
            self.show(value, place)

    def show(self, value: float, place: int) -> None:
        """Put them at this value of the parameter, and their component `place` up."""
        points = () if self._found is None or not math.isfinite(value) else self._found.points
        self.markers.set_equilibria([PlacedEquilibrium((value, float(one.point[place])), one) for one in points])

    def hover(self, position: QPointF | None) -> Equilibrium | None:
        """The one under the mouse, which tells its eigenvalues."""
        found = self.markers.hover(position)
        return None if found is None else found.equilibrium
