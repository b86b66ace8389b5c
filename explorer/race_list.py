"""The solvers of a race: what each one cost, and how it ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.convergence_order import run_convergence

from .facts import set_colour
from .labels import ElidedLabel, label, set_text
from .views.solver_race import solver_colour, solver_glyph

if TYPE_CHECKING:
    from core.readings import Iterations, SolverRun

    from .theme import Theme

_MARKS = {
    "disc": "●", "square": "■", "diamond": "◆", "triangle": "▲", "star": "★", "wedge": "▼", "plus": "+", "arrow": "▶"
}  # fmt: skip
_HEADINGS = ("", "solver", "its", "calls", "ms", "ok")
_HELPS = (
    "",
    "",
    "Iterations, the most that any sample took",
    "Calls of f, summed over the samples",
    "Milliseconds of computing, all samples together; no two runs take the same, and the first of a system also "
    "compiles its formulas",
    "Samples that converged",
)


class RaceList(QWidget):
    """One line per run of the newest reading, with the mark it has in every plot; labels are reused."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._iterations: Iterations | None = None
        self._sample = 0
        self._dtype = "float64"
        self._rows: list[tuple[QLabel, ElidedLabel, QLabel, QLabel, QLabel, QLabel]] = []
        self._table = QGridLayout(self)
        self._table.setContentsMargins(0, 0, 0, 0)
        self._table.setHorizontalSpacing(7)
        self._table.setVerticalSpacing(4)
        self._table.setColumnStretch(1, 1)
        for column, (heading, help_text) in enumerate(zip(_HEADINGS, _HELPS, strict=True)):
            cell = label(heading, "muted")
            cell.setToolTip(help_text)
            self._table.addWidget(cell, 0, column, _alignment(column))

    def show_iterations(self, iterations: Iterations | None, sample: int = 0, dtype: str = "float64") -> None:
        """Show every run of a reading that was computed in `dtype`; the chosen solver has the colour of `sample`."""
        self._iterations, self._sample, self._dtype = iterations, sample, dtype
        runs = () if iterations is None else iterations.runs
        while len(self._rows) < len(runs):
            self._add_row()
        for place, cells in enumerate(self._rows):
            for cell in cells:
                cell.setVisible(place < len(runs))
            if place < len(runs):
                self._fill(cells, place, runs[place])

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.show_iterations(self._iterations, self._sample, self._dtype)

    def _add_row(self) -> None:
        cells = (label(), ElidedLabel(""), *(label("", "value") for _ in _HEADINGS[2:]))
        self._rows.append(cells)
        for column, cell in enumerate(cells):
            if column == 1:
                self._table.addWidget(cell, len(self._rows), column)
            else:
                self._table.addWidget(cell, len(self._rows), column, _alignment(column))

    def _fill(
        self, cells: tuple[QLabel, ElidedLabel, QLabel, QLabel, QLabel, QLabel], place: int, run: SolverRun
    ) -> None:
        solved = sum(outcome.success for outcome in run.outcomes)
        sentences = dict.fromkeys(str(outcome) for outcome in run.outcomes)
        dot, title, iterations, evaluations, time, ended = cells
        title.show_text(run.title)
        set_text(iterations, f"{int(run.iterations.max(initial=0))}")
        set_text(evaluations, f"{calls_of(run)}")
        set_text(time, milliseconds(run.duration))
        set_text(ended, f"{solved}/{len(run.outcomes)}")
        show_mark(dot, place, self._theme, self._sample)
        set_colour(ended, self._theme.teal if solved == len(run.outcomes) else self._theme.rose)
        text = f"{run.title}: " + "; ".join(sentences) + _speed(run, self._sample, self._dtype)
        for cell in cells:
            cell.setToolTip(text)


def milliseconds(seconds: float) -> str:
    """Two digits, or all of those before the point; a dash where no one looked at the clock."""
    if math.isnan(seconds):
        return "–"
    value = 1e3 * seconds
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.095 else f"{value:.2f}"


def _speed(run: SolverRun, sample: int, dtype: str) -> str:
    """How fast the sample that is looked at converged, as the end of a sentence."""
    if sample >= len(run.outcomes) or not run.outcomes[sample].success:
        return ""
    measured = run_convergence(run, sample, dtype)
    return "" if measured is None else f". Sample {sample + 1}: measured {measured}"


def show_mark(cell: QLabel, run: int, theme: Theme, sample: int) -> None:
    """Write the mark and the colour that a run of the race has in the plots."""
    set_text(cell, _MARKS[solver_glyph(run)])
    set_colour(cell, solver_colour(theme, run, sample))


def calls_of(run: SolverRun, sample: int | None = None) -> int:
    """Calls of f by one sample, or by all of them."""
    if not len(run.evaluations):
        return 0
    most = run.evaluations.max(axis=0)  # they only grow, also past a sample's end
    return int(most.sum() if sample is None else most[sample])


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
