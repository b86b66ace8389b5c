"""The paths of racing integration methods in the phase plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.frame import Frame
from core.readings import IntegratorRace

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..layered import Layer
from .plane_axes import PlaneAxes
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


class PlaneRace:
    """Rivals only: the chosen method's path is the trajectory itself."""

    def __init__(self, theme: Theme) -> None:
        self.paths = Segments(theme, z=6)
        self.marks = Glyphs(theme, z=12)
        self.ends = Glyphs(theme, z=25)
        self.race: IntegratorRace | None = None
        self._theme = theme
        self._axes: PlaneAxes | None = None

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return self.paths, self.marks, self.ends

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the reading of a frame; a frame without one leaves the old one."""
        race = frame.get(IntegratorRace)
        if race is not None and race is not self.race:
            self.race = race
            self.show(axes)
        elif IntegratorRace in frame.absent and self.race is not None:
            self.clear()

    def clear(self) -> None:
        """There is no race."""
        self.race = None
        self._paint()

    def show(self, axes: PlaneAxes) -> None:
        """Show the paths on these axes."""
        self._axes = axes
        self._paint()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._theme = theme
        self._paint()

    def legend(self) -> tuple[tuple[str, Swatch, str], ...]:
        """(name, mark, colour) of every method."""
        race = self.race
        if race is None or not self.paths.isVisible():
            return ()
        swatches: list[Swatch] = ["line", *(glyph for glyph in SOLVER_GLYPHS if glyph not in ("disc", "cross"))]
        return tuple(
            (run.title, swatches[place % len(swatches)], solver_colour(self._theme, place, race.trajectory))
            for place, run in enumerate(race.runs)
        )

    def _paint(self) -> None:
        race, axes = self.race, self._axes
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
