"""How wrong the gradient of a trajectory is by every method, over the tolerance and over the horizon."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import ErrorLine, GradientErrors

from ..canvas.fitted_card import FittedCard, around
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.nearest import nearest_curve
from ..canvas.number_text import power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.time_cursor import StartLine
from ..canvas.view_history import Rectangle
from ..editors.choice_row import ChoiceRow
from ..view import Table
from .error_courses import WORDS, course, error_table, logarithms, reference_course, settings
from .gradient_marks import method_colour, method_glyph, method_swatch
from .iteration_table import in_rectangle, rows_where

_TIPS = (
    "Error against the tolerance of the run",
    "Error against the length of the time span, at the tolerance in force",
)
_TITLES = {"tolerance": "rtol", "horizon": "horizon T"}
_WAITING = "Errors of the gradient appear here when the run has ended."
_REACH = 10.0
_HIGHEST = 4.0
"""Decades that are shown above an error of 1 by themselves."""


class GradientErrorsView(FittedCard):
    """log10 of the relative error, a line for every method; the reference's own error is grey."""

    name = "gradient_errors"
    title = "Gradient errors"
    wanted = frozenset({GradientErrors})
    kinds = frozenset({"ode"})
    serves = staticmethod(lambda system: not (system.events or system.noise))
    help = (
        "The relative error of the gradient of the loss at the end: against the tolerance of the run, where a method "
        "that can be trusted falls in a straight line, and against the horizon, where the continuous adjoint leaves "
        "the others once its backward state is lost. The dotted line is what is in force. Methods that promise the "
        "derivative of the steps themselves have the same numbers and share a line; grey: how well the truth is known."
    )
    elsewhere: ClassVar[str] = (
        "Gradient errors are those of a trajectory without events or noise, against its tolerance and its horizon. The "
        "error of every method at a fixed point is in Gradients and in Gradient costs."
    )
    at_first: ClassVar[bool] = False
    takes_long: ClassVar[bool] = True
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 42
    log_x = log_y = True
    legend_below = True
    chip_names = ("progress", "steps", "note")
    lowest: ClassVar[int] = 190

    def __init__(self) -> None:
        super().__init__()
        self._errors: GradientErrors | None = None
        self._lines = Segments(self.theme, z=0)
        self._marks = Glyphs(self.theme, z=5)
        self._force = StartLine(self.theme, z=-20)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._force, self._lines, self._marks), self._note)
        self._axis = ChoiceRow("Horizontal axis", WORDS, _TIPS)
        self.header.addWidget(self._axis)
        self._axis.chosen.connect(self._turn)
        self.plot.left.set_title("relative error")
        self.box.hover_moved.connect(self._point_at)
        self.redraw()

    def _turn(self) -> None:
        self.redraw()
        self.fit()

    def _drawn(self) -> list[ErrorLine]:
        """The lines that are switched on."""
        lines = () if self._errors is None else self._errors.lines
        entries = self.legend.entries()
        return [line for i, line in enumerate(lines) if i >= len(entries) or entries[i].isChecked()]

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        errors, word = self._errors, self._axis.word()
        lines = () if errors is None else errors.lines
        if self.legend.set_entries(tuple((one.title, method_swatch(one.method)) for one in lines), switchable=True):
            for entry, line in zip(self.legend.entries(), lines, strict=True):
                entry.setToolTip("\n".join(filter(None, (", ".join(line.methods), line.note, "Show or hide it."))))
                entry.toggled.connect(self._paint)
        self.plot.bottom.set_title(_TITLES[word])
        now = math.nan if errors is None else errors.rtol if word == WORDS[0] else errors.length
        self._force.set_time(math.log10(now) if now > 0.0 else math.nan)
        self._paint()
        self._tell()

    def _paint(self) -> None:
        theme, errors, drawn = self.theme, self._errors, self._drawn()
        known = np.empty((0, 2))
        if errors is not None and len(settings(self._errors, self._axis.word())):
            known = reference_course(errors, self._axis.word())
        courses = [known, *(course(self._errors, line, self._axis.word()) for line in drawn)]
        begins = np.cumsum([0, *(len(course) for course in courses)]).tolist()
        colours = [theme.faint, *(method_colour(theme, line.method) for line in drawn)]
        groups = [
            StrokeGroup(begin + np.arange(max(0, len(course) - 1)), Stroke(colour, 1.0 if index == 0 else 1.8))
            for index, (course, begin, colour) in enumerate(zip(courses, begins, colours, strict=False))
        ]
        self._lines.set_segments(np.concatenate(courses), groups)
        self._marks.set_groups(
            [
                GlyphGroup(method_glyph(line.method), each, method_colour(theme, line.method), 3.2)
                for line, each in zip(drawn, courses[1:], strict=True)
            ]
        )
        self._note.setVisible(not any(np.isfinite(course).any() for course in courses[1:]))
        lines = () if errors is None else errors.lines
        self.legend.set_colours(tuple(method_colour(theme, line.method) for line in lines), theme)

    def _tell(self) -> None:
        errors, chips = self._errors, self.chips
        note = "" if errors is None else errors.note
        if errors is not None and not note and self._axis.word() == WORDS[0] and not len(errors.tolerance):
            note = "the steps are fixed: there is no tolerance to vary"
        chips.set_text("note", note.split(":")[0], note, warning=True)
        text = "No gradient: the trajectory does not arrive." if errors is not None and errors.note else _WAITING
        self._note.set_text(
            f"{note[0].upper()}{note[1:]}." if note and errors is not None and not errors.note else text
        )
        running = errors is not None and len(errors.lines) < errors.total
        steps = "" if errors is None else errors.steps
        chips.set_text("steps", steps.partition(":")[0], steps)
        chips.set_text("progress", f"{len(errors.lines)} of {errors.total}" if errors is not None and running else "")

    def _point_at(self, position: QPointF) -> None:
        drawn, projection = self._drawn(), self.box.projection()
        courses = [course(self._errors, line, self._axis.word()) for line in drawn]
        points = np.concatenate([np.empty((0, 2)), *courses])
        offsets = np.cumsum([0, *(len(course) for course in courses)])
        where = (position.x(), position.y())
        found = nearest_curve(projection.pixels(points), offsets, where, _REACH) if len(points) else None
        x, y = projection.data(np.array(where)).tolist()
        text = f"{_TITLES[self._axis.word()]} {power_text(10.0**x)}   relative error {power_text(10.0**y)}"
        self.readout.emit(text if found is None else f"{drawn[found[0]].title}   {text}")

    @override
    def extent(self) -> Rectangle | None:
        word = self._axis.word()
        courses = [course(self._errors, line, word) for line in self._drawn()]
        found = around(np.concatenate([np.empty((0, 2)), *courses]))
        if found is None:
            return None
        x, (low, high) = np.log10(settings(self._errors, word)), found[1]
        return (float(x.min()), float(x.max())), (low, min(high, max(low, 0.0) + _HIGHEST))

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.05), padded(*content[1], 0.06)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._errors = None
        self.begin_anew(((-11.0, -3.0), (-12.0, 1.0)))
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        errors = frame.get(GradientErrors)
        if errors is not None and errors is not self._errors:
            self._errors = errors
            self.redraw()
            self.follow_frame(frame)

    @override
    def table(self, visible_only: bool = False) -> Table:
        table = Table({}) if self._errors is None else error_table(self._errors)
        if not visible_only or not table.columns:
            return table
        places = logarithms(table.columns["setting"], table.columns["error"])
        seen = in_rectangle(*places.T, self.box.rectangle())
        return rows_where(table, seen & (table.columns["varied"] == self._axis.word()))
