"""Which parameter runs along an orbit diagram, and which component is drawn over it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from core.language import System

from ..labels import between


class OrbitPickers(QWidget):
    """Two menus; one is hidden where there is no choice, and all of it where there is none at all."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._parameters: tuple[str, ...] = ()
        self._components: tuple[str, ...] = ()
        self._over, self._up = QComboBox(), QComboBox()
        self._between = between("×")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for box, name in (
            (self._over, "Parameter on the horizontal axis"),
            (self._up, "Component on the vertical axis"),
        ):
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # another system has other names
            box.activated.connect(self.changed)
        row.addWidget(self._over)
        row.addWidget(self._between)
        row.addWidget(self._up)
        self.hide()

    @property
    def parameter(self) -> str:
        """The name of the chosen parameter."""
        return self._parameters[max(0, self._over.currentIndex())] if self._parameters else ""

    @property
    def component(self) -> str:
        """The name of the chosen component."""
        return self._components[max(0, self._up.currentIndex())] if self._components else ""

    def offer(self, system: System, wished: tuple[str, str] | None = None) -> None:
        """Offer what another system has; what is wished, or else was chosen before, is chosen where it has the name."""
        names = {parameter.name for parameter in system.parameters}, set(system.components)
        there = wished is not None and all(name in known for name, known in zip(wished, names, strict=True))
        chosen = wished if wished is not None and there else (self.parameter, self.component)
        self._parameters = tuple(parameter.name for parameter in system.parameters)
        self._components = system.components
        self._fill(self._over, tuple(p.symbol for p in system.parameters), self._parameters, chosen[0])
        self._fill(self._up, system.symbols, self._components, chosen[1])
        self._between.setVisible(len(self._parameters) > 1 and len(self._components) > 1)
        self.setVisible(len(self._parameters) > 1 or len(self._components) > 1)

    def _fill(self, box: QComboBox, words: tuple[str, ...], names: tuple[str, ...], chosen: str) -> None:
        box.clear()
        box.addItems(list(words))
        box.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        box.setVisible(len(names) > 1)
