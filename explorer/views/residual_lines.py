"""What the residual plot draws: a line per solver, how each ended, and where the playhead is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import Iterations

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_point
from ..canvas.number_text import power_text
from ..canvas.plot_labels import PlotLabel, PlotLabels
from ..canvas.segments import Segments, Stroke, StrokeGroup
from .solver_race import last_record, period, record_at, solver_colour, solver_glyph

if TYPE_CHECKING:
    from jaxtyping import Float
    from PySide6.QtCore import QPointF

    from ..theme import Theme

_REACH = 14.0
_APART = 11.0
"""Pixels between a line's marks."""
_MOST_POINTS = 6_000
"""Records of all lines together from which on further samples are left out."""


class ResidualLines:
    """Lines (x, log10 measure) of every solver and sample; one point array per solver, sample by sample."""

    def __init__(self, theme: Theme) -> None:
        self.lines = Segments(theme, z=0)
        self.marks = Glyphs(theme, z=5)
        self.ends = Glyphs(theme, z=20)
        self.words = PlotLabels(theme, z=25)
        self.now = Glyphs(theme, z=30)
        self.against_evaluations = False
        self.floor = 0.0
        self._iterations: Iterations | None = None
        self._runs: tuple[int, ...] = ()
        self._focus = 0
        self._theme = theme
        self._iteration = math.nan

    def still_items(self) -> tuple[CanvasItem, ...]:
        """What does not follow the playhead."""
        return self.lines, self.marks, self.ends, self.words

    def paint(self, theme: Theme, iterations: Iterations | None, focus: int, runs: tuple[int, ...]) -> None:
        """Draw these solvers, with sample `focus` strongly."""
        self._theme, self._iterations, self._focus, self._runs = theme, iterations, focus, runs
        if iterations is None or not len(iterations):
            self.lines.set_segments(np.empty((0, 2)), ())
            for item in (self.marks, self.ends):
                item.set_groups(())
            self.words.set_labels(())
            self.set_iteration(self._iteration)
            return
        points, faint, strong, marks, ends, words = [np.empty((0, 2))], [], [], [], [], []
        begin = 0
        for run in reversed(runs):
            colour = solver_colour(theme, run, focus)
            for sample in self._samples(run):
                places = self.places(run, sample)
                joints = begin + np.arange(max(0, len(places) - 1))
                if sample == focus:
                    strong.append(StrokeGroup(joints, Stroke(colour, 1.8 if run == 0 else 1.4)))
                    marks.append(self._mark(run, places, colour))
                    end, word = self._end(run, sample, places, colour)
                    ends.append(end)
                    words += word
                else:
                    faint.append(StrokeGroup(joints, Stroke.pale(solver_colour(theme, run, sample), 1.0, 0.28, theme)))
                points.append(places)
                begin += len(places)
        self.lines.set_segments(np.concatenate(points), [*faint, *strong])
        self.marks.set_groups(marks)
        self.ends.set_groups(ends)
        self.words.set_labels(words)
        self.set_iteration(self._iteration)

    def set_iteration(self, iteration: float) -> None:
        """Put a point on every strong line where the playhead is."""
        self._iteration = iteration
        iterations, focus = self._iterations, self._focus
        if iterations is None or not len(iterations) or math.isnan(iteration):
            self.now.set_groups(())
            return
        groups = []
        for run in reversed(self._runs):
            record = record_at(iterations.runs[run], iteration, focus)
            if record >= 0:
                place = self.places(run, focus)[record : record + 1]
                groups.append(
                    GlyphGroup(solver_glyph(run), place, solver_colour(self._theme, run, focus), 4.5, halo=True)
                )
        self.now.set_groups(groups)

    def places(self, run: int, sample: int) -> Float[np.ndarray, "R 2"]:
        """One line in data coordinates; an exact zero lies on the floor of rounding."""
        iterations = self._iterations
        if iterations is None:
            return np.empty((0, 2))
        one = iterations.runs[run]
        x = one.evaluations[:, sample] if self.against_evaluations else one.iteration
        measure = one.measure[:, sample]
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.log10(np.where(measure == 0, max(self.floor, 1e-300), measure))
        return np.stack([x.astype(np.float64), y], axis=1)

    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """Horizontal places and logarithms of everything drawn."""
        drawn = [self.places(run, sample) for run in self._runs for sample in self._samples(run)]
        every = np.concatenate(drawn or [np.empty((0, 2))])
        every = every[np.isfinite(every).all(axis=1)]
        return every[:, 0], every[:, 1]

    def reach(self) -> tuple[float, float]:
        """From 0 to the last place along the axis."""
        return 0.0, max(1.0, float(self.values()[0].max(initial=1.0)))

    def gap(self) -> float:
        """The middle of the widest stretch of the axis on which no strong line ends."""
        iterations = self._iterations
        ends = [0.0, self.reach()[1]]
        if iterations is not None and len(iterations):
            ends += [
                float(self.places(run, self._focus)[last, 0])
                for run in self._runs
                if (last := last_record(iterations.runs[run], self._focus)) >= 0
            ]
        ends.sort()
        widest = int(np.argmax(np.diff(ends)))
        return (ends[widest] + ends[widest + 1]) / 2

    def place_of(self, iteration: float) -> float:
        """Where the playhead of an iteration stands on the axis: its evaluations are the chosen solver's."""
        iterations = self._iterations
        if not self.against_evaluations or iterations is None or not len(iterations) or math.isnan(iteration):
            return iteration
        run = iterations.runs[0]
        return float(np.interp(math.floor(iteration + 1e-9), run.iteration, run.evaluations[:, self._focus]))

    def iteration_of(self, place: float) -> float:
        """The iteration that a place on the axis stands for."""
        iterations = self._iterations
        if self.against_evaluations and iterations is not None and len(iterations):
            run = iterations.runs[0]
            place = float(np.interp(place, run.evaluations[:, self._focus], run.iteration))
        return max(0.0, place)

    def nearest(self, position: QPointF) -> tuple[int, int, int] | None:
        """(run, sample, record) under a position in pixels; the sample in focus comes first."""
        projection = self.lines.projection
        if projection is None:
            return None
        order = sorted(
            ((run, sample) for run in self._runs for sample in self._samples(run)),
            key=lambda pair: (pair[1] != self._focus, pair[0]),
        )
        for run, sample in order:
            record = nearest_point(projection.pixels(self.places(run, sample)), (position.x(), position.y()), _REACH)
            if record is not None:
                return run, sample, record
        return None

    def text_of(self, run: int, sample: int, record: int) -> str:
        """A record in words."""
        iterations = self._iterations
        if iterations is None:
            return ""
        one = iterations.runs[run]
        return "   ".join(
            (
                one.title,
                *([f"sample {sample + 1}"] if len(iterations) > 1 else []),
                f"iteration {int(one.iteration[record])}",
                f"evaluations {int(one.evaluations[record, sample])}",
                f"residual {power_text(float(one.residual[record, sample]))}",
                f"{iterations.criterion} measure {power_text(float(one.measure[record, sample]))}",
            )
        )

    def _samples(self, run: int) -> range:
        iterations = self._iterations
        if iterations is None:
            return range(0)
        per_line = max(1, len(iterations.runs[run].iteration) * max(1, len(self._runs)))
        return range(min(len(iterations), max(self._focus + 1, _MOST_POINTS // per_line)))

    def _mark(self, run: int, places: np.ndarray, colour: str) -> GlyphGroup:
        return GlyphGroup(solver_glyph(run), places, colour, 2.2 if run == 0 else 2.6, apart=_APART)

    def _end(self, run: int, sample: int, places: np.ndarray, colour: str) -> tuple[GlyphGroup, list[PlotLabel]]:
        """A dot where it converged, a cross where it failed; the length of a cycle in words."""
        iterations = self._iterations
        nothing = GlyphGroup("disc", np.empty((0, 2)), colour)
        if iterations is None:
            return nothing, []
        one = iterations.runs[run]
        last, outcome = last_record(one, sample), one.outcomes[sample]
        if last < 0 or outcome.name == "running":
            return nothing, []
        place = places[last : last + 1]
        if outcome.success:
            return GlyphGroup("disc", place, colour, 4.0, halo=True), []
        length = period(one, sample)
        x, y = place[0].tolist()
        word = [PlotLabel((x, y), (f"period {length}",), colour)] if length and math.isfinite(y) else []
        return GlyphGroup("cross", place, colour, 4.0, halo=True), word


def rounding(iterations: Iterations | None, sample: int, epsilon: float) -> float:
    """What no measure falls below: a relative one ends at the machine's epsilon, others at that part of |z|."""
    if iterations is None or not len(iterations) or iterations.criterion == "relative":
        return epsilon
    return epsilon * max(float(np.linalg.norm(iterations.runs[0].solution[sample])), 1e-300)
