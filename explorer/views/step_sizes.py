"""The steps the solver took, those it had to take back, and where it evaluated the field."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import StepSizes as Steps

from ..canvas.colour import blend
from ..canvas.levels import Level, Levels
from ..canvas.lines import polyline_begins
from ..canvas.marks import Marks
from ..canvas.nearest import nearest_curve
from ..canvas.number_text import number_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.rug import Rug
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard, time_span
from ..labels import ElidedLabel
from ..view import Table
from .step_measures import ERROR, MeasureSwitch

_REACH = 8.0
_NO_ERRORS = "Equal steps have no error estimate."
_LEAST_RATIO = -8.0
"""Logarithm of an error ratio below which a step is all but exact."""
_MOST_DOTS = 120
"""Accepted steps of the trajectory in focus up to which each gets a dot."""


class StepSizes(TimeCard):
    """log h, or the logarithm of the error ratio or of the iterations, against t; rejected attempts as crosses,
    evaluations as ticks."""

    name = "step_sizes"
    title = "Step sizes"
    wanted = frozenset({Steps})
    help = (
        "How long each step was; err shows how large its error was beside what the tolerances allow, iter how many "
        "iterations its equations took, where a method solves some. A cross is a step whose error was too large, above "
        "1, or whose equations were not solved: it was taken again, shorter. Ticks at the foot are evaluations of f."
    )
    kinds = frozenset({"ode", "minimise"})
    order: ClassVar[int] = 30
    log_y = True

    def __init__(self) -> None:
        super().__init__()
        self._steps: Steps | None = None
        self._places = np.empty((0, 2))
        self._lines = Segments(self.theme, z=0)
        self._accepted = Marks(self.theme, "dot", 4.0, z=5)
        self._rejected = Marks(self.theme, "cross", 5.0, z=10)
        self._others_rejected = Marks(self.theme, "cross", 4.0, z=-10)
        self._allowed = Levels(self.theme, z=-5)
        self._rug = Rug(self.theme, z=-15)
        marks = self._accepted, self._rejected, self._others_rejected
        self._note = EmptyNote(self.theme, _NO_ERRORS)
        self.box.add(Sheet(self.theme, self._lines, self._allowed, self._rug, *marks), self._note)
        self._switch = MeasureSwitch()
        self._switch.changed.connect(self._look_again)
        self.header.insertWidget(self.header.indexOf(self.legend), self._switch)
        self._ending = ElidedLabel("", "error")
        self._ending.hide()
        self.body.insertWidget(1, self._ending)
        self.plot.left.set_title("h")
        self.legend.set_entries((("accepted", "line"), ("rejected", "cross")))
        self.redraw()

    def _look_again(self) -> None:
        """The other quantity of every step, on its own axis."""
        self.plot.left.set_title(self._switch.measure.axis)
        self._seen, self._auto_fit = None, True  # a range of one quantity means nothing to the other
        self._show(self._steps)
        self.redraw()
        self.follow_data()

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self._show(None)
        self.redraw()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self.follow_data(settled=False, span=time_span(experiment, system))

    @override
    def draw(self, frame: Frame) -> None:
        steps = frame.get(Steps)
        if steps is not None and steps is not self._steps:
            self._show(steps)
            self.redraw()
            self.follow_data(settled=frame.final and frame.quality == "full")

    def _show(self, steps: Steps | None) -> None:
        self._steps = steps
        if steps is None:
            self._places = np.empty((0, 2))
            return
        self._switch.show_iterations(steps.iterations is not None)
        values = self._switch.measure.of(steps)
        self._places = np.stack([steps.t, np.log10(np.where(values > 0.0, values, np.nan))], axis=1)

    @override
    def redraw(self) -> None:
        steps, theme = self._steps, self.theme
        focus = 0 if steps is None else min(self.focus, max(0, len(steps) - 1))
        colour = theme.colour_of(focus)
        self.legend.set_colours((colour, theme.rose), theme)
        errors = self._switch.measure is ERROR
        self._allowed.set_levels([Level(0.0, "allowed", theme.amber, at=self._span[0])] if errors else [])
        self._note.setVisible(errors and steps is not None and not np.isfinite(self._places[:, 1]).any())
        self._paint_evaluations(focus)
        self._tell_ending(focus)
        if steps is None or not len(steps):
            self._lines.set_segments(np.empty((0, 2)), ())
            self._accepted.set_points(np.empty((0, 2)), colour)
            for marks in (self._rejected, self._others_rejected):
                marks.set_points(np.empty((0, 2)), theme.rose)
            self.legend.rename(("accepted", "rejected"))
            return
        owner = np.repeat(np.arange(len(steps)), np.diff(steps.offsets))
        # a line joins accepted steps only: rejected ones in between would draw spikes that no step had
        kept = np.flatnonzero(steps.accepted)
        offsets = np.searchsorted(owner[kept], np.arange(len(steps) + 1))
        begin = polyline_begins(offsets)
        whose = owner[kept][begin] if begin.size else begin
        faint = [
            StrokeGroup(chosen, Stroke(theme.colour_of(index), 1.0, 0.35))
            for index in range(min(len(steps), len(theme.series)))
            if (chosen := begin[(whose % len(theme.series) == index) & (whose != focus)]).size
        ]
        self._lines.set_segments(self._places[kept], [*faint, StrokeGroup(begin[whose == focus], Stroke(colour, 1.8))])
        dots = kept[owner[kept] == focus]
        self._accepted.set_points(self._places[dots] if dots.size <= _MOST_DOTS else np.empty((0, 2)), colour)
        self._rejected.set_points(self._places[~steps.accepted & (owner == focus)], theme.rose)
        self._others_rejected.set_points(
            self._places[~steps.accepted & (owner != focus)], blend(theme.rose, theme.card, 0.65)
        )
        accepted = int(steps.accepted[steps.offsets[focus] : steps.offsets[focus + 1]].sum())
        attempts = int(steps.offsets[focus + 1] - steps.offsets[focus])
        self.legend.rename((f"{accepted} accepted", f"{attempts - accepted} rejected"))

    def _paint_evaluations(self, focus: int) -> None:
        steps = self._steps
        if steps is None or not len(steps):
            self._rug.set_places(np.empty(0), self.theme.muted)
            return
        part = slice(int(steps.offsets[focus]), int(steps.offsets[focus + 1]))
        places = (steps.t[part, None] + steps.h[part, None] * steps.nodes).reshape(-1)
        self._rug.set_places(places, blend(self.theme.colour_of(focus), self.theme.card, 0.45))

    def _tell_ending(self, focus: int) -> None:
        """Why the trajectory ended before the end of the span, and what to do about it."""
        outcomes = () if self._steps is None else self._steps.outcomes
        failed = focus < len(outcomes) and not outcomes[focus].success
        sentence = f"Trajectory {focus + 1} {outcomes[focus]}." if failed else ""
        self._ending.show_text(sentence)
        self._ending.setToolTip(sentence)
        self._ending.setVisible(failed)

    @override
    def content_range(self) -> tuple[float, float] | None:
        values = self._places[:, 1]
        values = values[np.isfinite(values)]
        if self._switch.measure is ERROR:
            values = np.append(values[values > _LEAST_RATIO], 0.0)  # the line of what is allowed is always in sight
        return (float(values.min()), float(values.max())) if values.size else None

    @override
    def curve_at(self, position: QPointF) -> int | None:
        projection = self._lines.projection
        if projection is None or self._steps is None:
            return None
        hit = nearest_curve(projection.pixels(self._places), self._steps.offsets, (position.x(), position.y()), _REACH)
        return None if hit is None else hit[0]

    @override
    def readout_at(self, t: float, value: float) -> str:
        return f"t = {number_text(t)}   {self._switch.measure.readout} = {number_text(10.0**value, 3)}"

    @override
    def table(self, visible_only: bool = False) -> Table:
        steps = self._steps
        if steps is None:
            return Table({})
        columns = {
            "trajectory": np.repeat(np.arange(1, len(steps) + 1), np.diff(steps.offsets)),
            "t": steps.t,
            "h": steps.h,
            "error": steps.error,
            "accepted": steps.accepted,
        }
        if steps.iterations is not None:
            columns["iterations"] = steps.iterations
        if visible_only:
            low, high = self.box.rectangle()[0]
            inside = (steps.t >= low) & (steps.t <= high)
            columns = {name: values[inside] for name, values in columns.items()}
        return Table(columns)
