"""What the plot of Picard's iterates shows: which component, and how many iterates."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from core.experiment import MOST_PICARD


class PicardPickers(QWidget):
    """Two menus; that of the components is hidden where there is one."""

    component_changed = Signal()
    count_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._up, self._count = QComboBox(), QComboBox()
        for box, name in ((self._up, "Component that is drawn"), (self._count, "Picard iterates that are drawn")):
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._count.addItems([f"K = {count}" for count in range(1, MOST_PICARD + 1)])
        self._up.activated.connect(self.component_changed)
        self._count.activated.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._up)
        row.addWidget(self._count)

    @property
    def component(self) -> int:
        """The place of the component that is drawn."""
        return max(0, self._up.currentIndex())

    def offer(self, symbols: Sequence[str]) -> None:
        """Offer another system's components; the place that was chosen stays where there is one."""
        chosen = self.component
        self._up.clear()
        self._up.addItems(list(symbols))
        self._up.setCurrentIndex(chosen if chosen < len(symbols) else 0)
        self._up.setVisible(len(symbols) > 1)

    def show_count(self, count: int) -> None:
        """Show how many iterates there are."""
        self._count.setCurrentIndex(count - 1)

    def _choose(self, index: int) -> None:
        self.count_chosen.emit(index + 1)
