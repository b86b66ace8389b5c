"""The card of layers: what the plane draws, each with its switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from .card import Card
from .editors.labelled import Labelled
from .editors.switch import Switch

if TYPE_CHECKING:
    from .view import Layer


class LayerPanel(Card):
    """One switch per layer of a view."""

    layer_switched = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__("Layers")
        self._switches: dict[str, Switch] = {}
        self.body.setSpacing(7)

    def show_layers(self, layers: tuple[Layer, ...]) -> None:
        """Show these layers and whether they are visible."""
        for layer in layers:
            if layer.name not in self._switches:
                self._add(layer)
            self._switches[layer.name].setChecked(layer.visible)

    def hidden_layers(self) -> tuple[str, ...]:
        """The names of the layers that are switched off."""
        return tuple(name for name, switch in self._switches.items() if not switch.isChecked())

    def _add(self, layer: Layer) -> None:
        switch = Switch(layer.title)
        switch.setProperty("layer", layer.name)
        switch.clicked.connect(self._report)
        self._switches[layer.name] = switch
        self.body.addWidget(Labelled(layer.title, switch, help=layer.help))

    def _report(self, visible: bool) -> None:
        self.layer_switched.emit(self.sender().property("layer"), visible)
