"""How fast every solver converges."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import Iterations

from ..canvas.levels import Level, Levels
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.robust_range import robust_range
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard
from ..editors.choice_row import ChoiceRow
from ..view import Table
from .iteration_table import iteration_table, rows_where, within
from .residual_lines import Axis, ResidualLines, record_text, rounding
from .solver_race import ending, focus_sample, solver_colour, solver_glyph

_EPSILON = {"float32": float(np.finfo(np.float32).eps)}
_AXES: tuple[Axis, ...] = ("iterations", "evaluations", "time")
_AXIS_HELPS = (
    "Against the number of iterations",
    "Against the number of calls of f",
    "Against the time that the solver computed, all samples together; no two runs take the same, and the first of a "
    "system also compiles its formulas",
)
_AXIS_TITLES = {"iterations": "iteration", "evaluations": "evaluations of f", "time": "time, ms"}
_WAITING = "The residual of every iteration appears here."


class Residuals(TimeCard):
    """log10 of what the stopping rule looks at, per iteration, per evaluation of f, or over time."""

    name = "residuals"
    title = "Residual"
    wanted = frozenset({Iterations})
    kinds = frozenset({"map", "root"})
    help = (
        "How far from a solution each iterate is. A straight line is linear convergence, its slope the rate; a dot is "
        "a run that converged, a cross one that did not. Click or drag the line to move along the iterations."
    )
    place: ClassVar[str] = "below"
    order: ClassVar[int] = 20
    log_y = True
    legend_below = True
    chip_names = ("focus",)
    axis_title = "iteration"

    def __init__(self) -> None:
        super().__init__()
        self._iterations: Iterations | None = None
        self._runs: tuple[tuple[str, str], ...] = ()
        self._kind = "map"
        self._epsilon = float(np.finfo(np.float64).eps)
        self._cursor = math.nan
        self._lines = ResidualLines(self.theme)
        self._levels = Levels(self.theme, z=-5)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._levels, *self._lines.still_items()), self._lines.now, self._note)
        self._axis = ChoiceRow("Horizontal axis", _AXES, _AXIS_HELPS, folding=True)
        self._axis.chosen.connect(self._take_axis)
        self.header.addWidget(self._axis)
        self._name_axes()

    def _against(self) -> Axis:
        return _AXES[[button.isChecked() for button in self._axis.buttons()].index(True)]

    def _name_axes(self) -> None:
        self.plot.bottom.set_title(_AXIS_TITLES[self._axis.word()])
        step, image = ("f(z) − z", "f(z)") if self._kind == "map" else ("g(z)", "z − g(z)")
        criterion = self._iterations.criterion if self._iterations is not None else "relative"
        whole = self._iterations is not None and self._iterations.whole_batch
        texts = {"relative": f"|{step}| / |{image}|", "absolute": f"|{step}|", "step": "length of the last step"}
        self.plot.left.set_title(texts[criterion] + ", whole batch" * whole)

    def _take_axis(self) -> None:
        self._auto_fit = True  # a range of one quantity means nothing to another
        self._rearrange()

    def _rearrange(self) -> None:
        """Another axis, or other solvers."""
        self._name_axes()
        self.redraw()
        self.follow_data(span=self._lines.reach())

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self.start_line.set_time(math.nan)
        self._kind = system.kind
        self._iterations = None
        self._runs = ()
        self.legend.set_entries((), switchable=True)
        self._name_axes()
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        iterations = frame.get(Iterations)
        if iterations is None or iterations is self._iterations:
            return
        self._iterations = iterations
        self._epsilon = _EPSILON.get(frame.dtype, float(np.finfo(np.float64).eps))
        runs = tuple((run.solver, run.title) for run in iterations.runs)
        if runs != self._runs:
            self._runs = runs
            glyphs = [solver_glyph(index) for index in range(len(runs))]
            swatches = tuple("line" if glyph == "disc" else glyph for glyph in glyphs)
            self.legend.set_entries((), switchable=True)
            titles = tuple(title for _, title in runs)
            self.legend.set_entries(tuple(zip(titles, swatches, strict=True)), switchable=True)
            for entry in self.legend.entries():
                entry.toggled.connect(self._rearrange)
        self._name_axes()
        self.redraw()
        self.follow_data(settled=frame.final and frame.quality == "full", span=self._lines.reach())

    @override
    def redraw(self) -> None:
        iterations, theme = self._iterations, self.theme
        shown = iterations is not None and bool(len(iterations))
        self._note.setVisible(not shown)
        focus = 0 if iterations is None else focus_sample(iterations, self.focus)
        entries = self.legend.entries()
        runs = tuple(index for index, entry in enumerate(entries) if entry.isChecked()) if shown else ()
        self._lines.against = self._against()
        self._lines.floor = rounding(iterations, focus, self._epsilon)
        self._lines.paint(theme, iterations, focus, runs)
        levels = []
        if iterations is not None and shown:
            text = f"tolerance {power_text(iterations.tolerance)}"
            levels = [Level(_log10(iterations.tolerance), text, theme.amber, at=self._lines.gap())]
            levels.append(Level(_log10(self._lines.floor), "rounding", theme.muted, "dot"))
            self.legend.rename(tuple(f"{run.title}  {ending(run, focus)}" for run in iterations.runs))
            for entry, run in zip(entries, iterations.runs, strict=True):
                entry.setToolTip(f"{run.title} {run.outcomes[focus]}. Show or hide it.")
        self._levels.set_levels(levels)
        self.legend.set_colours(tuple(solver_colour(theme, index, focus) for index in range(len(entries))), theme)
        several = iterations is not None and len(iterations) > 1
        self.chips.set_text("focus", f"sample {focus + 1}" if several else "")
        self.set_cursor(self._cursor)

    @override
    def content_range(self) -> tuple[float, float] | None:
        content = robust_range(self._lines.heights())
        if content is None or self._iterations is None:
            return content
        tolerance = _log10(self._iterations.tolerance)
        return min(content[0], tolerance), max(content[1], tolerance)

    @override
    def curve_at(self, position: QPointF) -> int | None:
        found = self._lines.nearest(position)
        return None if found is None else found[1]

    @override
    def readout_at(self, t: float, value: float) -> str:
        found = self._lines.nearest(self.box.mapFromView(QPointF(t, value)))
        if found is not None and self._iterations is not None:
            return record_text(self._iterations, *found)
        return f"{_AXIS_TITLES[self._against()]} {number_text(t)}   measure {power_text(10.0**value)}"

    @override
    def set_cursor(self, t: float) -> None:
        self._cursor = t
        self._lines.set_iteration(t)
        super().set_cursor(self._lines.place_of(t))

    @override
    def move_cursor(self, x: float) -> None:
        super().move_cursor(self._lines.iteration_of(x))

    @override
    def table(self, visible_only: bool = False) -> Table:
        if not visible_only:
            return iteration_table(self._iterations, times=self._against() == "time")
        shown = [index for index, entry in enumerate(self.legend.entries()) if entry.isChecked()]
        against = self._against()
        table = iteration_table(self._iterations, runs=shown, times=against == "time")
        if not table.columns:
            return table
        (x_range, y_range), columns = self.box.rectangle(), table.columns
        x = columns[{"iterations": "iteration", "evaluations": "evaluations", "time": "milliseconds"}[against]]
        with np.errstate(divide="ignore"):
            y = np.log10(columns["measure"])
        return rows_where(table, within(x, x_range) & within(y, y_range))


def _log10(value: float) -> float:
    return math.log10(value) if value > 0 else math.nan
