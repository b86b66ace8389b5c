"""The card of sliders, one row per parameter of the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from core.experiment import SliderRange

from . import icons
from .card import Card
from .labels import label, link_button, set_text
from .parameter_row import ParameterRow

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System


class ParameterPanel(Card):
    """Rebuilt when the parameters of the text change, else only updated."""

    value_edited = Signal(str, float, object)
    """(name, value, drag id or None)"""
    drag_finished = Signal()
    value_reset = Signal(str)
    values_reset = Signal()
    range_edited = Signal(str, SliderRange)
    held_edited = Signal(str, bool)
    """A person lets a parameter stay where it is in fits and drags, or lets it go."""
    playing_changed = Signal()
    pointed_changed = Signal()
    """The mouse, or else the keyboard's focus, came to a slider or left it."""

    def __init__(self) -> None:
        super().__init__("Parameters")
        self._rows: dict[str, ParameterRow] = {}
        self._empty = label(
            "This text has no parameter. Write k = 1 on a line of its own for a slider.", "muted", wrap=True
        )
        self.body.addWidget(self._empty)
        self._warning = label("", "warning", wrap=True)
        self._warning.hide()
        self.body.addWidget(self._warning)
        reset = link_button("reset", "Return to the values and ranges of the text")
        reset.clicked.connect(self.values_reset)
        self.add_to_header(reset)

    @property
    def playing(self) -> bool:
        """Whether any slider moves by itself."""
        return any(row.playing for row in self._rows.values())

    @property
    def pointed(self) -> str | None:
        """The parameter at whose row a person points; None where at none."""
        hovered = [name for name, row in self._rows.items() if row.pointing.hovered]
        focused = [name for name, row in self._rows.items() if row.pointing.focused]
        return next(iter([*hovered, *focused]), None)

    def warn(self, sentences: Mapping[str, str]) -> None:
        """Mark the sliders that these sentences are about; the first one is said below them."""
        for name, row in self._rows.items():
            row.fold.warn(sentences.get(name, ""))
        words = next(iter(sentences.values()), "")
        set_text(self._warning, words)
        self._warning.setVisible(bool(words))

    def row(self, name: str) -> ParameterRow:
        """The row of parameter `name`."""
        return self._rows[name]

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the values in force."""
        if [row.declaration for row in self._rows.values()] != list(system.parameters):
            self._rebuild(system)
        for name, row in self._rows.items():
            declared = row.declaration
            default = SliderRange(declared.lo, declared.hi, declared.log, declared.step)
            value = experiment.values.get(name, declared.default)
            row.show_value(value, experiment.ranges.get(name, default), value != declared.default)
            row.show_held(name in experiment.fit.held)

    def advance(self, seconds: float) -> None:
        """Move the sliders that play."""
        for row in list(self._rows.values()):
            row.advance(seconds)

    def _rebuild(self, system: System) -> None:
        for row in self._rows.values():
            row.stop()
            self.body.removeWidget(row)
            row.hide()  # at once: the event loop may delete it only after the next paint
            row.deleteLater()
        self._rows = {declared.name: ParameterRow(declared) for declared in system.parameters}
        for row in self._rows.values():
            self.body.insertWidget(self.body.indexOf(self._warning), row)
            row.pointing.changed.connect(self.pointed_changed)
            row.value_edited.connect(self.value_edited)
            row.drag_finished.connect(self.drag_finished)
            row.value_reset.connect(self.value_reset)
            row.range_edited.connect(self.range_edited)
            row.held_edited.connect(self.held_edited)
            row.playing_changed.connect(self.playing_changed)
            icons.dress(row)
        self._empty.setVisible(not self._rows)
        self.warn({})
        self.pointed_changed.emit()
