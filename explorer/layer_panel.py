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
    from .view import Layer, View


class LayerPanel(Card):
    """One switch per layer of the view in the middle; those of other views wait until they are there again."""

    layer_switched = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__("Layers")
        self._view = ""
        self._switches: dict[str, dict[str, Switch]] = {}
        self._lines: dict[str, QWidget] = {}
        self.body.setSpacing(7)

    def show_view(self, view: View) -> None:
        """Show the layers of this view; those that were never seen as visible as they are by themselves."""
        self._view = view.name
        layers = view.layers()
        if view.name not in self._switches:
            self._add(view.name, layers)
        for name, lines in self._lines.items():
            lines.setVisible(name == view.name)
        self.setVisible(bool(layers))

    def set_layer(self, name: str, visible: bool) -> None:
        """Show whether a layer of this view is visible."""
        self._switches[self._view][name].setChecked(visible)

    def hidden_layers(self) -> tuple[str, ...]:
        """The names of this view's layers that are switched off."""
        return tuple(name for name, switch in self._switches[self._view].items() if not switch.isChecked())

    def _add(self, view: str, layers: tuple[Layer, ...]) -> None:
        lines = self._lines[view] = Lines(spacing=7)
        self._switches[view] = {}
        for layer in layers:
            switch = Switch(layer.title, layer.visible)
            switch.setProperty("layer", layer.name)
            switch.clicked.connect(self._report)
            self._switches[view][layer.name] = switch
            lines.add(Labelled(layer.title, switch, help=layer.help))
        self.body.addWidget(lines)

    def _report(self, visible: bool) -> None:
        self.layer_switched.emit(self.sender().property("layer"), visible)
