"""A card with a heat map over iterations, which run downwards."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from ..theme import Theme
from .colour_bar import ColourBar
from .fitted_card import FittedCard
from .heat_map import HeatMap
from .plot_labels import EmptyNote
from .row_cursor import RowCursor
from .view_history import Rectangle


class HeatCard(FittedCard):
    """With the bar of its colours and the line of the current iteration; a click sets that."""

    def __init__(self, across: str, empty: str) -> None:
        """across: what a column is. empty: the sentence where there are no values."""
        super().__init__()
        self.image = HeatMap(self.theme, z=0)
        self.line = RowCursor(self.theme, z=50)
        self.note = EmptyNote(self.theme, empty)
        self.box.add(self.image, self.line, self.note)
        self.bar = ColourBar(self.theme)
        self.header.addWidget(self.bar)
        self.plot.bottom.set_title(across)
        self.plot.left.set_title("iteration")
        self.plot.left.downward = True
        self.line.moved.connect(self.cursor_moved)
        self.box.clicked.connect(self._go_to)
        self.box.hover_moved.connect(self.read)

    def read(self, position: QPointF) -> None:
        """Say in the status bar what lies under the mouse."""
        raise NotImplementedError

    def data_at(self, position: QPointF) -> tuple[float, float]:
        """Column, from 1, and iteration under a place in the plot."""
        column, row = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        return column, -row

    def begin_with(self, columns: int) -> None:
        """Another system: forget what was seen; so many columns are likely."""
        self.begin_anew(((0.5, columns + 0.5), (-20.5, 0.5)))

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.bar.set_theme(theme)
        super().apply_theme(theme)

    def _go_to(self, position: QPointF) -> None:
        self.cursor_moved.emit(max(0.0, self.data_at(position)[1]))


def squares(columns: int, iteration: np.ndarray) -> Rectangle | None:
    """What holds the squares of all columns and iterations; None where there are none."""
    if not len(iteration):
        return None
    return (0.5, columns + 0.5), (-float(iteration[-1]) - 0.5, -float(iteration[0]) + 0.5)
