"""What the plot of a Poincare section shows: which crossings count, and what is drawn over the line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

RETURNS = "next s"
_DIRECTIONS = (("to the left", "← left"), ("to the right", "→ right"), ("both ways", "both ways"))


class SectionPickers(QWidget):
    """Two menus; that of the vertical axis is hidden in two dimensions, where there is only the return map."""

    direction_chosen = Signal(str)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._up, self._way = QComboBox(), QComboBox()
        self._up.setAccessibleName("Vertical axis of the section")
        self._up.setToolTip("Over the place s on the line: where the trajectory next crosses it, or another component")
        self._way.setAccessibleName("Crossings that count")
        self._way.setToolTip("The crossings that count, seen from the line's first end to its second")
        for _, words in _DIRECTIONS:
            self._way.addItem(words)
        self._up.activated.connect(self.changed)
        self._way.activated.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._up)
        row.addWidget(self._way)

    @property
    def shown(self) -> str:
        """The component on the vertical axis; `RETURNS` for the return map."""
        return self._names[max(0, self._up.currentIndex())] if self._names else RETURNS

    def offer(self, components: Sequence[str], symbols: Sequence[str]) -> None:
        """Offer these components, those off the plane first, beside the return map; what was chosen stays."""
        names = (*components, RETURNS)
        if names == self._names:
            return
        chosen = self.shown if self._names else names[0]
        self._names = names
        self._up.clear()
        self._up.addItems([*symbols, "return map"])
        self._up.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self._up.setVisible(len(names) > 1)

    def show_direction(self, direction: str) -> None:
        """Show what counts."""
        self._way.setCurrentIndex([name for name, _ in _DIRECTIONS].index(direction))

    def _choose(self, index: int) -> None:
        self.direction_chosen.emit(_DIRECTIONS[index][0])
