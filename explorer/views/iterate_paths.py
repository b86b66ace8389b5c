"""The ways of iterates through a plane: fading with age, the playhead's iterate, the rivals, where they fail."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import Iterations

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_curve
from ..canvas.number_text import power_text
from ..canvas.points import DraggablePoints
from ..canvas.segments import Segments, Stroke, StrokeGroup
from .plane_axes import PlaneAxes
from .solver_race import focus_sample, last_record, record_at, solver_colour, solver_glyph

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_REACH = 8.0
_MOST_SAMPLES = 256
_AGES = (1, 2, 4, 8, 16)
"""Iterations before the playhead from which on the way is fainter, step by step."""
_FADING = (1.0, 0.85, 0.68, 0.52, 0.4, 0.3)
_AHEAD = 0.14
_MOST_FAINT = 400
"""Joints of all samples but the one in focus that are drawn: of many samples only what is recent."""
_RECENT = 8
"""Iterates of a sample out of focus that get a dot."""
_MOST_AVOIDED = 8
"""Samples whose ways words keep clear of."""
_APART = 7.0


class IteratePaths:
    """The layers of the iterates and their reading."""

    def __init__(self, theme: Theme) -> None:
        self.lines = Segments(theme, z=0)
        self.dots = Glyphs(theme, z=5)
        self.rivals = Segments(theme, z=-10)
        self.rival_marks = Glyphs(theme, z=8)
        self.ends = Glyphs(theme, z=20)
        self.now = Glyphs(theme, z=30)
        self.starts = DraggablePoints(theme, "ring", 4.5, z=40)
        self.iterations: Iterations | None = None
        self.focus = 0
        self.fallback: tuple[float, ...] = ()
        """The start that a click takes its other components from while there is no sample."""
        self._axes: PlaneAxes | None = None
        self._theme = theme
        self._iteration = math.nan
        self._places = np.empty((0, 0, 2))

    def still_items(self) -> tuple[CanvasItem, ...]:
        """What does not follow the playhead."""
        return self.rivals, self.rival_marks, self.ends

    def moving_items(self) -> tuple[CanvasItem, ...]:
        """What is drawn up to the playhead."""
        return self.lines, self.dots

    def count(self) -> int:
        """How many samples there are."""
        return 0 if self.iterations is None else len(self.iterations)

    def start_of(self, index: int | None) -> tuple[float, ...]:
        """The start of a sample; the fallback where there is none."""
        if self.iterations is None or index is None or index >= len(self.iterations):
            return self.fallback
        return tuple(self.iterations.starts[index].tolist())

    def start_at(self, index: int | None, place: QPointF) -> tuple[float, ...] | None:
        """The start of a sample with the components on the axes moved to a place of the plane."""
        return None if self._axes is None else self._axes.moved(self.start_of(index), place.x(), place.y())

    def paint(self, theme: Theme, axes: PlaneAxes) -> None:
        """Draw everything anew on these axes."""
        self._theme, self._axes = theme, axes
        iterations = self.iterations
        if iterations is None or not iterations.runs or not len(iterations):
            self._places = np.empty((0, 0, 2))
            self.starts.set_points(np.empty((0, 2)), ())
            self.rivals.set_segments(np.empty((0, 2)), ())
            for item in (self.rival_marks, self.ends):
                item.set_groups(())
            self.set_iteration(self._iteration)
            return
        self.focus = focus_sample(iterations, self.focus)
        z = iterations.runs[0].z[:, :_MOST_SAMPLES]
        self._places = axes.places(z.reshape(-1, z.shape[2]), 0.0).reshape(*z.shape[:2], 2)
        colours = [theme.colour_of(sample) for sample in range(len(iterations))]
        self.starts.set_points(axes.places(iterations.starts, 0.0), colours)
        self._mark_ends(iterations)
        self._paint_rivals(iterations, axes)
        self.set_iteration(self._iteration)

    def set_iteration(self, iteration: float) -> None:
        """Draw every way up to the playhead, fainter the older it is, and what is to come barely."""
        self._iteration = iteration
        iterations, theme = self.iterations, self._theme
        records, samples, _ = self._places.shape
        if iterations is None or not records:
            self.lines.set_segments(np.empty((0, 2)), ())
            self.dots.set_groups(())
            self.now.set_groups(())
            return
        run = iterations.runs[0]
        now = np.array([record_at(run, iteration, sample) for sample in range(samples)])
        # one row per sample: segment k of it joins the records k and k + 1, and is now - k old (0: to come)
        age = np.maximum(now[:, None] - np.arange(records - 1), 0)
        kind = np.where(age == 0, -1, np.searchsorted(_AGES, age, side="left"))
        begin = np.arange(samples * records).reshape(samples, records)[:, :-1]
        hue = np.broadcast_to((np.arange(samples) % len(theme.series))[:, None], kind.shape)
        strong = np.broadcast_to((np.arange(samples) == self.focus)[:, None], kind.shape)
        recent = age <= max(4, _MOST_FAINT // samples)
        recent &= (age > 0) | (samples * records <= _MOST_FAINT)
        groups = []
        for focused in (False, True):
            seen = strong if focused else ~strong & recent
            for which in range(-1, len(_FADING)):
                opacity = (_AHEAD if which < 0 else _FADING[which]) * (1.0 if focused else 0.7)
                for colour in range(min(samples, len(theme.series))):
                    chosen = begin[(kind == which) & (hue == colour) & seen]
                    if chosen.size:
                        weight = 1.7 if focused and 0 <= which < 5 else 1.0  # wider lines cost many times more
                        groups.append(StrokeGroup(chosen, Stroke.pale(theme.series[colour], weight, opacity, theme)))
        self.lines.set_segments(self._places.transpose(1, 0, 2).reshape(-1, 2), groups)
        self._mark_now(now)

    def sample_at(self, position: QPointF) -> int | None:
        """The sample whose way is under a position in pixels."""
        projection = self.lines.projection
        records, samples, _ = self._places.shape
        if projection is None or not records or not self.lines.isVisible():
            return None
        pixels = projection.pixels(self._places.transpose(1, 0, 2).reshape(-1, 2))
        found = nearest_curve(pixels, np.arange(samples + 1) * records, (position.x(), position.y()), _REACH)
        return None if found is None else found[0]

    def outcome_at(self, position: QPointF) -> str:
        """Why the run that ends under a position failed; "" where none does."""
        iterations, projection = self.iterations, self.ends.projection
        if iterations is None or projection is None or not self.ends.isVisible():
            return ""
        for sample, outcome in enumerate(iterations.runs[0].outcomes[: self._places.shape[1]]):
            last = last_record(iterations.runs[0], sample)
            if outcome.success or outcome.name == "running" or last < 0:
                continue
            pixel = projection.pixels(self._places[last, sample])
            if math.hypot(pixel[0] - position.x(), pixel[1] - position.y()) <= _REACH:
                return f"Sample {sample + 1} {outcome}."
        return ""

    def ways(self) -> list[Float[np.ndarray, "R 2"]]:
        """The first samples' ways through the plane."""
        return [self._places[:, sample] for sample in range(min(_MOST_AVOIDED, self._places.shape[1]))]

    def iterate_text(self) -> str:
        """The solver, the iteration and the residual of the sample in focus at the playhead."""
        iterations = self.iterations
        if iterations is None or not self._places.size:
            return ""
        run = iterations.runs[0]
        record = record_at(run, self._iteration, self.focus)
        if record < 0:
            return ""
        residual = power_text(float(run.residual[record, self.focus]), 2)
        return f"{run.title}, iteration {int(run.iteration[record])}, residual {residual}"

    def _mark_now(self, now: np.ndarray) -> None:
        dots, current = [], []
        for sample, record in enumerate(now.tolist()):
            if record < 0:
                continue
            colour, path = self._theme.colour_of(sample), self._places[: record + 1, sample]
            focused = sample == self.focus
            dotted = path if focused else path[-_RECENT:]
            dots.append(GlyphGroup("disc", dotted, colour, 2.4 if focused else 1.7, apart=_APART))
            current.append(GlyphGroup("disc", path[-1:], colour, 6.0 if focused else 4.5, halo=True))
        self.dots.set_groups(dots)
        self.now.set_groups([*current[: self.focus], *current[self.focus + 1 :], *current[self.focus :][:1]])

    def _mark_ends(self, iterations: Iterations) -> None:
        run, groups = iterations.runs[0], []
        for sample, outcome in enumerate(run.outcomes[: self._places.shape[1]]):
            last = last_record(run, sample)
            if last >= 0 and not outcome.success and outcome.name != "running":
                place = self._places[last : last + 1, sample]
                groups.append(GlyphGroup("cross", place, self._theme.colour_of(sample), 4.0, halo=True))
        self.ends.set_groups(groups)

    def _paint_rivals(self, iterations: Iterations, axes: PlaneAxes) -> None:
        points: list[Float[np.ndarray, "R 2"]] = [np.empty((0, 2))]
        groups, marks, begin = [], [], 0
        for index, run in enumerate(iterations.runs[1:], 1):
            colour, places = solver_colour(self._theme, index), axes.places(run.z[:, self.focus], 0.0)
            groups.append(
                StrokeGroup(begin + np.arange(max(0, len(places) - 1)), Stroke.pale(colour, 1.0, 0.9, self._theme))
            )
            marks.append(GlyphGroup(solver_glyph(index), places, colour, 2.2, apart=_APART))
            points.append(places)
            begin += len(places)
        self.rivals.set_segments(np.concatenate(points), groups)
        self.rival_marks.set_groups(marks)
