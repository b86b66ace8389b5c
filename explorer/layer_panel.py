"""The card of layers: what the main plot draws, each with its switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from .card import Card
from .editors.labelled import Labelled
from .editors.lines import Lines
from .editors.switch import Switch

if TYPE_CHECKING:
    from .layered import Layer
    from .view import View


class LayerPanel(Card):
    """One switch per layer of the view in the middle; those of other views wait until they are there again."""

    layer_switched = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__("Layers")
        self._view = ""
        self._switches: dict[str, dict[str, Switch]] = {}
        self._lines: dict[str, Lines] = {}
        self._rows: dict[str, dict[str, QWidget]] = {}
        self._shown: tuple[str, ...] = ()
        self.body.setSpacing(7)

    def show_view(self, view: View) -> None:
        """Show the layers of this view, switched as the view has them."""
        self._view = view.name
        layers = view.layers()
        self._add(view.name, layers)
        for name, lines in self._lines.items():
            lines.setVisible(name == view.name)
        self._shown = tuple(layer.name for layer in layers)
        for name, row in self._rows[view.name].items():
            row.setVisible(name in self._shown)
        for name in self._shown:
            self._switches[view.name][name].setChecked(view.shows_layer(name))
        self.setVisible(bool(layers))

    def set_layer(self, name: str, visible: bool) -> None:
        """Show whether a layer of this view is visible."""
        self._switches[self._view][name].setChecked(visible)

    def hidden_layers(self) -> tuple[str, ...]:
        """The names of this view's layers that are switched off."""
        return tuple(name for name in self._shown if not self._switches[self._view][name].isChecked())

    def _add(self, view: str, layers: tuple[Layer, ...]) -> None:
        """Lines for those layers of a view that have none yet: another kind of system may have more."""
        if view not in self._lines:
            self._lines[view] = Lines(spacing=7)
            self._switches[view], self._rows[view] = {}, {}
            self.body.addWidget(self._lines[view])
        for layer in layers:
            if layer.name in self._switches[view]:
                continue
            switch = Switch(layer.title, layer.visible)
            switch.setProperty("layer", layer.name)
            switch.clicked.connect(self._report)
            self._switches[view][layer.name] = switch
            self._rows[view][layer.name] = Labelled(layer.title, switch, help=layer.help)
            self._lines[view].add(self._rows[view][layer.name])

    def _report(self, visible: bool) -> None:
        self.layer_switched.emit(self.sender().property("layer"), visible)
