"""A plot: a box between a bottom and a left axis, without menus, buttons or tick marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QMargins
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsWidget, QWidget
from typing_extensions import override

from .axis import Axis
from .grid import Grid
from .plot_box import PlotBox

if TYPE_CHECKING:
    from ..theme import Theme


_ROOM_FOR_TITLE = 150
"""Pixels of height from which on the bottom axis has a title."""


class Plot(pg.GraphicsView):
    """The widget that paints a `PlotBox` with its axes."""

    def __init__(
        self, theme: Theme, log_y: bool = False, parent: QWidget | None = None, *, log_x: bool = False
    ) -> None:
        super().__init__(parent, useOpenGL=False, background=theme.card)
        self.box = PlotBox()
        self.bottom = Axis("bottom", theme, logarithmic=log_x)
        self.left = Axis("left", theme, logarithmic=log_y)
        self.bottom.linkToView(self.box)
        self.left.linkToView(self.box)
        self.right: Axis | None = None
        """For what is drawn in a unit of its own."""
        self._theme = theme
        self._frame = QGraphicsWidget()
        layout = QGraphicsGridLayout(self._frame)
        layout.setContentsMargins(0, 8, 9, 0)  # room for half a number at the upper and the right end
        layout.setSpacing(0)
        layout.addItem(self.left, 0, 0)
        layout.addItem(self.box, 0, 1)
        layout.addItem(self.bottom, 1, 1)
        layout.setRowStretchFactor(0, 1)
        layout.setColumnStretchFactor(1, 1)
        self._layout = layout
        self.setCentralItem(self._frame)
        self._grid = Grid(theme, self.bottom, self.left)
        self.box.add(self._grid)
        self.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self.setContentsMargins(QMargins())
        self.setMinimumSize(120, 90)
        self.box.projection_changed.connect(self._make_room)

    def add_right_axis(self) -> Axis:
        """One more axis, hidden until it is shown; its range is set by whoever draws on its scale."""
        self.right = Axis("right", self._theme)
        self.right.hide()
        self._layout.addItem(self.right, 0, 2)
        return self.right

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours, in the axes and in every item."""
        self._theme = theme
        self.setBackground(theme.card)
        for axis in (self.bottom, self.left, self.right):
            if axis is not None:
                axis.apply_theme(theme)
        for item in self.box.items_on_plot():
            item.apply_theme(theme)

    def leave_out_axes(self) -> None:
        """Without axes and grid: for a picture that writes its own numbers."""
        for part in (self.bottom, self.left, self._grid):
            part.hide()

    def _make_room(self) -> None:
        """Show the title of the bottom axis unless the curves need its height."""
        roomy = bool(self.bottom.labelText) and self.height() >= _ROOM_FOR_TITLE
        if roomy != self.bottom.label.isVisible():
            self.bottom.showLabel(roomy)

    @override
    def keyPressEvent(self, ev: QKeyEvent) -> None:
        ev.ignore()  # keys belong to the card around the plot and to the window
