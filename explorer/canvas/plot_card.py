"""What the views share: a card with a heading, chips and one plot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from core.request import Viewport

from ..labels import label
from ..theme import DARK, Theme
from ..view import View
from .chip_row import ChipRow
from .item import CanvasItem
from .legend import Legend
from .plot import Plot
from .view_history import Rectangle

_STALE_OPACITY = 0.35


class PlotCard(View):
    """A view that is one plot. Subclasses say what it shows and where `home` is."""

    log_x: ClassVar[bool] = False
    log_y: ClassVar[bool] = False
    chip_names: ClassVar[tuple[str, ...]] = ()
    layer_switched = Signal()
    """One of its layers was shown or hidden."""
    legend_below: ClassVar[bool] = False
    """Whether the legend has lines of its own below the heading: for names that are many or long."""
    lowest: ClassVar[int] = 0
    """Pixels of height below which it says nothing; the window gives every card the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = DARK
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.title)
        self.plot = Plot(self.theme, self.log_y, log_x=self.log_x)
        self.plot.setAccessibleName(f"{self.title}, plot")
        self.box = self.plot.box
        self.chips = ChipRow(self.theme, "stale", *self.chip_names)
        self.legend = Legend(self.theme, wrapping=self.legend_below)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self.header.addWidget(label(self.title, "heading"))
        self.header.addWidget(self.chips, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 10, 14, 10)
        self.body.setSpacing(6)
        self.body.addLayout(self.header)
        (self.body if self.legend_below else self.header).addWidget(self.legend)
        self.body.addWidget(self.plot, 1)
        self.frame_drawn.connect(self.box.point_again)
        self.box.menu_requested.connect(self.context_menu_requested)
        for axis in (self.plot.bottom, self.plot.left):
            axis.menu_requested.connect(self.context_menu_requested)
            axis.fit_requested.connect(self._fit_axis)

    def home(self) -> Rectangle:
        """The rectangle that shows everything."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw everything anew: the colours changed, or another trajectory came into focus."""

    def layer_items(self) -> Mapping[str, tuple[CanvasItem, ...]]:
        """What every layer is made of, by its name."""
        return {}

    def _fit_axis(self, axis: int) -> None:
        self.box.history.leave(self.box.rectangle())
        x_range, y_range = self.box.rectangle()
        home = self.home()
        self.box.show_rectangle((home[0], y_range) if axis == 0 else (x_range, home[1]))

    @override
    def shows_layer(self, name: str) -> bool:
        return any(item.isVisible() for item in self.layer_items().get(name, ()))

    @override
    def set_layer_visible(self, name: str, visible: bool) -> None:
        before = self.wants()
        for item in self.layer_items()[name]:
            item.setVisible(visible)
        self.layer_switched.emit()
        if self.wants() != before:
            self.wants_changed.emit()

    @override
    def set_stale(self, stale: bool) -> None:
        self.box.content.setOpacity(_STALE_OPACITY if stale else 1.0)
        self.chips.set_text("stale", "last valid picture" if stale else "")

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.plot.apply_theme(theme)
        self.chips.set_theme(theme)
        self.redraw()

    @override
    def fit(self) -> None:
        self.box.history.leave(self.box.rectangle())
        self.box.show_rectangle(self.home())

    @override
    def back(self) -> None:
        rectangle = self.box.history.back(self.box.rectangle())
        if rectangle is not None:
            self.box.show_rectangle(rectangle)

    @override
    def forward(self) -> None:
        rectangle = self.box.history.forward(self.box.rectangle())
        if rectangle is not None:
            self.box.show_rectangle(rectangle)

    @override
    def look_at(self, viewport: Viewport) -> None:
        own = self.viewport()
        if own is not None and (own.x, own.y) == (viewport.x, viewport.y):
            self.box.show_rectangle((viewport.x_range, viewport.y_range))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.minimumHeight() < self.lowest:
            self.setMinimumHeight(self.lowest)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Home:
            self.fit()
        else:
            super().keyPressEvent(event)


def padded(low: float, high: float, part: float = 0.06) -> tuple[float, float]:
    """[low, high] with room on both sides; an interval around the value where both are equal."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    room = (high - low) * part
    if room <= abs(high) * 1e-9:
        room = max(abs(high) * 0.1, 0.5)
    return low - room, high + room
