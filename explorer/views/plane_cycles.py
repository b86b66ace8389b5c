"""The closed orbits of the phase plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.frame import Frame
from core.readings import ClosedOrbit, ClosedOrbits

from ..canvas.dashes import Dashes
from ..canvas.item import CanvasItem
from ..canvas.number_text import number_text
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..layered import Layer
from .plane_axes import TIME, PlaneAxes

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


class PlaneCycles:
    """Bands below the trajectories that come to them; dashes where none does."""

    def __init__(self, theme: Theme) -> None:
        self.bands = Segments(theme, z=-20)
        self.dashes = Dashes(theme, z=-19, weight=_DASH)
        self._found: ClosedOrbits | None = None
        self._theme = theme
        self._axes: PlaneAxes | None = None

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return self.bands, self.dashes

    def clear(self) -> None:
        """Forget the reading."""
        self._found = None
        self._paint()

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over a frame's closed orbits; before the search has ended there are none."""
        found = frame.get(ClosedOrbits)
        if found is not None and found is not self._found:
            self._found = found
            self.show(axes)
        elif ClosedOrbits in frame.absent and self._found is not None:
            self.clear()

    def show(self, axes: PlaneAxes) -> None:
        """Show them on these axes; along a t-axis a closed orbit is no closed curve."""
        self._axes = axes
        self._paint()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._theme = theme
        self._paint()

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
        if self._found is None or axes is None or TIME in (axes.x, axes.y):
            return ()
        return self._found.orbits

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
