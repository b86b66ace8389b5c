"""What accuracy costs: the error at the end against the calls of f, for every method of the race."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QResizeEvent
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import IntegratorRace

from ..canvas.fitted_card import around
from ..canvas.levels import Level, Levels
from ..canvas.number_text import power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.tabled_card import TabledCard
from ..canvas.view_history import Rectangle
from ..noise_words import obstacle_in
from ..view import Table
from .integrator_figures import HEADINGS, SHORT_HEADINGS, figure_rows, point_text, short_rows, waiting_text
from .iteration_table import in_rectangle, rows_where
from .work_lines import WorkLines

_UNTRUSTED = "No error at the end can be measured here."
_TALL = 400
"""Pixels of height from which on the figures stand below the plot."""
_HIGHEST = 2.0
"""Decades above the solution's size that are shown by themselves: further up runs differ in how they blow up."""


class WorkPrecision(TabledCard):
    """log10 of the error at the end of the span against log10 of the evaluations."""

    name = "work_precision"
    title = "Work and precision"
    wanted = frozenset({IntegratorRace})
    kinds = frozenset({"ode", "minimise"})
    help = (
        "Every mark is a whole run: to the right it calls f more often, below it is more exact. A method that adapts "
        "its steps runs with falling tolerances, on its thin line with equal steps; other methods take equal steps. "
        "The order is the slope of error against equal steps where that is steady, over the broad band; beside it "
        "stands the order that the method declares. Large marks are the settings in force."
    )
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 28
    at_first: ClassVar[bool] = False
    of_race: ClassVar[bool] = True
    log_x = log_y = True
    table_name = "Methods of the race"
    chip_names = ("focus",)

    def __init__(self) -> None:
        super().__init__()
        self._racing, self._obstacle = False, ""
        self._work = WorkLines(self.theme)
        self._levels = Levels(self.theme, z=-5)
        self._note = EmptyNote(self.theme, waiting_text(racing=False))
        self.box.add(Sheet(self.theme, self._levels, *self._work.items()), self._note)
        self.plot.bottom.set_title("calls of f")
        self.plot.left.set_title("error at the end")
        self.box.hover_moved.connect(self._point_at)
        self.redraw()

    def _show(self, race: IntegratorRace | None) -> None:
        self._work.hold(race)
        self.redraw()

    @override
    def redraw(self) -> None:
        race = self._work.race
        self._work.paint(self.theme)
        trusted = race is not None and race.reference.trusted
        self._note.set_text(waiting_text(self._racing, obstacle=self._obstacle) if race is None else _UNTRUSTED)
        self._note.setVisible(not trusted)
        levels = []
        if race is not None and trusted and race.reference.end_gap > 0.0:
            text = f"reference ± {power_text(race.reference.end_gap, 2)}"
            levels = [Level(math.log10(race.reference.end_gap), text, self.theme.muted, "dot", at=0.0)]
        self._levels.set_levels(levels)
        self.warn("" if race is None or trusted else _capitalised(str(race.reference)))
        self._show_figures()
        self.chips.set_text("focus", "" if race is None else f"trajectory {race.trajectory + 1}")

    def _show_figures(self) -> None:
        """Below a tall plot everything, beside a low one the two orders."""
        rows = figure_rows(self._work.race, self.theme)
        if self.height() >= _TALL:
            self.figures.set_rows(HEADINGS if rows else (), rows)
        else:
            self.figures.set_rows(SHORT_HEADINGS if rows else (), short_rows(rows))
        self.arrange()

    def _point_at(self, position: QPointF) -> None:
        found, race = self._work.nearest(position), self._work.race
        self.box.setCursor(Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.CrossCursor)
        if found is not None and race is not None:
            ladder, index = found
            self.readout.emit(point_text(race.runs[ladder.method], ladder.adaptive, index))
            return
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        self.readout.emit(f"calls of f {power_text(10.0**x)}   error {power_text(10.0**y)}")

    @override
    def extent(self) -> Rectangle | None:
        race, places = self._work.race, self._work.finite()
        if race is None or not len(places):
            return None
        highest = math.log10(max(race.reference.size, 1e-300)) + _HIGHEST
        seen = places[places[:, 1] <= highest] if (places[:, 1] <= highest).any() else places
        return around(seen)

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.05), padded(*content[1], 0.06)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self.begin_anew(((1.0, 6.0), (-12.0, 1.0)))
        self._show(None)

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self._racing, self._obstacle = bool(experiment.integration.rivals), obstacle_in(system)
        if self._work.race is None or not self._racing or self._obstacle:
            self._show(None)

    @override
    def draw(self, frame: Frame) -> None:
        race = frame.get(IntegratorRace)
        if race is not None and race is not self._work.race:
            self._show(race)
            self.follow_frame(frame)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_figures()

    @override
    def table(self, visible_only: bool = False) -> Table:
        race = self._work.race
        if race is None:
            return Table({})
        parts = [
            (run, adaptive, work)
            for run in race.runs
            for adaptive, work in ((False, run.fixed), (True, run.tolerances))
            if len(work)
        ]
        counts = [len(work) for *_, work in parts]
        nothing = np.empty(0)

        def column(values: list[object]) -> np.ndarray:
            return np.repeat(np.array(values, dtype=object), counts)

        table = Table(
            {
                "method": column([run.method for run, *_ in parts]),
                "varied": column(["rtol" if adaptive else "step" for _, adaptive, _ in parts]),
                "setting": np.concatenate([nothing, *(work.setting for *_, work in parts)]),
                "evaluations": np.concatenate([np.empty(0, np.int64), *(work.evaluations for *_, work in parts)]),
                "error": np.concatenate([nothing, *(work.error for *_, work in parts)]),
                "measured_order": np.repeat(np.array([run.fit.order for run, *_ in parts] or [0.0]), counts or [0]),
                "declared_order": np.repeat(np.array([run.order for run, *_ in parts] or [0]), counts or [0]),
            }
        )
        if not visible_only:
            return table
        with np.errstate(divide="ignore", invalid="ignore"):
            x, y = np.log10(table.columns["evaluations"].astype(np.float64)), np.log10(table.columns["error"])
        return rows_where(table, in_rectangle(x, y, self.box.rectangle()))


def _capitalised(sentence: str) -> str:
    return f"{sentence[0].upper()}{sentence[1:]}."
