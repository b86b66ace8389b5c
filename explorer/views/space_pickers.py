"""Which three components are looked at, where there are more."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from ..labels import between
from .space_axes import SpaceAxes


class SpacePickers(QWidget):
    """Three menus of component names; hidden for systems that need no choice."""

    changed = Signal(object)
    """The `SpaceAxes` a person chose."""

    def __init__(self) -> None:
        super().__init__()
        self._axes: SpaceAxes | None = None
        self.boxes = tuple(QComboBox() for _ in range(3))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for box, name in zip(self.boxes, ("first", "second", "upright"), strict=True):
            box.setAccessibleName(f"Component on the {name} axis")
            box.setToolTip(f"Component on the {name} axis")
            box.activated.connect(self._choose)
            if row.count():
                row.addWidget(between("×"))
            row.addWidget(box)
        self.hide()

    def offer(self, axes: SpaceAxes) -> None:
        """Offer the components of another system."""
        self._axes = axes
        for box in self.boxes:
            box.clear()
            box.addItems(list(axes.symbols))
        self._show_choice(axes)
        self.setVisible(len(axes.components) > 3)

    def _show_choice(self, axes: SpaceAxes) -> None:
        for box, name in zip(self.boxes, axes.names, strict=True):
            if name in axes.components:
                box.setCurrentIndex(axes.components.index(name))

    def _choose(self) -> None:
        before = self._axes
        if before is None:
            return
        chosen = [before.components[box.currentIndex()] for box in self.boxes]
        for place, (name, old) in enumerate(zip(chosen, before.names, strict=True)):
            for other in range(3):
                if name != old and other != place and chosen[other] == name:
                    chosen[other] = old  # it takes what this one gave up
        first, second, third = chosen
        self._axes = replace(before, names=(first, second, third))
        self._show_choice(self._axes)
        if self._axes != before:
            self.changed.emit(self._axes)
