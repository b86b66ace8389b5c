"""What the inspector tells of a bifurcation diagram of a flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from .editors.number_text import number_text
from .facts import PointTable
from .inspector_text import eigenvalues_text, point_text
from .labels import label

if TYPE_CHECKING:
    from core.language import System
    from core.readings import Branches, BranchMark, CycleMark

    from .theme import Theme

_MOST = 8


class BifurcationSection(QWidget):
    """Where something happens along the parameter of the diagram; hidden while no diagram is shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Branches | None, System | None] = (None, None)
        self._table = PointTable()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(label("BIFURCATIONS", "caption"))
        layout.addLayout(self._table)
        self.setVisible(False)

    def show_branches(self, found: Branches | None, system: System | None) -> None:
        """Show the marks of a diagram; one that is still being traced replaces none, as in the plot."""
        if found is not None and not found.traced and self._shown[0] is not None:
            return
        self._shown = found, system
        symbols = {} if system is None else {one.name: one.symbol for one in system.parameters}
        symbol = "" if found is None else symbols.get(found.parameter, found.parameter)
        done = found if found is not None and found.traced else None
        rows = [_row(mark, symbol, self._theme) for mark in (() if done is None else done.marks[:_MOST])]
        cycles = () if done is None else done.cycle_marks[:_MOST]
        rows += [_cycle_row(mark, symbol, self._theme) for mark in cycles]
        self._table.show_rows(tuple(rows))
        self.setVisible(bool(rows))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.show_branches(*self._shown)


def _row(mark: BranchMark, symbol: str, theme: Theme) -> tuple[str, str, str, str, str]:
    period = f"Period {number_text(mark.period, 5)}" if mark.kind == "hopf" else ""
    place = f"{symbol} = {number_text(mark.p, 6)}"
    return place, mark.name, theme.violet, f"at {point_text(mark.z)}", period


def _cycle_row(mark: CycleMark, symbol: str, theme: Theme) -> tuple[str, str, str, str, str]:
    place = f"{symbol} = {number_text(mark.p, 6)}"
    multipliers = eigenvalues_text(np.unique([mark.multiplier, mark.multiplier.conjugate()]))
    return place, mark.name, theme.accent, f"Period {number_text(mark.period, 5)}", f"Multiplier {multipliers}"
