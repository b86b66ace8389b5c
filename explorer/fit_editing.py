"""What a person chooses in the card of a fit becomes an edit, and a table a part of the experiment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QScrollArea

from core.fit_data import FitData, FitDataError
from core.number_table import TableError, read_table

from . import fit_edits

if TYPE_CHECKING:
    from .document import Document
    from .fit_panel import FitPanel


class FitEditing(QObject):
    """The card shows where there are points, or where a person asked for it."""

    def __init__(self, document: Document, panel: FitPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._panel = document, panel
        self._asked_for = False
        self._spans: tuple[fit_edits.Span | None, fit_edits.Span | None] | None = None
        """Before points were loaded, and since then."""
        panel.hide()
        panel.load_asked.connect(self.ask)
        panel.data_removed.connect(self._remove)
        panel.fit_edited.connect(self._set)
        panel.option_edited.connect(self._set_option)
        document.opened.connect(self._forget)
        document.experiment_changed.connect(self._show)
        self._show()

    def open(self) -> None:
        """Show the card, whether there are points or not."""
        self._asked_for = True
        self._show()
        self._panel.set_folded(False)
        QTimer.singleShot(0, self._reveal)  # once it has its place

    def _reveal(self) -> None:
        """Scroll the column to the card."""
        column = self._panel.parentWidget()
        while column is not None and not isinstance(column, QScrollArea):
            column = column.parentWidget()
        if column is not None:
            column.ensureWidgetVisible(self._panel)

    def ask(self) -> None:
        """Let a person choose a table."""
        path, _ = QFileDialog.getOpenFileName(
            self._panel.window(), "Load a table of points", "", "Tables (*.csv *.txt *.tsv);;All files (*)"
        )
        if path:
            self.load(Path(path))

    def load(self, path: Path) -> None:
        """Take the points of a file; what is wrong with it is said in the card."""
        self.open()
        system = self._document.system
        try:
            if not system.flows:
                raise FitDataError("points over time are for differential equations, and this is an implicit layer")
            table = read_table(path)
            FitData.of(table, system.components)
        except TableError as fault:
            self._panel.refuse(f"{path.name}: {fault}")
            return
        self._panel.refuse("")
        base = self._span_without()
        self._document.edit(fit_edits.set_data(table, path.name, base))
        self._spans = base, self._document.experiment.span

    def _remove(self) -> None:
        self._document.edit(fit_edits.set_data({}, "", self._span_without()))

    def _span_without(self) -> fit_edits.Span | None:
        """The span to return to without points."""
        experiment = self._document.experiment
        if self._spans is not None and experiment.fit.data and self._spans[1] == experiment.span:
            return self._spans[0]
        return fit_edits.span_without_data(experiment, self._document.system)

    def _set(self, name: str, value: object) -> None:
        self._panel.refuse("")
        self._document.edit(fit_edits.set_fit(name, value))

    def _set_option(self, method: str, name: str, value: float) -> None:
        self._panel.refuse("")
        self._document.edit(fit_edits.set_fit_option(method, name, value))

    def _forget(self) -> None:
        self._asked_for, self._spans = False, None

    def _show(self) -> None:
        experiment, system = self._document.experiment, self._document.system
        visible = system.flows and (self._asked_for or bool(experiment.fit.data))
        if visible == self._panel.isHidden():
            self._panel.setVisible(visible)
        self._panel.show_experiment(experiment, system)
