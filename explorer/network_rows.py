"""The size of a network: components beside the data's, and the width of its hidden layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from core.network_text import NetworkTextError, network_text
from core.parameter import Range

from .editors.labelled import Labelled
from .editors.lines import Lines
from .editors.number_box import NumberBox
from .labels import label, set_text

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

_BOX_WIDTH = 88
MOST_ADDED, WIDEST = 5, 100
_ADDED = "Components of the state beside those of the data, which begin at 0: augmentation. The weights begin anew"
_WIDE = "Components of every hidden layer, or of the state of a layer that has none. The weights begin anew"


class NetworkRows(Lines):
    """Each changes the text; the weights of another network begin anew."""

    text_edited = Signal(str, str)
    """(the text of another network, what of it was changed)."""
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._experiment: Experiment | None = None
        self._system: System | None = None
        self._data_size = 0
        self._shown: object = None
        self.added = NumberBox("Added dimensions", Range(0, MOST_ADDED), whole=True)
        self.width_box = NumberBox("Width", Range(1, WIDEST), whole=True)
        self._rows = (
            Labelled("Added dimensions", self.added, help=_ADDED),
            Labelled("Width", self.width_box, help=_WIDE),
        )
        self._why = label("", "muted", wrap=True)
        for box in (self.added, self.width_box):
            box.setFixedWidth(_BOX_WIDTH)
            box.refused.connect(self.refused)
        self.added.value_edited.connect(self._add)
        self.width_box.value_edited.connect(self._widen)
        for widget in (*self._rows, self._why):
            self.add(widget)

    def show_network(self, experiment: Experiment, system: System, data_size: int) -> None:
        """Show the sizes in the text; data_size: components of the data, 0 where nobody knows."""
        self._experiment, self._system, self._data_size = experiment, system, data_size
        shown = (experiment.text, data_size)
        if shown == self._shown:
            return
        self._shown = shown
        added_row, width_row = self._rows
        try:
            network = network_text(system, experiment.tensors)
        except NetworkTextError as fault:
            added_row.hide()
            width_row.hide()
            self._tell(str(fault))
            return
        added = network.size - data_size
        may_grow = system.kind == "ode" and system.flow is None
        added_row.setVisible(may_grow and 0 < data_size <= network.size and added <= MOST_ADDED)
        width_row.setVisible(0 < network.width <= WIDEST)
        self.added.set_value(max(0, added))
        self.width_box.set_value(max(1, network.width))
        self._tell("" if system.module is not None else network.why_no_width)  # what is in a file nobody knows here

    def _add(self, count: float) -> None:
        self._ask("added dimensions", self._data_size + int(count), 0)

    def _widen(self, width: float) -> None:
        self._ask("width", 0, int(width))

    def _ask(self, what: str, size: int, width: int) -> None:
        if self._experiment is None or self._system is None:
            return
        try:
            network = network_text(self._system, self._experiment.tensors)
            text = network.with_size(size) if size else network.with_width(width)
        except NetworkTextError as fault:
            self._shown = None
            self.show_network(self._experiment, self._system, self._data_size)
            self._tell(str(fault))
            return
        self.text_edited.emit(text, what)

    def _tell(self, sentence: str) -> None:
        set_text(self._why, f"{sentence[:1].upper()}{sentence[1:]}." if sentence else "")
        self._why.setVisible(bool(sentence))
