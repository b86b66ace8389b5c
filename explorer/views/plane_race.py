"""The paths of racing integration methods in the phase plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import IntegratorRace

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..layered import Layer
from .plane_reading import PlaneReading
from .solver_race import SOLVER_GLYPHS, solver_colour, solver_glyph

if TYPE_CHECKING:
    from ..canvas.legend import Swatch
    from ..theme import Theme

LAYER = Layer(
    "race",
    "Race of the methods",
    help="The paths of the other methods from the same start, and where every one of them ends",
    needs=frozenset({IntegratorRace}),
)
_MARKS = 24
"""On a path, however often it goes round."""


class PlaneRace(PlaneReading[IntegratorRace]):
    """Rivals only: the chosen method's path is the trajectory itself."""

    reading = IntegratorRace

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.paths = Segments(theme, z=6)
        self.marks = Glyphs(theme, z=12)
        self.ends = Glyphs(theme, z=25)

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return self.paths, self.marks, self.ends

    def legend(self) -> tuple[tuple[str, Swatch, str], ...]:
        """(name, mark, colour) of every method."""
        race = self.found
        if race is None or not self.paths.isVisible():
            return ()
        swatches: list[Swatch] = ["line", *(glyph for glyph in SOLVER_GLYPHS if glyph not in ("disc", "cross"))]
        return tuple(
            (run.title, swatches[place % len(swatches)], solver_colour(self._theme, place, race.trajectory))
            for place, run in enumerate(race.runs)
        )

    def _paint(self) -> None:
        race, axes = self.found, self._axes
        if race is None or axes is None:
            self.paths.set_segments(np.empty((0, 2)), ())
            for glyphs in (self.marks, self.ends):
                glyphs.set_groups(())
            return
        places = [axes.places(run.path_z, run.path_t) for run in race.runs]
        offsets = np.cumsum([0, *(len(path) for path in places)])
        strokes, marks, ends = [], [], []
        for place in range(len(places) - 1, -1, -1):
            colour, glyph = solver_colour(self._theme, place, race.trajectory), solver_glyph(place)
            path = axes.places(race.runs[place].z, race.runs[place].t)
            finite = path[np.isfinite(path).all(axis=1)]
            if place:
                strokes.append(StrokeGroup(np.arange(offsets[place], offsets[place + 1] - 1), Stroke(colour, 1.5)))
                chosen = np.linspace(0, len(path) - 1, min(_MARKS, len(path))).astype(int)
                marks.append(GlyphGroup(glyph, path[chosen], colour, 3.0))
            if len(finite):
                end = glyph if race.runs[place].outcome.success else "cross"
                ends.append(GlyphGroup(end, finite[-1:], colour, 5.0, halo=True))
        self.paths.set_segments(np.concatenate(places), strokes)
        self.marks.set_groups(marks)
        self.ends.set_groups(ends)
