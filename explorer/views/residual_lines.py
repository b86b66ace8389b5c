"""What the residual plot draws: a line per solver, how each ended, and where the playhead is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.readings import Iterations, SolverRun

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.long_curve import LongCurve
from ..canvas.long_curves import LongCurves
from ..canvas.nearest import nearest_point
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_labels import PlotLabel, PlotLabels
from ..canvas.segments import Stroke
from .solver_race import last_record, period, record_at, solver_colour, solver_glyph

if TYPE_CHECKING:
    from jaxtyping import Float
    from PySide6.QtCore import QPointF

    from ..theme import Theme

Axis = Literal["iterations", "evaluations", "time"]
"""Along the bottom: the number of the iteration, calls of f, or milliseconds."""
_PER_SECOND = 1e3
_LEAST_REACH = {"iterations": 1.0, "evaluations": 1.0, "time": 0.01}
_REACH = 14.0
_APART = 11.0
"""Pixels between a line's marks."""
_MOST_POINTS = 6_000
"""Records of all lines together from which on further samples are left out."""


class ResidualLines:
    """Lines (x, log10 measure) of every solver and sample."""

    def __init__(self, theme: Theme) -> None:
        self.lines = LongCurves(theme, z=0)
        self.marks = Glyphs(theme, z=5)
        self.ends = Glyphs(theme, z=20)
        self.words = PlotLabels(theme, z=25)
        self.now = Glyphs(theme, z=30)
        self.against: Axis = "iterations"
        self.floor = 0.0
        self._curves: dict[tuple[int, int], LongCurve] = {}
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
        self._curves = {}
        if iterations is None or not len(iterations):
            self.lines.set_curves(())
            for item in (self.marks, self.ends):
                item.set_groups(())
            self.words.set_labels(())
            self.set_iteration(self._iteration)
            return
        faint, strong, marks, ends, words = [], [], [], [], []
        for run in reversed(runs):
            colour = solver_colour(theme, run, focus)
            for sample in self._samples(run):
                curve = self.curve(run, sample)
                if sample == focus:
                    strong.append((curve, Stroke(colour, 1.8 if run == 0 else 1.4)))
                    marks.append(self._mark(run, curve, colour))
                    end, word = self._end(run, sample, curve, colour)
                    ends.append(end)
                    words += word
                else:
                    faint.append((curve, Stroke.pale(solver_colour(theme, run, sample), 1.0, 0.28, theme)))
        self.lines.set_curves([*faint, *strong])
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
                place = self.curve(run, focus).places(slice(record, record + 1))
                groups.append(
                    GlyphGroup(solver_glyph(run), place, solver_colour(self._theme, run, focus), 4.5, halo=True)
                )
        self.now.set_groups(groups)

    def curve(self, run: int, sample: int) -> LongCurve:
        """One line; an exact zero lies on the floor of rounding."""
        known = self._curves.get((run, sample))
        if known is not None:
            return known
        iterations = self._iterations
        if iterations is None:
            return LongCurve(np.empty(0), np.empty(0), self.floor)
        one = iterations.runs[run]
        curve = self._curves[run, sample] = LongCurve(
            places_of(one, sample, self.against), one.measure[:, sample], self.floor
        )
        return curve

    def places(self, run: int, sample: int) -> Float[np.ndarray, "R 2"]:
        """All points of one line in data coordinates."""
        return self.curve(run, sample).places(slice(None))

    def heights(self) -> np.ndarray:
        """Finite logarithms of everything drawn; of a line of very many points the extremes."""
        drawn = [self.curve(run, sample).heights() for run in self._runs for sample in self._samples(run)]
        every = np.concatenate(drawn or [np.empty(0)])
        return every[np.isfinite(every)]

    def reach(self) -> tuple[float, float]:
        """From 0 to the last place along the axis."""
        lasts = [self.curve(run, sample).last for run in self._runs for sample in self._samples(run)]
        return 0.0, max([_LEAST_REACH[self.against], *lasts])

    def gap(self) -> float:
        """The middle of the widest stretch of the axis on which no strong line ends."""
        iterations = self._iterations
        ends = [0.0, self.reach()[1]]
        if iterations is not None and len(iterations):
            ends += [
                float(self.curve(run, self._focus).places(slice(last, last + 1))[0, 0])
                for run in self._runs
                if (last := last_record(iterations.runs[run], self._focus)) >= 0
            ]
        ends.sort()
        widest = int(np.argmax(np.diff(ends)))
        return (ends[widest] + ends[widest + 1]) / 2

    def place_of(self, iteration: float) -> float:
        """Where the playhead of an iteration stands on the axis: its evaluations are the chosen solver's."""
        iterations = self._iterations
        if self.against == "iterations" or iterations is None or not len(iterations) or math.isnan(iteration):
            return iteration
        run = iterations.runs[0]
        places = places_of(run, self._focus, self.against)
        return float(np.interp(math.floor(iteration + 1e-9), run.iteration, places)) if len(places) else math.nan

    def iteration_of(self, place: float) -> float:
        """The iteration that a place on the axis stands for."""
        iterations = self._iterations
        if self.against != "iterations" and iterations is not None and len(iterations):
            run = iterations.runs[0]
            places = places_of(run, self._focus, self.against)
            place = float(np.interp(place, places, run.iteration)) if len(places) else 0.0
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
            curve = self.curve(run, sample)
            near = curve.near(projection, position.x(), _REACH)
            record = nearest_point(projection.pixels(curve.places(near)), (position.x(), position.y()), _REACH)
            if record is not None:
                return run, sample, near.start + record
        return None

    def _samples(self, run: int) -> range:
        iterations = self._iterations
        if iterations is None:
            return range(0)
        per_line = max(1, len(iterations.runs[run].iteration) * max(1, len(self._runs)))
        return range(min(len(iterations), max(self._focus + 1, _MOST_POINTS // per_line)))

    def _mark(self, run: int, curve: LongCurve, colour: str) -> GlyphGroup:
        return GlyphGroup(solver_glyph(run), curve, colour, 2.2 if run == 0 else 2.6, apart=_APART)

    def _end(self, run: int, sample: int, curve: LongCurve, colour: str) -> tuple[GlyphGroup, list[PlotLabel]]:
        """A dot where it converged, a cross where it failed; the length of a cycle in words."""
        iterations = self._iterations
        nothing = GlyphGroup("disc", np.empty((0, 2)), colour)
        if iterations is None:
            return nothing, []
        one = iterations.runs[run]
        last, outcome = last_record(one, sample), one.outcomes[sample]
        if last < 0 or outcome.name == "running":
            return nothing, []
        place = curve.places(slice(last, last + 1))
        if outcome.success:
            return GlyphGroup("disc", place, colour, 4.0, halo=True), []
        length = period(one, sample)
        x, y = place[0].tolist()
        word = [PlotLabel((x, y), (f"period {length}",), colour)] if length and math.isfinite(y) else []
        return GlyphGroup("cross", place, colour, 4.0, halo=True), word


def places_of(run: SolverRun, sample: int, against: Axis) -> Float[np.ndarray, "R"]:
    """Where the records of a run stand along the axis; NaN on one of time that no one took."""
    if against == "iterations":
        return run.iteration
    if against == "evaluations":
        return run.evaluations[:, sample]
    return _PER_SECOND * run.seconds if len(run.seconds) else np.full(len(run.iteration), np.nan)


def rounding(iterations: Iterations | None, sample: int, epsilon: float) -> float:
    """What no measure falls below: a relative one ends at the machine's epsilon, others at that part of |z|."""
    if iterations is None or not len(iterations) or iterations.criterion == "relative":
        return epsilon
    return epsilon * max(float(np.linalg.norm(iterations.runs[0].solution[sample])), 1e-300)


def record_text(iterations: Iterations, run: int, sample: int, record: int) -> str:
    """A record in words."""
    one = iterations.runs[run]
    passed = [f"{number_text(_PER_SECOND * float(one.seconds[record]), 3)} ms"] if len(one.seconds) else []
    return "   ".join(
        (
            one.title,
            *([f"sample {sample + 1}"] if len(iterations) > 1 else []),
            f"iteration {int(one.iteration[record])}",
            f"evaluations {int(one.evaluations[record, sample])}",
            *passed,
            f"residual {power_text(float(one.residual[record, sample]))}",
            f"{iterations.criterion} measure {power_text(float(one.measure[record, sample]))}",
        )
    )
