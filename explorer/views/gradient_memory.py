"""How many bytes every gradient method keeps, over the number of iterations or steps."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import GradientMemory

from ..canvas.fitted_card import around
from ..canvas.nearest import nearest_point
from ..canvas.number_text import grouped_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.tabled_card import TabledCard
from ..canvas.view_history import Rectangle
from ..editors.choice_row import ChoiceRow
from ..shown_menu import ShownMenu
from ..view import Table
from .iteration_table import in_rectangle, rows_where
from .memory_courses import (
    AXES,
    AXIS_TIPS,
    continued,
    depth_letter,
    depth_title,
    line_words,
    memory_table,
    placed,
)
from .memory_lines import MemoryLines
from .memory_rows import batch_words, headings, memory_rows

_WAITING = "What gradients keep in memory appears here when the run has ended."
_REACH = 14.0
_NARROWEST = 100
"""Pixels of the plot, which is beside a table with long figures."""
_FEW = 10
"""Methods that are all drawn; of more the exact ones, which keep much the same, are not drawn at first."""


class GradientMemoryView(TabledCard):
    """A line for every method, on logarithmic or linear axes, and a table of the lines through them."""

    name = "gradient_memory"
    title = "Gradient memory"
    wanted = frozenset({GradientMemory})
    kinds = frozenset({"ode", "map", "root"})
    serves = staticmethod(lambda system: not (system.events or system.noise))
    help = (
        "The bytes that every gradient method keeps for its way back: what its tapes hold at a time, counted to the "
        "byte, and what it keeps beside them. Of a layer for K plain iterations of all samples together, of a "
        "trajectory for its whole span in N equal steps. The gradients unrolled and through the solver grow by the "
        "same with every iteration or step, the implicit ones and the adjoint that is solved back stay; the table has "
        "the line through the numbers. The dotted line is what the run in force takes. The menu chooses which methods "
        "are drawn."
    )
    at_first: ClassVar[bool] = False
    takes_long: ClassVar[bool] = True
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 43
    log_x = log_y = True
    chip_names = ("progress", "note", "batch")
    lowest: ClassVar[int] = 190
    table_name = "Bytes kept"
    table_share = 0.58

    def __init__(self) -> None:
        super().__init__()
        self._memory: GradientMemory | None = None
        self._chosen = ""
        self.lines = MemoryLines(self.theme)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, *self.lines.items()), self._note)
        self._axes = ChoiceRow("Axes", AXES, AXIS_TIPS)
        self._menu = ShownMenu("methods", "Which methods are drawn.")
        self._menu.changed.connect(self.redraw)
        self.header.addWidget(self._axes)
        self.header.addWidget(self._menu)
        self._axes.chosen.connect(self._turn)
        self.plot.left.set_title("bytes kept")
        self.plot.setMinimumWidth(_NARROWEST)
        self.box.hover_moved.connect(self._point_at)
        self.redraw()

    def _turn(self) -> None:
        for axis in (self.plot.bottom, self.plot.left):
            axis.set_logarithmic(self._axes.word() == AXES[0])
        self.redraw()
        self.fit()

    def _shown(self) -> tuple[int, ...]:
        """The places of the lines that are drawn."""
        lines = () if self._memory is None else self._memory.lines
        return tuple(index for index, line in enumerate(lines) if self._menu.shows(line.method))

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        memory, chips = self._memory, self.chips
        lines, note = ((), "") if memory is None else (memory.lines, memory.note)
        for line in lines:
            few = len(lines) <= _FEW or not line.exact or line.method == self._chosen
            self._menu.offer(line.method, line.title, shown=few)
        self._menu.limit(line.method for line in lines)
        shown = self._shown()
        self.plot.bottom.set_title(depth_title(memory))
        self.lines.show(memory, shown, self._chosen, self._axes.word(), self.theme)
        self._note.setVisible(not any(np.isfinite(line.kept).any() for line in lines))
        self._note.set_text(f"{note[0].upper()}{note[1:]}." if note and not lines else _WAITING)
        self.figures.set_rows(headings(memory), memory_rows(memory, shown, self.theme))
        names = [lines[index].method for index in shown]
        self.figures.mark(names.index(self._chosen) if self._chosen in names else None)
        chips.set_text("note", note.split(":")[0] if lines else "", note, warning=True)
        running = memory is not None and memory.done < memory.total
        chips.set_text("progress", f"{memory.done} of {memory.total}" if memory is not None and running else "")
        chips.set_text("batch", *batch_words(memory))
        self.arrange()

    def _point_at(self, position: QPointF) -> None:
        memory, projection = self._memory, self.box.projection()
        where = (position.x(), position.y())
        points = np.concatenate([np.empty((0, 2)), *self.lines.courses])
        found = nearest_point(projection.pixels(points), where, _REACH) if len(points) else None
        if memory is not None and found is not None:
            place, index = divmod(found, len(memory.depth))
            self.readout.emit(line_words(memory, memory.lines[self._shown()[place]], index))
            return
        x, y = projection.data(np.array(where)).tolist()
        if self._axes.word() == AXES[0]:
            x, y = 10.0 ** min(x, 300.0), 10.0 ** min(y, 300.0)
        self.readout.emit(f"{depth_letter(memory)} {grouped_text(x)}   {grouped_text(y)} bytes")

    @override
    def extent(self) -> Rectangle | None:
        found = around(np.concatenate([np.empty((0, 2)), *self.lines.courses]))
        if found is None or self._axes.word() == AXES[0]:
            return found
        return (0.0, found[0][1]), (0.0, found[1][1])

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.04), padded(*content[1], 0.06)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._memory = None
        self.begin_anew(((0.0, 2.5), (0.0, 6.0)) if self._axes.word() == AXES[0] else ((0.0, 200.0), (0.0, 1e6)))
        self.show_experiment(experiment, system)
        self.redraw()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        choice = experiment.gradient
        chosen = choice.fixed_point if system.kind in ("map", "root") else choice.trajectory
        if chosen != self._chosen:
            self._chosen = chosen
            self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        memory = frame.get(GradientMemory)
        if memory is not None and memory is not self._memory:
            self._memory = continued(self._memory, memory)
            self.redraw()
            self.follow_frame(frame)

    @override
    def table(self, visible_only: bool = False) -> Table:
        table = Table({}) if self._memory is None else memory_table(self._memory)
        if not visible_only or not table.columns:
            return table
        depth = table.columns[depth_title(self._memory).split()[0]]
        places = placed(depth, table.columns["bytes"], self._axes.word())
        return rows_where(table, in_rectangle(*places.T, self.box.rectangle()))
