"""What a view draws, layer by layer, and which readings it needs for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.language import System
    from core.window_notes import WindowNotes


@dataclass(frozen=True)
class Layer:
    """Something a view draws that has an eye in the layer list."""

    name: str
    title: str
    visible: bool = True
    """Whether it is on before anyone has switched it."""
    help: str = ""
    needs: frozenset[type] = frozenset()
    """Readings that are asked for only while it is visible."""
    of_formulas: bool = False
    """Whether there is nothing to draw where a Python file computes the layer."""

    def seen(self, notes: WindowNotes) -> bool:
        """Whether it is visible where an experiment is looked at as its notes say.

        A saved file names every layer that is hidden; a preset only those that differ from what is on by itself.
        """
        if self.name in notes.shown_layers:
            return True
        # a file may be older than a layer that takes long to compute
        by_itself = self.visible or (bool(notes.view) and not self.needs)
        return by_itself and self.name not in notes.hidden_layers


def offered(layers: Iterable[Layer], system: System | None) -> tuple[Layer, ...]:
    """Those of `layers` that can have something to draw of a system."""
    has_formula = system is None or system.module is None
    return tuple(layer for layer in layers if has_formula or not layer.of_formulas)


class Layered(QWidget):
    """A widget whose layers can be switched; some of them need readings of their own."""

    wanted: ClassVar[frozenset[type]]
    """Readings that it draws whatever its layers."""
    wants_changed = Signal()
    """A layer that needs readings of its own was switched."""

    def layers(self) -> tuple[Layer, ...]:
        """The layers with an eye; empty where there is nothing to switch."""
        return ()

    def set_layer_visible(self, name: str, visible: bool) -> None:
        """Show or hide one layer at once."""

    def shows_layer(self, name: str) -> bool:
        """Whether a layer is visible."""
        return any(layer.visible for layer in self.layers() if layer.name == name)

    def show_layers(self, notes: WindowNotes) -> None:
        """Show or hide every layer as an experiment's notes say."""
        for layer in self.layers():
            self.set_layer_visible(layer.name, layer.seen(notes))

    def wants(self) -> frozenset[type]:
        """The readings that it draws as it stands: `wanted`, and what its visible layers need."""
        return self.wanted.union(*(layer.needs for layer in self.layers() if self.shows_layer(layer.name)))
