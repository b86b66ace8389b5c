"""What the work-precision diagram draws: a line for every method, the part that its order was fitted to, its runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import IntegratorRace, IntegratorRun, Work

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_point
from ..canvas.segments import Segments, Stroke, StrokeGroup
from .solver_race import solver_colour, solver_glyph

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_REACH = 9.0
_FITTED = 5.5
"""Pixels of the band under the runs that an order was fitted to."""


@dataclass(frozen=True)
class Ladder:
    """Runs of one method: with falling tolerances or with equal steps; in force or beside them."""

    method: int
    adaptive: bool
    places: Float[np.ndarray, "L 2"]
    """log10 of the calls of f and of the error; NaN where a run does not count."""


class WorkLines:
    """All lines in double logarithmic coordinates."""

    def __init__(self, theme: Theme) -> None:
        self.bands = Segments(theme, z=-10)
        self.lines = Segments(theme, z=0)
        self.marks = Glyphs(theme, z=5)
        self.now = Glyphs(theme, z=10)
        self.race: IntegratorRace | None = None
        self.ladders: tuple[Ladder, ...] = ()

    def items(self) -> tuple[CanvasItem, ...]:
        """Everything that is drawn."""
        return self.bands, self.lines, self.marks, self.now

    def hold(self, race: IntegratorRace | None) -> None:
        """Take over a reading."""
        self.race = race
        runs = () if race is None else race.runs
        beside = [Ladder(place, False, places_of(run.fixed)) for place, run in enumerate(runs) if run.adaptive]
        force = [Ladder(place, run.adaptive, places_of(run.work)) for place, run in enumerate(runs)]
        self.ladders = (*beside, *force)

    def paint(self, theme: Theme) -> None:
        """Draw everything anew."""
        race = self.race
        points = np.concatenate([*(ladder.places for ladder in self.ladders), np.empty((0, 2))])
        offsets = np.cumsum([0, *(len(ladder.places) for ladder in self.ladders)])
        lines, bands, marks, now = [], [], [], []
        for ladder, begin, end in zip(self.ladders, offsets[:-1], offsets[1:], strict=True):
            assert race is not None
            run = race.runs[ladder.method]
            colour = solver_colour(theme, ladder.method, race.trajectory)
            force = ladder.adaptive == run.adaptive
            stroke = Stroke(colour, 1.8) if force else Stroke.pale(colour, 1.0, 0.55, theme)
            lines.append(StrokeGroup(np.arange(begin, end - 1), stroke))
            glyph = GlyphGroup(solver_glyph(ladder.method), ladder.places, colour, 2.6 if force else 1.7)
            marks.append(glyph)
            if not ladder.adaptive and run.fit.found:
                first, last = run.fit.used
                band = Stroke.pale(colour, _FITTED, 0.3, theme)
                bands.append(StrokeGroup(np.arange(begin + first, begin + last - 1), band))
            if force:
                now.append(GlyphGroup(glyph.glyph, _in_force(run), colour, 5.0, halo=True))
        self.lines.set_segments(points, lines)
        self.bands.set_segments(points, bands)
        self.marks.set_groups(marks)
        self.now.set_groups(now)

    def nearest(self, position: QPointF) -> tuple[Ladder, int] | None:
        """The run under a position in pixels; those in force come first."""
        projection = self.lines.projection
        if projection is None:
            return None
        for ladder in reversed(self.ladders):
            found = nearest_point(projection.pixels(ladder.places), (position.x(), position.y()), _REACH)
            if found is not None:
                return ladder, found
        return None

    def finite(self) -> Float[np.ndarray, "K 2"]:
        """All places that are drawn."""
        every = np.concatenate([*(ladder.places for ladder in self.ladders), np.empty((0, 2))])
        return every[np.isfinite(every).all(axis=1)]


def places_of(work: Work) -> Float[np.ndarray, "L 2"]:
    """log10 of calls and errors; an exact zero, and a run that did not arrive, have no place."""
    with np.errstate(divide="ignore", invalid="ignore"):
        places = np.log10(np.column_stack([work.evaluations.astype(np.float64), work.error]))
    return np.where(np.isfinite(places).all(axis=1)[:, None], places, np.nan)


def _in_force(run: IntegratorRun) -> Float[np.ndarray, "1 2"]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(np.array([[float(run.evaluations), run.end_error]]))
