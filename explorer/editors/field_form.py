"""Editors for the fields of a dataclass, made from what its annotations say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from core.parameter import Choice, Range

from .labelled import Labelled, choice_box, choose
from .lines import Lines
from .number_box import NumberBox
from .switch import Switch

_NUMBER_WIDTH = 88
_NO_WORDS: Mapping[str, Any] = MappingProxyType({})


class FieldForm(Lines):
    """One line per field: a number box for a Range, a combo box for a Choice, a switch for a bool; others have none.

    names: which fields, and in which order; None takes all. titles, helps: by field, where the field's name and the
    annotation's own help do not do. texts: of a choice's options, by field; of a text without a Choice, its options.
    """

    edited = Signal(str, object)
    """(field, value)."""
    refused = Signal(str)
    """A sentence about a number that does not fit; empty once it is fine again."""

    def __init__(
        self,
        home: type,
        names: tuple[str, ...] | None = None,
        *,
        titles: Mapping[str, str] = _NO_WORDS,
        helps: Mapping[str, str] = _NO_WORDS,
        texts: Mapping[str, Mapping[str, str]] = _NO_WORDS,
    ) -> None:
        super().__init__()
        hints = get_type_hints(home, include_extras=True)
        self._editors: dict[str, QWidget] = {}
        self._lines: dict[str, Labelled] = {}
        for name in tuple(field.name for field in fields(home)) if names is None else names:
            kind, *marks = get_args(hints[name]) or (hints[name],)
            mark = next((mark for mark in marks if isinstance(mark, Range | Choice)), None)
            editor = self._made(name, kind, mark, texts.get(name, _NO_WORDS))
            if editor is None:
                continue
            editor.setProperty("field", name)
            symbol = mark.symbol if isinstance(mark, Range) else ""
            title = titles.get(name, " ".join(filter(None, (name.replace("_", " ").capitalize(), symbol))))
            help_of_mark = "" if mark is None else f"{mark.help[:1].upper()}{mark.help[1:]}"
            self._editors[name] = editor
            self._lines[name] = Labelled(title, editor, help=helps.get(name, help_of_mark))
            self.add(self._lines[name])

    def names(self) -> tuple[str, ...]:
        """The fields that have an editor."""
        return tuple(self._editors)

    def editor(self, name: str) -> QWidget:
        """The editor of a field."""
        return self._editors[name]

    def show_line(self, name: str, shown: bool) -> None:
        """Show or hide the line of a field."""
        self._lines[name].setVisible(shown)

    def show_values(self, values: object) -> None:
        """Show the values in force: of an object with these fields, or of a mapping by field."""
        for name, editor in self._editors.items():
            value = values[name] if isinstance(values, Mapping) else getattr(values, name)
            if isinstance(editor, NumberBox):
                editor.set_value(value)
            elif isinstance(editor, QComboBox):
                choose(editor, value)
            else:
                editor.setChecked(value)

    def _made(self, name: str, kind: type, mark: Range | Choice | None, texts: Mapping[str, str]) -> QWidget | None:
        if isinstance(mark, Range):
            number = NumberBox(name, mark, whole=kind is int)
            number.setFixedWidth(_NUMBER_WIDTH)
            number.value_edited.connect(self._report_whole if kind is int else self._report_number)
            number.refused.connect(self.refused)
            return number
        if isinstance(mark, Choice) or texts:
            options = mark.options if isinstance(mark, Choice) else tuple(texts)
            box = choice_box(tuple((option, texts.get(option, option)) for option in options))
            box.activated.connect(self._report_choice)
            return box
        if kind is bool:
            switch = Switch(name)
            switch.clicked.connect(self._report_switch)
            return switch
        return None

    def _report_number(self, value: float) -> None:
        self.edited.emit(self.sender().property("field"), value)

    def _report_whole(self, value: float) -> None:
        self.edited.emit(self.sender().property("field"), int(value))

    def _report_choice(self) -> None:
        self.edited.emit(self.sender().property("field"), self.sender().currentData())

    def _report_switch(self, on: bool) -> None:
        self.edited.emit(self.sender().property("field"), on)
