"""What the plot of a Poincare section shows: which crossings count or which period, and what is drawn over the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from core.experiment import Section
from core.parameter import Range

from ..editors.number_box import NumberBox

RETURNS = "next s"
_EVERY = "every period"
_WAYS = (
    ("to the left", "← left"),
    ("to the right", "→ right"),
    ("both ways", "both ways"),
    (_EVERY, _EVERY),
)
_WIDTH = 72


class SectionPickers(QWidget):
    """Two menus; that of the vertical axis is hidden in two dimensions, where there is only the return map.

    A section by period has a field for its period instead.
    """

    edited = Signal(object)
    """A `Section`: what counts, or how long the period is, is chosen."""
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._section = Section()
        self._up, self._way = QComboBox(), QComboBox()
        self._up.setAccessibleName("Vertical axis of the section")
        self._up.setToolTip("Over the place s on the line: where the trajectory next crosses it, or another component")
        self._way.setAccessibleName("Crossings that count")
        self._way.setToolTip(
            "The crossings that count, seen from the line's first end to its second; or the states once a period"
        )
        self._period = NumberBox("Period", Range(0.0, 1e9))
        self._period.setFixedWidth(_WIDTH)
        self._period.setToolTip("The period T of the states at t₀ + k T; 0 takes that of the formula's forcing")
        for _, words in _WAYS:
            self._way.addItem(words)
        for box in (self._up, self._way):  # beside a title, in a narrow column
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._up.setMinimumContentsLength(len(RETURNS) - 1)
        self._up.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._up.activated.connect(self.changed)
        self._way.activated.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._up)
        row.addWidget(self._way)
        row.addWidget(self._period)
        self._period.value_edited.connect(self._set_period)

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
        self._up.addItems([*symbols, "next s"])
        self._up.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self._show_up()

    def show_section(self, section: Section, period: float) -> None:
        """Show what counts, and the period in force, 0 where there is none."""
        self._section = section
        by_period = section.kind == "period"
        self._way.setCurrentIndex([name for name, _ in _WAYS].index(_EVERY if by_period else section.direction))
        self._period.set_value(section.period or period)
        self._period.setVisible(by_period)
        self._way.setMinimumContentsLength(len(_EVERY) + 1 if by_period else len("both ways"))
        self._show_up()

    def _show_up(self) -> None:
        self._up.setVisible(len(self._names) > 1 and self._section.kind != "period")

    def _set_period(self, period: float) -> None:
        self.edited.emit(replace(self._section, period=period))

    def _choose(self, index: int) -> None:
        way = _WAYS[index][0]
        chosen = {"kind": "period"} if way == _EVERY else {"kind": "line", "direction": way}
        self.edited.emit(replace(self._section, **chosen))
