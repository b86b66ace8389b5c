"""What the phase plane shows of a minimisation: contours of the loss, and the ways of the optimisers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.frame import Frame
from core.readings import Descents, FlowLoss, LossContours

from ..canvas.contour_strokes import contour_strokes
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.grid_field import GridField
from ..canvas.legend import Swatch
from ..canvas.segments import Segments, Stroke, StrokeGroup
from .descent_marks import descent_colour, descent_glyph, rate_text, record_at
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from ..theme import Theme

_APART = 7.0
"""Pixels between the dots of a way: more iterations than that are told by the line alone."""
_FADED = 0.45
"""How far a contour's colour lies on the way to the card's."""


class PlaneDescent:
    """The layers of a minimisation and their readings; empty for any other system."""

    def __init__(self, theme: Theme) -> None:
        self.contours = Segments(theme, z=-80)
        self.ways = Segments(theme, z=5)
        self.dots = Glyphs(theme, z=10)
        self.now = Glyphs(theme, z=32)
        self.descents: Descents | None = None
        self._flow: FlowLoss | None = None
        self._loss: LossContours | None = None
        self._lookup: GridField | None = None
        self._theme = theme
        self._axes: PlaneAxes | None = None
        self._begin = 0.0
        self._time: float | None = None

    def clear(self) -> None:
        """Forget all readings: another system."""
        self.descents = self._flow = None
        self.show(None)

    def show(self, axes: PlaneAxes | None) -> None:
        """Show the ways on these axes; contours wait for those of this plane."""
        self._axes = axes
        self._loss = self._lookup = None
        self._paint_contours()
        self._paint_ways()

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the readings of a frame; a frame without them leaves the old ones."""
        loss, descents, flow = frame.get(LossContours), frame.get(Descents), frame.get(FlowLoss)
        if loss is not None and loss is not self._loss and (loss.x_name, loss.y_name) == (axes.x, axes.y):
            self._loss, self._lookup = loss, None
            self._paint_contours()
        self._flow = flow or self._flow
        if flow is not None and len(flow.t):
            self._begin = float(flow.t[0])
        if descents is not None and descents is not self.descents:
            self.descents, self._axes = descents, axes
            self._paint_ways()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._theme = theme
        self._paint_contours()
        self._paint_ways()

    def set_time(self, t: float | None) -> None:
        """Put a mark on every way where the optimiser is when the flow is at `t`: at iteration t / eta."""
        self._time = t
        descents, axes = self.descents, self._axes
        if t is None or descents is None or axes is None:
            self.now.set_groups(())
            return
        iteration = (t - self._begin) / descents.eta
        groups = []
        for run in descents.runs:
            records = [record_at(run, iteration, sample) for sample in range(len(descents))]
            known = [sample for sample, record in enumerate(records) if record >= 0 and iteration >= 0]
            chosen = [records[sample] for sample in known]
            places = axes.places(run.z[chosen, known], self._begin + descents.eta * run.iteration[chosen])
            groups.append(GlyphGroup(descent_glyph(run), places, descent_colour(self._theme, run), 4.5, halo=True))
        self.now.set_groups(groups)

    def legend(self) -> tuple[tuple[str, Swatch, str], ...]:
        """Name, mark and colour of every optimiser."""
        if self.descents is None or not self.ways.isVisible():
            return ()
        return tuple((run.title, descent_glyph(run), descent_colour(self._theme, run)) for run in self.descents.runs)

    def rate(self) -> tuple[str, str, bool]:
        """What is to be said of the learning rate."""
        return rate_text(self.descents, self._flow)

    def loss_at(self, x: float, y: float) -> float | None:
        """The objective at (x, y), between the points of the grid; None where it is not known."""
        loss = self._loss
        if loss is None:
            return None
        if self._lookup is None:
            self._lookup = GridField(loss.x, loss.y, loss.values, loss.values)
        value = float(self._lookup.at(np.array([[x, y]]))[0, 0])
        return value if math.isfinite(value) else None

    def _paint_contours(self) -> None:
        lines = () if self._loss is None else self._loss.lines
        self.contours.set_segments(*contour_strokes(lines, self._theme, _FADED))

    def _paint_ways(self) -> None:
        descents, axes, theme = self.descents, self._axes, self._theme
        points, groups, dots, begin = [np.empty((0, 2))], [], [], 0
        runs = () if descents is None or axes is None else descents.runs
        for run in runs:
            colour = descent_colour(theme, run)
            for sample in range(run.z.shape[1]):
                places = axes.places(run.z[:, sample], self._begin + descents.eta * run.iteration)
                joints = begin + np.arange(max(0, len(places) - 1))
                groups.append(StrokeGroup(joints, Stroke(colour, 1.0, 0.8)))
                dots.append(GlyphGroup(descent_glyph(run), places, colour, 2.2, apart=_APART))
                points.append(places)
                begin += len(places)
        self.ways.set_segments(np.concatenate(points), groups)
        self.dots.set_groups(dots)
        self.set_time(self._time)
