"""What a trained network is worth with more compute, or less, than it was trained with."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import ComputeAtTest, ComputeLine

from ..canvas.fitted_card import FittedCard, around
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.levels import Level, Levels
from ..canvas.nearest import nearest_point
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..editors.choice_row import ChoiceRow
from ..learning_systems import learns_answers
from ..sentence import sentence
from ..view import Table
from .compute_courses import (
    ACCURACY,
    LOSS,
    classifies,
    compute_table,
    course,
    exact_height,
    point_text,
    setting_text,
    unit_of,
)
from .iteration_table import in_rectangle, rows_where
from .solver_race import SOLVER_GLYPHS, solver_colour, solver_glyph

_REACH = 12.0
_NEAR = 15.0
"""Per cent below what it is trained with that are shown by themselves: a guess would hide what differs at the top."""
_WAITING = "What the network is worth with more compute appears here."
_EXACT = {"map": "exact fixed point", "ode": "exact solution"}


class ComputeAtTestView(FittedCard):
    """Accuracy or loss of the test points against iterations or calls of f, a line for every solver."""

    name = "test_time_compute"
    title = "Test-time compute"
    wanted = frozenset({ComputeAtTest})
    kinds = frozenset({"ode", "map"})
    serves = staticmethod(learns_answers)
    help = (
        "The network as it stands answers the test points with one setting of its solver after the other: a layer with "
        "1, 2, 4, ... iterations at most, a differential equation with few steps and many, or with falling tolerances. "
        "To the right it costs more. The ring is what it is trained with, the dashed line the exact fixed point or "
        "solution. A network that is better with few steps than on the dashed line is no equation: it learnt the "
        "steps of its solver."
    )
    at_first: ClassVar[bool] = False
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 29
    log_x = log_y = True
    legend_below = True
    chip_names = ("progress", "own", "exact")
    lowest: ClassVar[int] = 200

    def __init__(self) -> None:
        super().__init__()
        self._reading: ComputeAtTest | None = None
        self._lines = Segments(self.theme, z=0)
        self._marks = Glyphs(self.theme, z=5)
        self._levels = Levels(self.theme, z=3)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._levels, self._lines, self._marks), self._note)
        self._axis = ChoiceRow(
            "Vertical axis", (ACCURACY, LOSS), ("Per cent of the test points that are right", "Loss of the test points")
        )
        self.header.addWidget(self._axis)
        self._axis.chosen.connect(self._turn)
        self.box.hover_moved.connect(self._point_at)
        self.redraw()

    def _word(self) -> str:
        return self._axis.word() if classifies(self._reading) else LOSS

    def _turn(self) -> None:
        self.redraw()
        self.fit()

    def _courses(self) -> list[np.ndarray]:
        """What was trained with, then every solver."""
        reading = self._reading
        return [] if reading is None else [course(line, self._word()) for line in (reading.own, *reading.lines)]

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        theme, reading, word = self.theme, self._reading, self._word()
        self._axis.setVisible(classifies(reading))
        self.plot.left.set_logarithmic(word == LOSS)
        self.plot.left.set_title("right, %" if word == ACCURACY else "loss")
        self.plot.bottom.set_title(f"{unit_of(reading)} of a test point")
        own, *courses = self._courses() or [np.empty((0, 2))]
        colours = [solver_colour(theme, place) for place in range(len(courses))]
        begins = np.cumsum([0, *(len(each) for each in courses)]).tolist()
        groups = [
            StrokeGroup(begin + np.arange(max(0, len(each) - 1)), Stroke(colour, 1.8))
            for each, begin, colour in zip(courses, begins, colours, strict=False)
        ]
        self._lines.set_segments(np.concatenate([np.empty((0, 2)), *courses]), groups)
        marks = [GlyphGroup(solver_glyph(place), each, colours[place], 3.2) for place, each in enumerate(courses)]
        ring = GlyphGroup(SOLVER_GLYPHS[0], own, theme.text, 6.5, hollow=True)
        self._marks.set_groups([ring, *marks])
        height, name = exact_height(reading, word), "" if reading is None else _EXACT[reading.kind]
        self._levels.set_levels([Level(height, "", theme.violet)] if math.isfinite(height) else [])
        self._note.setVisible(not np.isfinite(own).any())
        titles = () if reading is None else tuple(_title(line) for line in reading.lines)
        exact = ((name, "dash"),) if math.isfinite(height) else ()
        self.legend.set_entries((*((title, "line") for title in titles), *exact))
        self.legend.set_colours((*colours, *([theme.violet] if exact else [])), theme)
        self._tell()

    def _tell(self) -> None:
        reading, chips = self._reading, self.chips
        if reading is None:
            for name in self.chip_names:
                chips.set_text(name, "")
            return
        running = reading.measured < reading.total
        chips.set_text("progress", f"{reading.measured} of {reading.total}" if running else "")
        cost = f"{number_text(float(reading.own.cost[0]), 3)} {unit_of(reading)}"
        chips.set_text(
            "own", f"trained with {cost}", f"Trained with {reading.own.title}, {setting_text(reading.own, 0)}: {cost}"
        )
        exact = ""
        if math.isfinite(reading.exact_accuracy):
            exact = f"exact {number_text(100.0 * reading.exact_accuracy, 4)} %"
        elif math.isfinite(reading.exact_loss):
            exact = f"exact {power_text(reading.exact_loss)}"
        chips.set_text(
            "exact", exact, f"The {_EXACT[reading.kind]}, in double precision with tight tolerances: {exact}"
        )

    def _point_at(self, position: QPointF) -> None:
        reading, projection, courses = self._reading, self.box.projection(), self._courses()
        where = position.x(), position.y()
        points = np.concatenate([np.empty((0, 2)), *courses[1:]])
        found = nearest_point(projection.pixels(points), where, _REACH) if len(points) else None
        if reading is None or found is None:
            x, y = projection.data(np.array(where)).tolist()
            height = f"{number_text(y)} % right" if self._word() == ACCURACY else f"loss {power_text(10.0**y)}"
            self.readout.emit(f"{power_text(10.0**x)} {unit_of(reading)}   {height}")
            return
        offsets = np.cumsum([0, *(len(each) for each in courses[1:])])
        place = int(np.searchsorted(offsets, found, side="right")) - 1
        self.readout.emit(point_text(reading, reading.lines[place], found - int(offsets[place])))

    @override
    def extent(self) -> Rectangle | None:
        content = around(np.concatenate([np.empty((0, 2)), *self._courses()]))
        height = exact_height(self._reading, self._word())
        if content is None:
            return None
        low, high = content[1]
        if math.isfinite(height):
            low, high = min(low, height), max(high, height)
        own = float(self._courses()[0][0, 1])
        if self._word() == ACCURACY and math.isfinite(own):
            low = max(low, own - _NEAR)
        return content[0], (low, max(high, low))

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.05), padded(*content[1], 0.08)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._reading = None
        self.begin_anew(((0.0, 2.0), (-2.0, 1.0)))
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        reading, reason = frame.get(ComputeAtTest), frame.absent.get(ComputeAtTest, "")
        self._note.set_text(sentence(reason) if reason else _WAITING)
        if reading is not None and reading is not self._reading:
            self._reading = reading
            self.redraw()
            self.follow_frame(frame)

    @override
    def table(self, visible_only: bool = False) -> Table:
        reading = self._reading
        table = Table({}) if reading is None else compute_table(reading)
        if not visible_only or not table.columns:
            return table
        points = np.concatenate(self._courses()[1:])
        return rows_where(table, in_rectangle(points[:, 0], points[:, 1], self.box.rectangle()))


def _title(line: ComputeLine) -> str:
    """In the legend."""
    return line.title if line.varied == "iterations" else f"{line.title}, {line.varied}"
