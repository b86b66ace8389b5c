"""A person's own table becomes a part of the experiment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from core.number_table import TableError, read_table
from core.table_data import TableData

from . import training_edits

if TYPE_CHECKING:
    from .document import Document
    from .table_rows import TableRows


class TableEditing(QObject):
    """What is wrong with a table is said where it is loaded, and the experiment stays as it was."""

    def __init__(self, document: Document, rows: TableRows, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._rows = document, rows
        rows.load_asked.connect(self.ask)
        rows.remove_asked.connect(self._remove)
        document.opened.connect(self._forget)

    def ask(self) -> None:
        """Let a person choose a table."""
        path, _ = QFileDialog.getOpenFileName(
            self._rows.window(), "Learn from a table", "", "Tables (*.csv *.txt *.tsv);;All files (*)"
        )
        if path:
            self.load(Path(path))

    def load(self, path: Path) -> None:
        """Learn from the table in a file."""
        experiment, system = self._document.experiment, self._document.system
        try:
            table = read_table(path)
            data = TableData(table, system, experiment.training.test_share)
        except TableError as fault:
            self._rows.refuse(f"{path.name}: {fault}")
            return
        self._rows.refuse("")
        self._document.edit(training_edits.set_table(table, path.name, data))

    def _remove(self) -> None:
        self._document.edit(training_edits.remove_table())

    def _forget(self) -> None:
        self._rows.refuse("")
