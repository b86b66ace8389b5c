"""The own fields of whichever entry of a catalogue is chosen: one form for each, made when it is first wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields

from PySide6.QtCore import Signal

from .editors.field_form import FieldForm
from .editors.lines import Lines


class OwnForms(Lines):
    """Shows one entry's form, or none where it has no fields that can be edited."""

    edited = Signal(str, str, object)
    """(entry, field, value)."""
    refused = Signal(str)

    def __init__(self, entries: Mapping[str, type]) -> None:
        super().__init__()
        self._entries = entries
        self._forms: dict[str, FieldForm] = {}
        self.hide()

    def show_own(self, name: str, changed: Mapping[str, float | str]) -> None:
        """Show the fields of entry `name`, with what was changed of them."""
        entry = self._entries.get(name)
        if entry is not None and name not in self._forms:
            self._forms[name] = self._made(name, entry)
        for other, form in self._forms.items():
            form.setVisible(other == name)
        if entry is None:
            self.hide()
            return
        form = self._forms[name]
        defaults = {field.name: field.default for field in fields(entry) if field.default is not MISSING}
        form.show_values(defaults | dict(changed))
        self.setVisible(bool(form.names()))

    def _made(self, name: str, entry: type) -> FieldForm:
        form = FieldForm(entry)
        form.setProperty("entry", name)
        form.edited.connect(self._report)
        form.refused.connect(self.refused)
        self.add(form)
        return form

    def _report(self, field: str, value: object) -> None:
        self.edited.emit(self.sender().property("entry"), field, value)
