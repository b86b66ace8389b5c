"""The box that an ensemble starts in, editable in place: two ends for every component."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.experiment import ensemble_box
from core.parameter import Range

from .editors.number_box import NumberBox
from .labels import label, link_button, set_text
from .resettable_name import ResettableName

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

_WIDTH = 74
_MOST = 8
"""Components with a row of their own; a vector of a hundred would fill the window."""
_FARTHEST = 1e12


class StartBox(QWidget):
    """A row for every component. Ends that a person changed carry a dot, and are given back by name or all at once."""

    ends_edited = Signal(str, object)
    """(component, its two ends or None for those of the text)."""
    box_reset = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._system: System | None = None
        self._rows: dict[str, _Row] = {}
        self.reset = link_button("as in the text", "Start in the text's view again, and at its first start beside that")
        self.reset.clicked.connect(self.box_reset)
        self._others = label("", "muted", wrap=True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 1)
        for column, title in enumerate(("Starts in", "from", "to")):
            self._grid.addWidget(label(title, "muted" if column else "text"), 0, column)
        self._grid.addWidget(self._others, _MOST + 1, 0, 1, 3)
        self._grid.addWidget(self.reset, _MOST + 2, 0, 1, 3, Qt.AlignmentFlag.AlignRight)

    def boxes(self, name: str) -> tuple[NumberBox, NumberBox]:
        """The fields of a component's two ends."""
        row = self._rows[name]
        return row.low, row.high

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the ends in force."""
        if system is not self._system:
            self._system = system
            self._rebuild(system.components)
        own, box = experiment.ensemble.box, ensemble_box(experiment, system)
        for name, row in self._rows.items():
            row.show_ends(box[name], name in own)
        self.reset.setVisible(any(name in own for name in box))

    def _rebuild(self, components: tuple[str, ...]) -> None:
        shown = components[:_MOST]
        if shown != tuple(self._rows):
            for row in self._rows.values():
                row.leave(self._grid)
            self._rows = {name: _Row(name, self) for name in shown}
            for line, row in enumerate(self._rows.values(), start=1):
                row.enter(self._grid, line)
            self._order_tabs()
        rest = len(components) - len(shown)
        set_text(self._others, f"{rest} more components start in the text's view or at its first start.")
        self._others.setVisible(rest > 0)

    def _order_tabs(self) -> None:
        """Fields that are made later would come last in the window."""
        before: QWidget = self.reset
        for field in (field for row in self._rows.values() for field in (row.low, row.high)):
            QWidget.setTabOrder(before, field)
            before = field
        QWidget.setTabOrder(before, self.reset)


class _Row(QObject):
    """The name and the two ends of one component, in a grid that others share."""

    def __init__(self, name: str, box: StartBox) -> None:
        super().__init__(box)
        self._name = name
        self._owner = box
        self._shown = (0.0, 0.0)
        self._title = ResettableName(name)
        self._title.setToolTip(f"Where the ensemble starts in {name}; double click for what the text says")
        self._title.reset_asked.connect(self._reset)
        self.low = NumberBox(f"least start {name}", Range(-_FARTHEST, _FARTHEST))
        self.high = NumberBox(f"greatest start {name}", Range(-_FARTHEST, _FARTHEST))
        for field in (self.low, self.high):
            field.setFixedWidth(_WIDTH)
            field.value_edited.connect(self._edit)
            field.refused.connect(box.refused)

    def show_ends(self, ends: tuple[float, float], changed: bool) -> None:
        """Show the ends in force; `changed` where they are a person's."""
        self._shown = ends
        lo, hi = ends
        limits = Range(-_FARTHEST, _FARTHEST, step=(hi - lo) / 100 or 0.01)  # of a key
        for field, end in ((self.low, lo), (self.high, hi)):
            field.set_limits(limits)
            field.set_value(end)
        self._title.set_changed(changed)

    def enter(self, grid: QGridLayout, line: int) -> None:
        """Take places in a grid."""
        grid.addWidget(self._title, line, 0)
        grid.addWidget(self.low, line, 1)
        grid.addWidget(self.high, line, 2)

    def leave(self, grid: QGridLayout) -> None:
        """Give the places back."""
        widgets: tuple[QLabel | NumberBox, ...] = (self._title, self.low, self.high)
        for widget in widgets:
            grid.removeWidget(widget)
            widget.hide()  # at once: the event loop may delete it only after the next paint
            widget.deleteLater()
        self.deleteLater()

    def _edit(self) -> None:
        lo, hi = self.low.value(), self.high.value()
        if lo > hi:
            for field, end in zip((self.low, self.high), self._shown, strict=True):
                field.set_value(end)
            self._owner.refused.emit(f"The ensemble's least {self._name} must not lie above its greatest.")
            return
        self._owner.refused.emit("")
        self._owner.ends_edited.emit(self._name, (lo, hi))

    def _reset(self) -> None:
        self._owner.ends_edited.emit(self._name, None)
