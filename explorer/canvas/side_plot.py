"""A smaller plot beside a card's own: its axes follow its data until a person zooms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .plot import Plot
from .view_history import Rectangle

if TYPE_CHECKING:
    from ..theme import Theme


class SidePlot(Plot):
    """Subclasses say what holds their data, in `home`. A double click on an axis fits the plot."""

    def __init__(self, theme: Theme, log_y: bool = False, *, log_x: bool = False) -> None:
        super().__init__(theme, log_y, log_x=log_x)
        self._following = True
        self.box.navigated.connect(self._stop)
        for axis in (self.bottom, self.left):
            axis.fit_requested.connect(self.fit)

    def home(self) -> Rectangle:
        """The rectangle that shows everything."""
        raise NotImplementedError

    def follow_data(self) -> None:
        """Other data were drawn: look at them, unless a person has zoomed."""
        if self._following:
            self.box.show_rectangle(self.home())

    def fit(self) -> None:
        """Show everything, from now on."""
        self._following = True
        self.box.show_rectangle(self.home())

    def _stop(self) -> None:
        self._following = False
