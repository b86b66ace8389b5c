"""A line of the list of blocks: what it is, its numbers, and buttons that move it and take it away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from core.field_check import declarations
from core.parameter import Choice, Formula, Range

from .editors.formula_box import FormulaBox
from .editors.labelled import choice_box, choose
from .editors.number_box import NumberBox
from .labels import icon_button, label

if TYPE_CHECKING:
    from core.network_block import Block

_BOX_WIDTH = 48
_FORMULA_WIDTH = 164
_PLACE_WIDTH = 18


class BlockRow(QWidget):
    """Emits another block where a number changes, and what is asked of the list."""

    edited = Signal(object, object)
    """(this row, the block that it is now)."""
    moved = Signal(object, int)
    """(this row, -1 up or 1 down)."""
    removed = Signal(object)
    refused = Signal(str)

    def __init__(self, block: Block, place: int, last: bool) -> None:
        super().__init__()
        self.block = block
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        number = label(str(place + 1), "muted")
        number.setFixedWidth(_PLACE_WIDTH)
        layout.addWidget(number)
        layout.addWidget(label(block.title))
        layout.addStretch(1)
        for name, (kind, mark) in declarations(type(block)).items():
            layout.addWidget(self._editor(name, kind, mark, place))
        self.up = self._button("arrow-up", f"Move block {place + 1} up")
        self.down = self._button("arrow-down", f"Move block {place + 1} down")
        self.away = self._button("close", f"Take block {place + 1} away")
        self.up.setEnabled(place > 0)
        self.down.setEnabled(not last)
        self.up.clicked.connect(self._move_up)
        self.down.clicked.connect(self._move_down)
        self.away.clicked.connect(self._remove)
        for button in (self.up, self.down, self.away):
            layout.addWidget(button)
        self.setToolTip(f"{block.help}\n{block.citation}")

    def _editor(self, name: str, kind: type, mark: Range | Choice | Formula, place: int) -> QWidget:
        words = f"{name.capitalize()} of block {place + 1}"
        value, help = getattr(self.block, name), f"{mark.help[:1].upper()}{mark.help[1:]}"
        if isinstance(mark, Choice):
            box = choice_box(tuple((option, option) for option in mark.options))
            choose(box, value)
            box.setAccessibleName(words)
            box.activated.connect(self._choose)
            made: QWidget = box
        elif isinstance(mark, Formula):
            formula = FormulaBox(words, partial(self._with, name), help=help)
            formula.set_formula(value)
            formula.setFixedWidth(_FORMULA_WIDTH)
            formula.formula_edited.connect(self._write)
            formula.refused.connect(self.refused)
            made = formula
        else:
            number = NumberBox(words, mark, whole=kind is int)
            number.set_value(value)
            number.setFixedWidth(_BOX_WIDTH)
            number.value_edited.connect(self._change)
            number.refused.connect(self.refused)
            made = number
        made.setProperty("field", name)
        made.setToolTip(help)
        return made

    def _button(self, icon: str, words: str) -> QToolButton:
        made = icon_button(words, icon)
        made.setFixedSize(24, 24)
        return made

    def _choose(self) -> None:
        self._set(self.sender().property("field"), self.sender().currentData())

    def _change(self, value: float) -> None:
        self._set(self.sender().property("field"), value)

    def _write(self, text: str) -> None:
        self._set(self.sender().property("field"), text)

    def _set(self, name: str, value: object) -> None:
        self.block = self._with(name, value)
        self.edited.emit(self, self.block)

    def _with(self, name: str, value: object) -> Block:
        """The block with another value. Raises ValueError for one that it has not."""
        kind, _ = declarations(type(self.block))[name]
        return replace(self.block, **{name: kind(value)})

    def _move_up(self) -> None:
        self.moved.emit(self, -1)

    def _move_down(self) -> None:
        self.moved.emit(self, 1)

    def _remove(self) -> None:
        self.removed.emit(self)
