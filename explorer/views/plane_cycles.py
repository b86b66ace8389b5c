"""The closed orbits of the phase plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import ClosedOrbit, ClosedOrbits

from ..canvas.dashes import Dashes
from ..canvas.item import CanvasItem
from ..canvas.number_text import number_text
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..layered import Layer
from .plane_axes import TIME
from .plane_reading import PlaneReading

if TYPE_CHECKING:
    from ..canvas.legend import Swatch
    from ..theme import Theme

LAYER = Layer(
    "cycles",
    "Closed orbits",
    help="The limit cycle that a trajectory comes to, as a band, dashed where it repels; around a centre the closed "
    "orbit itself. Looked for when nothing moves; the inspector tells periods and multipliers",
)
_BAND, _STRENGTH, _DASH = 7.0, 0.42, 3.0


def orbit_colour(orbit: ClosedOrbit, theme: Theme) -> str:
    """One colour per meaning, as for equilibria: attracting, repelling, neither."""
    return {"attracting": theme.teal, "repelling": theme.rose, "family": theme.violet}[orbit.kind]


class PlaneCycles(PlaneReading[ClosedOrbits]):
    """Bands below the trajectories that come to them; dashes where none does."""

    reading = ClosedOrbits

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.bands = Segments(theme, z=-20)
        self.dashes = Dashes(theme, z=-19, weight=_DASH)

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return self.bands, self.dashes

    def legend(self) -> tuple[tuple[str, Swatch, str], ...]:
        """(name, mark, colour) of every kind that is shown, but for the families: those are the trajectories."""
        if not self.bands.isVisible():
            return ()
        cycles = [orbit for orbit in self._shown() if orbit.kind != "family"]
        named: dict[str, tuple[str, Swatch, str]] = {}
        for orbit in cycles:
            name = f"limit cycle, T = {number_text(orbit.period, 5)}" if len(cycles) == 1 else "limit cycles"
            named[orbit.kind] = (
                name,
                "dash" if orbit.kind == "repelling" else "line",
                orbit_colour(orbit, self._theme),
            )
        return tuple(named.values())

    def _shown(self) -> tuple[ClosedOrbit, ...]:
        axes = self._axes
        if self.found is None or axes is None or TIME in (axes.x, axes.y):
            return ()
        return self.found.orbits

    def _paint(self) -> None:
        axes, theme = self._axes, self._theme
        solid = [orbit for orbit in self._shown() if orbit.kind != "repelling"]
        dashed = [orbit for orbit in self._shown() if orbit.kind == "repelling"]
        places = [np.empty((0, 2))]
        strokes, begin = [], 0
        if axes is not None:
            for orbit in solid:
                places.append(axes.places(orbit.points, 0.0))
                stroke = Stroke.pale(orbit_colour(orbit, theme), _BAND, _STRENGTH, theme)
                strokes.append(StrokeGroup(np.arange(begin, begin + len(orbit.points) - 1), stroke))
                begin += len(orbit.points)
            families = [([axes.places(orbit.points, 0.0)], orbit_colour(orbit, theme)) for orbit in dashed]
            self.dashes.set_families(families)
        self.bands.set_segments(np.concatenate(places), strokes)
