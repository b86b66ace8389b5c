"""A card over the iterations of a training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import TrainingProgress
from core.training_state import LearningCurves

from ..learning_systems import learns
from ..sentence import sentence
from ..view import Table
from .iterations_card import IterationsCard
from .learning_lines import LearningLine, LearningLines
from .plot_labels import EmptyNote
from .robust_range import robust_range

_MOST_GHOSTS = 3
"""Of more lines nobody would tell the old ones from the new."""


class TrainingCard(IterationsCard):
    """Subclasses say which lines are drawn, in `lines_of`, what a table holds, and what is to be said of an iteration.

    The cursor is the number of an iteration. Names in the legend show and hide the lines. What a training had measured
    before it went back stays in grey.
    """

    wanted = frozenset({TrainingProgress})
    kinds = frozenset({"ode", "map", "root"})
    serves = staticmethod(learns)
    log_y = True
    legend_below = True
    waiting: ClassVar[str]
    """The sentence where nothing is learnt yet."""

    def __init__(self) -> None:
        super().__init__()
        self.progress: TrainingProgress | None = None
        self.curves: LearningCurves | None = None
        self.ghost: LearningCurves | None = None
        self.iterations = 1
        self.lines = LearningLines(self.theme, self.plot.add_right_axis())
        self._note = EmptyNote(self.theme, self.waiting)
        self.box.add(*self.lines.items(), self._note)

    def lines_of(self, curves: LearningCurves) -> list[LearningLine]:
        """The lines, in the order of the legend."""
        raise NotImplementedError

    def columns_of(self, curves: LearningCurves) -> tuple[Mapping[str, np.ndarray], Mapping[str, np.ndarray]]:
        """Columns of a table that have a row per iteration, and those that have one per look at the test points."""
        raise NotImplementedError

    def words_at(self, curves: LearningCurves, iteration: int, height: float) -> str:
        """What is to be said of an iteration, pointed at in this height of the plot."""
        raise NotImplementedError

    def paint_more(self, curves: LearningCurves | None) -> None:
        """Chips, levels, and the scale on the right."""

    def rearrange(self) -> None:
        """Other lines are shown."""
        self.redraw()
        self.follow_data(span=self.reach_to(self.lines.reach(), self.iterations))

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self.progress = self.curves = self.ghost = None
        self._note.set_text(self.waiting)
        self.legend.release()
        self.show_experiment(experiment, system)

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self.iterations = experiment.training.iterations
        self.redraw()

    def show_ghost(self, curves: LearningCurves | None) -> None:
        """The curves of the line of training that was left; None: there are none."""
        if curves is not self.ghost:
            self.ghost = curves
            self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        progress, reason = frame.get(TrainingProgress), frame.absent.get(TrainingProgress, "")
        if reason and self.progress is None:
            self._note.set_text(sentence(reason))
        if progress is None or progress is self.progress:
            return
        self.progress, self.curves = progress, progress.state.curves
        self.redraw()
        span = self.reach_to(self.lines.reach(), self.iterations)
        self.follow_data(settled=frame.final and frame.quality == "full", span=span)

    @override
    def redraw(self) -> None:
        curves, ghost = self.curves, self.ghost
        left = [] if ghost is None or curves is None else [line for line in self.lines_of(ghost) if line.mean]
        lines = [] if curves is None else self.lines_of(curves)
        if self.legend.set_entries(tuple((line.name, line.swatch) for line in lines), switchable=True):
            for entry in self.legend.entries():
                entry.toggled.connect(self.rearrange)
        self.legend.set_colours(tuple(line.colour for line in lines), self.theme)
        shown = [line for line, entry in zip(lines, self.legend.entries(), strict=True) if entry.isChecked()]
        names = {line.name for line in shown}
        ghosts = [replace(line, colour=self.theme.faint, glyph="disc") for line in left if line.name in names]
        self.lines.paint(self.theme, [*(ghosts if len(left) <= _MOST_GHOSTS else []), *shown])
        self._note.setVisible(curves is None or not (len(curves.loss) or len(curves.tested)))
        self.paint_more(curves)

    @override
    def content_range(self) -> tuple[float, float] | None:
        heights = self.lines.heights()
        return robust_range(np.append(heights, self.lines.level_heights())) if heights.size else None

    @override
    def readout_at(self, t: float, value: float) -> str:
        curves = self.curves
        if curves is None or not len(curves.loss):
            return ""
        iteration = min(max(round(t), 0), len(curves.loss) - 1)
        return f"iteration {iteration}   {self.words_at(curves, iteration, value)}"

    @override
    def table(self, visible_only: bool = False) -> Table:
        curves = self.curves
        if curves is None:
            return Table({})
        table = learning_table(curves, *self.columns_of(curves))
        if not visible_only:
            return table
        low, high = self.box.rectangle()[0]
        inside = (table.columns["iteration"] >= low) & (table.columns["iteration"] <= high)
        return Table({name: column[inside] for name, column in table.columns.items()})


def learning_table(curves: LearningCurves, batch: Mapping[str, np.ndarray], test: Mapping[str, np.ndarray]) -> Table:
    """iteration, and columns with a row for each; NaN where nothing was measured."""
    known, tested = np.arange(len(curves.loss)), np.asarray(curves.tested, dtype=np.int64)
    iteration = np.union1d(known, tested)
    columns: dict[str, np.ndarray] = {"iteration": iteration}
    for places, some in ((known, batch), (tested, test)):
        rows = np.searchsorted(iteration, places)
        for name, values in some.items():
            column = columns[name] = np.full(len(iteration), np.nan)
            column[rows] = values
    return Table(columns)


def last_test(curves: LearningCurves, iteration: int) -> int:
    """The last look at the test points up to an iteration; -1 before the first."""
    return int(np.searchsorted(curves.tested, iteration, side="right")) - 1


def at_last_test(curves: LearningCurves, iteration: int) -> str:
    """ " at iteration ...", where the last look at the test points was not at this one; else empty."""
    looked = int(curves.tested[-1]) if len(curves.tested) else iteration
    return "" if looked == iteration else f" at iteration {looked}"
