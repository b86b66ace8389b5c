"""Which component is drawn over time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox


class ComponentPicker(QComboBox):
    """A menu of components, hidden where there is one. What was chosen is chosen again where another system has it."""

    changed = Signal()
    """A person chose another component."""

    def __init__(self) -> None:
        super().__init__()
        self._wished = ""
        self.setAccessibleName("Component on the vertical axis")
        self.setToolTip("Component on the vertical axis")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._choose)
        self.hide()

    @property
    def place(self) -> int:
        """Of the chosen component among those that are offered."""
        return max(self.currentIndex(), 0)

    def offer(self, symbols: list[str]) -> None:
        """Offer these components."""
        if symbols != [self.itemText(index) for index in range(self.count())]:
            self.clear()
            self.addItems(symbols)
            self.setCurrentIndex(symbols.index(self._wished) if self._wished in symbols else 0)
        self.setVisible(len(symbols) > 1)

    def _choose(self, index: int) -> None:
        self._wished = self.itemText(index)
        self.changed.emit()
