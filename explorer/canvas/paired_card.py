"""A plot over time in the middle of the window, with a smaller one of something else beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from core.experiment import Experiment
from core.language import System
from core.plane_view import first_viewport
from core.request import Viewport
from core.window_notes import WindowNotes

from ..theme import Theme
from .side_plot import SidePlot
from .time_card import TimeCard

_WIDE = 520
"""Pixels of width from which on there is room for both."""
_SHARES = 5, 3


class PairedCard(TimeCard):
    """Hides the smaller plot where there is no room for both. Its curves are of one trajectory alone."""

    def __init__(self, side: SidePlot) -> None:
        super().__init__()
        self.side = side
        self._plane: Viewport | None = None
        for part in (side.box, side.bottom, side.left):
            part.menu_requested.connect(self.context_menu_requested)
        plots = QHBoxLayout()
        plots.setSpacing(6)
        self.body.removeWidget(self.plot)
        plots.addWidget(self.plot, _SHARES[0])
        plots.addWidget(side, _SHARES[1])
        self.body.addLayout(plots, 1)

    @override
    def curve_at(self, position: QPointF) -> int | None:
        return None

    @override
    def viewport(self) -> Viewport | None:
        """The plane that was looked at before: it is there again afterwards."""
        return self._plane

    @override
    def look_at(self, viewport: Viewport) -> None:
        self._plane = viewport

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self.side.fit()
        self._plane = first_viewport(experiment, system, WindowNotes(axes=axes))

    @override
    def fit(self) -> None:
        super().fit()
        self.side.fit()

    @override
    def set_stale(self, stale: bool) -> None:
        super().set_stale(stale)
        self.side.box.content.setOpacity(self.box.content.opacity())

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.side.apply_theme(theme)
        super().apply_theme(theme)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.setVisible(event.size().width() >= _WIDE)
