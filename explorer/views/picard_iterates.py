"""Picard's iterates over time: how repeated integration comes to the solution, or does not yet."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import PicardIterates

from ..canvas.figure_table import FigureRow
from ..canvas.number_text import power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.tabled_card import TabledCard
from ..canvas.time_card import time_span
from ..canvas.time_cursor import TimeCursor
from ..canvas.view_history import Rectangle
from ..view import Table
from .iteration_table import rows_where, within
from .picard_lines import PicardLines
from .picard_pickers import PicardPickers
from .picard_words import bound_chip, figure_row, picard_columns, solution_chip

_WAITING = "The iterates appear here once the trajectories are there."
_HEADINGS = ("iterate", "distance", "at most")
_ROUGH = 1e-9
"""Part of their size from which on what the iterates may be wrong by is told."""


class PicardIteratesView(TabledCard):
    """y_0 .. y_K of one component, the later the stronger, over the solution; their distances in a table."""

    name = "picard_iterates"
    title = "Picard iterates"
    wanted = frozenset({PicardIterates})
    kinds = frozenset({"ode", "minimise"})
    components = range(1, 65)
    help = (
        "Picard's proof that a solution exists, carried out: y₀ is the start for all times, and every further iterate "
        "the start plus the integral of f along the one before. Near the start they come to the solution, the broad "
        "line, soon; far from it only after many. The table says how far each is from the solution at most, and the "
        "bound of the theorem, (LT)ᵏ/k! times the first distance, where a Lipschitz constant L is proved."
    )
    place: ClassVar[str] = "below"
    order: ClassVar[int] = 26
    at_first: ClassVar[bool] = False
    table_name = "Distances of the iterates"
    table_share = 0.42
    chip_names = ("focus", "accuracy", "until", "bound")

    def __init__(self) -> None:
        super().__init__()
        self._found: PicardIterates | None = None
        self._lines = PicardLines(self.theme)
        self._cursor = TimeCursor(self.theme, z=50)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._lines.curves), self._cursor, self._note)
        self._pickers = PicardPickers()
        self.header.addWidget(self._pickers)
        self.plot.bottom.set_title("t")
        self._pickers.component_changed.connect(self._look_again)
        self._pickers.count_chosen.connect(self._choose_count)
        self._cursor.moved.connect(self.cursor_moved)
        self.box.hover_moved.connect(self._read)
        self._symbols: tuple[str, ...] = ()

    def _choose_count(self, count: int) -> None:
        self.integration_edited.emit("picard", count)

    def _look_again(self) -> None:
        """Another component has another height."""
        self.redraw()
        self.fit()

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        self._note.setVisible(self._found is None)
        place = self._pickers.component
        if self._symbols:
            self.plot.left.set_title(self._symbols[place])
        self._lines.paint(self._found, place, self.theme)
        self._tell()

    def _tell(self) -> None:
        found = self._found
        rows: tuple[FigureRow, ...] = ()
        if found is not None:
            solution = FigureRow("y", ("solution", ""), self._lines.solution_colour(), "disc")
            each = [figure_row(found, k, colour) for k, colour in enumerate(self._lines.colours())]
            rows = solution, *each[::-1]  # the last ones in sight where the card is low
        self.figures.set_rows(_HEADINGS if rows else (), rows)
        self.arrange()
        if found is None:
            for name in self.chip_names:
                self.chips.set_text(name, "")
            return
        self.chips.set_text("focus", f"trajectory {found.trajectory + 1}" if found.trajectory else "")
        self.chips.set_text("bound", *bound_chip(found))
        text, hint = solution_chip(found)
        self.chips.set_text("until", text, hint, warning=True)
        part = float(found.accuracy.max())
        text = f"iterates ± {power_text(part, 1)}" if part > _ROUGH else ""
        hint = f"{text} of their size: f is not smooth along them, or they grow very fast"
        self.chips.set_text("accuracy", text, hint, warning=True)

    def _read(self, position: QPointF) -> None:
        t, value = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        self.readout.emit(self._lines.reading_at(t, value))

    @override
    def extent(self) -> Rectangle | None:
        return self._lines.extent()

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.02), padded(*content[1])

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._found, self._symbols = None, system.symbols
        self._pickers.offer(system.symbols)
        self._pickers.show_count(experiment.integration.picard)
        self._note.set_text(_WAITING)
        self.begin_anew(self.framed((time_span(experiment, system), (0.0, 1.0))))
        self.redraw()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self._pickers.show_count(experiment.integration.picard)

    @override
    def draw(self, frame: Frame) -> None:
        found = frame.get(PicardIterates)
        if found is not None and found is not self._found:
            self._found = found
            self.redraw()
            self.follow_frame(frame)
        elif PicardIterates in frame.absent:
            self._found = None
            self._note.set_text(frame.absent[PicardIterates])
            self.redraw()

    @override
    def set_cursor(self, t: float) -> None:
        self._cursor.set_time(t)

    @override
    def table(self, visible_only: bool = False) -> Table:
        found = self._found
        if found is None:
            return Table({})
        columns = picard_columns(found)
        table = Table(columns)
        return rows_where(table, within(columns["t"], self.box.rectangle()[0])) if visible_only else table
