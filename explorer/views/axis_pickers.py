"""Which components lie on the axes, where there are more than two."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from ..labels import between
from .plane_axes import PlaneAxes


class AxisPickers(QWidget):
    """Two menus of names; hidden for systems that need no choice.

    noun: what they name, if not components.
    """

    changed = Signal(object)
    """The `PlaneAxes` a person chose."""

    def __init__(self, noun: str = "Component") -> None:
        super().__init__()
        self._axes: PlaneAxes | None = None
        self._across, self._up = QComboBox(), QComboBox()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for box, name in ((self._across, "horizontal"), (self._up, "vertical")):
            box.setAccessibleName(f"{noun} on the {name} axis")
            box.setToolTip(f"{noun} on the {name} axis")
            box.activated.connect(self._choose)
        row.addWidget(self._across)
        row.addWidget(between("×"))
        row.addWidget(self._up)
        self.hide()

    def offer(self, axes: PlaneAxes) -> None:
        """Offer the components of another system."""
        self._axes = axes
        for box in (self._across, self._up):
            box.clear()
            box.addItems(list(axes.symbols))
        self._show_choice(axes)
        self.setVisible(len(axes.components) > 2)

    def _show_choice(self, axes: PlaneAxes) -> None:
        for box, name in ((self._across, axes.x), (self._up, axes.y)):
            if name in axes.components:
                box.setCurrentIndex(axes.components.index(name))

    def _choose(self) -> None:
        before = self._axes
        if before is None:
            return
        x, y = (before.components[box.currentIndex()] for box in (self._across, self._up))
        if x == y:  # the other axis takes what this one gave up
            x, y = (x, before.x) if x != before.x else (before.y, y)
        self._axes = replace(before, x=x, y=y)
        self._show_choice(self._axes)
        if self._axes != before:
            self.changed.emit(self._axes)
