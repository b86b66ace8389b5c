"""The solvers of a race: what each one cost, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from .labels import ElidedLabel, label, set_text

if TYPE_CHECKING:
    from core.readings import Iterations, SolverRun

    from .theme import Theme

_HEADINGS = ("", "solver", "iterations", "calls of f", "solved")
_HELPS = ("", "", "The most that any sample took", "Calls of f, summed over the samples", "Samples that converged")


class RaceList(QWidget):
    """One line per run of the newest reading, in the colour it has in every plot; labels are reused."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._iterations: Iterations | None = None
        self._rows: list[tuple[QLabel, ElidedLabel, QLabel, QLabel, QLabel]] = []
        self._table = QGridLayout(self)
        self._table.setContentsMargins(0, 0, 0, 0)
        self._table.setHorizontalSpacing(9)
        self._table.setVerticalSpacing(4)
        self._table.setColumnStretch(1, 1)
        for column, (heading, help_text) in enumerate(zip(_HEADINGS, _HELPS, strict=True)):
            cell = label(heading, "muted")
            cell.setToolTip(help_text)
            self._table.addWidget(cell, 0, column, _alignment(column))

    def show_iterations(self, iterations: Iterations | None) -> None:
        """Show every run of a reading."""
        self._iterations = iterations
        runs = () if iterations is None else iterations.runs
        while len(self._rows) < len(runs):
            self._add_row()
        for place, cells in enumerate(self._rows):
            for cell in cells:
                cell.setVisible(place < len(runs))
            if place < len(runs):
                self._fill(cells, runs[place], self._theme.colour_of(place))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.show_iterations(self._iterations)

    def _add_row(self) -> None:
        cells = (QLabel("●"), ElidedLabel(""), label("", "value"), label("", "value"), label("", "value"))
        self._rows.append(cells)
        for column, cell in enumerate(cells):
            if column == 1:
                self._table.addWidget(cell, len(self._rows), column)
            else:
                self._table.addWidget(cell, len(self._rows), column, _alignment(column))

    def _fill(self, cells: tuple[QLabel, ...], run: SolverRun, colour: str) -> None:
        solved = sum(outcome.success for outcome in run.outcomes)
        sentences = dict.fromkeys(str(outcome) for outcome in run.outcomes)
        dot, title, iterations, evaluations, ended = cells
        title.show_text(run.title)
        set_text(iterations, f"{int(run.iterations.max(initial=0))}")
        set_text(evaluations, f"{calls_of(run)}")
        set_text(ended, f"{solved}/{len(run.outcomes)}")
        good = self._theme.teal if solved == len(run.outcomes) else self._theme.rose
        _colour(dot, colour)
        _colour(ended, good)
        for cell in cells:
            cell.setToolTip(f"{run.title}: " + "; ".join(sentences))


def calls_of(run: SolverRun, sample: int | None = None) -> int:
    """Calls of f by one sample, or by all of them."""
    if not len(run.evaluations):
        return 0
    most = run.evaluations.max(axis=0)  # they only grow, also past a sample's end
    return int(most.sum() if sample is None else most[sample])


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _colour(cell: QLabel, colour: str) -> None:
    if cell.property("colour") != colour:
        cell.setProperty("colour", colour)
        cell.setStyleSheet(f"color: {colour}")
