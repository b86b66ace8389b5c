"""What the plot of the loss draws: a line per optimiser and one for the flow, how each ended, and the playhead."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import DescentRun, Descents, FlowLoss

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_point
from ..canvas.segments import Segments, Stroke, StrokeGroup
from .descent_marks import descent_colour, descent_glyph, last_record, lowest_of, record_at
from .sharpness_edges import SharpnessEdges

if TYPE_CHECKING:
    from jaxtyping import Float
    from PySide6.QtCore import QPointF

    from ..theme import Theme

_REACH = 14.0
_APART = 11.0
"""Pixels between a line's marks."""
_MOST_POINTS = 100_000
"""Of all lines together; beyond, further starts are left out."""
FLOW = -1
"""Stands for the flow where an optimiser's index could."""
QUANTITIES = ("loss", "slope", "sharpness")


class LossLines:
    """Lines (t, log10 y); iteration k of an optimiser stands at t = k eta, where Euler's method is.

    y is the loss above its floor, the slope |grad phi| or the sharpness, the Hessian's largest eigenvalue; beside that
    lie, dashed, the edges from which on an optimiser leaves a minimum.
    """

    def __init__(self, theme: Theme) -> None:
        self.lines = Segments(theme, z=0)
        self.marks = Glyphs(theme, z=5)
        self.ends = Glyphs(theme, z=20)
        self.now = Glyphs(theme, z=30)
        self.edges = SharpnessEdges(theme)
        self.quantity = QUANTITIES[0]
        self.counting = False
        """Whether the axis counts iterations: time over eta."""
        self.descents: Descents | None = None
        self.flow: FlowLoss | None = None
        self._shown: tuple[int, ...] = ()
        self._focus = 0
        self._theme = theme
        self._time = math.nan

    def still_items(self) -> tuple[CanvasItem, ...]:
        """What does not follow the playhead."""
        return self.edges.lines, self.lines, self.marks, self.ends

    @property
    def floor(self) -> float:
        """The loss at the lowest point known."""
        lowest = lowest_of(self.descents, self.flow)
        return 0.0 if lowest is None else lowest.loss

    @property
    def begin(self) -> float:
        """The time at which everything starts."""
        return float(self.flow.t[0]) if self.flow is not None and len(self.flow.t) else 0.0

    def paint(self, theme: Theme, focus: int, shown: tuple[int, ...]) -> None:
        """Draw these optimisers (FLOW: the flow), with start `focus` strongly."""
        self._theme, self._focus, self._shown = theme, focus, shown
        points, faint, strong, marks, ends = [np.empty((0, 2))], [], [], [], []
        begin = 0
        for which in shown:
            for sample in self._samples(which):
                places = self.places(which, sample)
                joints = begin + np.arange(max(0, len(places) - 1))
                colour = self._colour(which, sample)
                if sample != focus:
                    faint.append(StrokeGroup(joints, Stroke(colour, 1.0, 0.28)))
                else:
                    strong.append(StrokeGroup(joints, Stroke(colour, 2.2 if which == FLOW else 1.4)))
                    run = _run_of(self.descents, which)
                    if run is not None:
                        marks.append(GlyphGroup(descent_glyph(run), places, colour, 3.0, apart=_APART))
                        ends += _end(run, sample, places, colour)
                points.append(places)
                begin += len(places)
        self.lines.set_segments(np.concatenate(points), [*faint, *strong])
        self.marks.set_groups(marks)
        self.ends.set_groups(ends)
        runs = [_run_of(self.descents, which) for which in shown if self.quantity == QUANTITIES[2]]
        self.edges.paint(theme, tuple(run for run in runs if run is not None), self.reach())
        self.set_time(self._time)

    def set_time(self, t: float) -> None:
        """Put a mark on every strong line where the playhead is."""
        self._time = t
        groups = []
        for which in self._shown:
            record = self._record(which, t)
            if record >= 0:
                place = self.places(which, self._focus)[record : record + 1]
                run = _run_of(self.descents, which)
                glyph = "disc" if run is None else descent_glyph(run)
                groups.append(GlyphGroup(glyph, place, self._colour(which, self._focus), 4.5, halo=True))
        self.now.set_groups(groups)

    def places(self, which: int, sample: int) -> Float[np.ndarray, "R 2"]:
        """One line in data coordinates; a loss at the floor itself is not drawn, nor what is not above 0."""
        run = _run_of(self.descents, which)
        if run is not None and self.descents is not None and sample < run.loss.shape[1]:
            t, value = self.begin + self.descents.eta * run.iteration, getattr(run, self.quantity)[:, sample]
        elif which == FLOW and self.flow is not None and sample < len(self.flow):
            part = self.flow.curve(sample)
            t, value = self.flow.t[part], getattr(self.flow, self.quantity)[part]
        else:
            return np.empty((0, 2))
        above = value - self.floor if self.quantity == QUANTITIES[0] else value
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.stack([self.place_of(t), np.log10(np.where(above > 0.0, above, np.nan))], axis=1)

    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """Horizontal places and logarithms of everything drawn."""
        drawn = [self.places(which, sample) for which in self._shown for sample in self._samples(which)]
        every = np.concatenate(drawn or [np.empty((0, 2))])
        every = every[np.isfinite(every).all(axis=1)]
        return every[:, 0], every[:, 1]

    def reach(self) -> tuple[float, float]:
        """From the start to the last place along the axis."""
        first = float(self.place_of(self.begin))
        return first, max(first + 1e-9, float(self.values()[0].max(initial=first)))

    def place_of(self, t: float | Float[np.ndarray, "N"]) -> float | Float[np.ndarray, "N"]:
        """Where a time stands on the axis."""
        return (t - self.begin) / self.descents.eta if self.counting and self.descents is not None else t

    def time_of(self, place: float) -> float:
        """The time that a place on the axis stands for."""
        return self.begin + place * self.descents.eta if self.counting and self.descents is not None else place

    def nearest(self, position: QPointF) -> tuple[int, int, int] | None:
        """Which line, start and record is under a position in pixels."""
        projection = self.lines.projection
        if projection is None:
            return None
        for which in self._shown:
            for sample in sorted(self._samples(which), key=lambda one: one != self._focus):
                pixels = projection.pixels(self.places(which, sample))
                record = nearest_point(pixels, (position.x(), position.y()), _REACH)
                if record is not None:
                    return which, sample, record
        return None

    def _record(self, which: int, t: float) -> int:
        """The record of the start in focus at time `t`; -1: none."""
        run = _run_of(self.descents, which)
        if math.isnan(t) or t < self.begin:
            return -1
        if run is not None and self.descents is not None:
            inside = self._focus < run.loss.shape[1]
            return record_at(run, (t - self.begin) / self.descents.eta, self._focus) if inside else -1
        if self.flow is None or self._focus >= len(self.flow):
            return -1
        return int(np.searchsorted(self.flow.t[self.flow.curve(self._focus)], t + 1e-9, side="right")) - 1

    def _colour(self, which: int, sample: int) -> str:
        run = _run_of(self.descents, which)
        return self._theme.colour_of(sample) if run is None else descent_colour(self._theme, run)

    def _samples(self, which: int) -> range:
        run = _run_of(self.descents, which)
        count = 0 if self.flow is None else len(self.flow)
        records = 0 if self.flow is None else len(self.flow.t) // max(1, count)
        if run is not None:
            records, count = run.loss.shape
        most = max(1, _MOST_POINTS // max(1, records * len(self._shown)))
        return range(max(0, min(count, max(most, self._focus + 1))))


def _run_of(descents: Descents | None, which: int) -> DescentRun | None:
    runs = () if descents is None else descents.runs
    return runs[which] if 0 <= which < len(runs) else None


def _end(run: DescentRun, sample: int, places: np.ndarray, colour: str) -> list[GlyphGroup]:
    """A dot where it converged, a cross where it failed."""
    last, outcome = last_record(run, sample), run.outcomes[sample]
    if last < 0 or outcome.name == "running":
        return []
    return [GlyphGroup("disc" if outcome.success else "cross", places[last : last + 1], colour, 4.0, halo=True)]
