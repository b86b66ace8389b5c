"""A person's own table in the card of learning: what it is, where it came from, and how it is divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from core.table_data import TABLE, TableData
from core.table_roles import listed
from core.training_choice import Training

from .editors.field_form import FieldForm
from .editors.lines import Lines
from .labels import ElidedLabel, label, link_button, row, set_text, set_tip

if TYPE_CHECKING:
    from core.data_set import DataSet

_LOAD = (
    "A CSV file: a line of names, then numbers. A column class makes the others points of classes; y, or y1, y2, …, "
    "are values that belong to them; t makes them states over time; points alone are for a flow"
)


class TableRows(Lines):
    """Shows where the table is learnt from, or where one was refused."""

    load_asked = Signal()
    remove_asked = Signal()
    edited = Signal(str, object)
    """(field of `Training`, value)."""
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._used = False
        self._words, self._source = ElidedLabel("", "text"), ElidedLabel("", "muted")
        self._load = link_button("load…", _LOAD)
        self._remove = link_button("remove", "Learn from no table any more")
        self._share = FieldForm(Training, ("test_share",), titles={"test_share": "Share of test points"})
        self._fault = label("", "error", wrap=True)
        source = row(self._source, self._load, self._remove, spacing=4)
        source.setStretch(0, 1)
        self.add(self._words)
        self._layout.addLayout(source)
        self.add(self._share)
        self.add(self._fault)
        self._fault.hide()
        self._load.clicked.connect(self.load_asked)
        self._remove.clicked.connect(self.remove_asked)
        self._share.edited.connect(self.edited)
        self._share.refused.connect(self.refused)
        self.hide()

    def show_table(self, training: Training, data: DataSet | type[DataSet] | None) -> None:
        """Show the table in force; data: what becomes of it, None where it does not fit the text."""
        self._used = training.data == TABLE
        columns = list(training.table.values())
        count = len(columns[0]) if columns else 0
        read = data.roles.words if isinstance(data, TableData) else listed(tuple(training.table))
        words = f"{count} row{'s' * (count != 1)}: {read}"
        self._words.show_text(words)
        set_tip(self._words, words)
        self._source.show_text(training.table_source)
        set_tip(self._source, training.table_source)
        self._share.show_values(training)
        self.refuse("")

    def refuse(self, fault: str) -> None:
        """Say what is wrong with a table that was to be loaded; nothing where all is well."""
        set_text(self._fault, fault)
        self._fault.setVisible(bool(fault))
        for widget in (self._words, self._source, self._load, self._remove, self._share):
            widget.setVisible(self._used)
        self.setVisible(self._used or bool(fault))
