"""The panels of the window and their places."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from core import catalogue

from .inspector import Inspector
from .layer_panel import LayerPanel
from .notices import NoticeBar
from .parameter_panel import ParameterPanel
from .solver_panel import SolverPanel
from .system_panel import SystemPanel
from .timeline import Timeline

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .status_bar import StatusBar
    from .theme import Theme
    from .view import View


@dataclass(frozen=True)
class Panels:
    """Everything around the plots."""

    system: SystemPanel
    parameters: ParameterPanel
    solver: SolverPanel
    layers: LayerPanel
    inspector: Inspector
    timeline: Timeline
    notices: NoticeBar
    status: StatusBar

    @classmethod
    def made(cls, theme: Theme, status: StatusBar) -> Panels:
        """New panels in a theme's colours; the status bar is there since the window's first moment."""
        return cls(
            SystemPanel(theme),
            ParameterPanel(),
            SolverPanel(catalogue.tableaus()),
            LayerPanel(),
            Inspector(theme),
            Timeline(),
            NoticeBar(),
            status,
        )

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours; most widgets follow the program's palette by themselves."""
        for field in fields(self):
            apply = getattr(getattr(self, field.name), "apply_theme", None)
            if apply is not None:
                apply(theme)


def place(window: MainWindow, panels: Panels, views: tuple[View, ...]) -> None:
    """The first view is the plane in the middle; the others are on the right, the inspector below them."""
    main, *others = views
    for card in (panels.system, panels.parameters, panels.solver, panels.layers):
        window.place_left(card)
    window.place_centre(main, stretch=1)
    window.place_centre(panels.timeline)
    for card in (*others, panels.inspector):
        window.place_right(card)
    window.share_right([33, *([25] * (len(others) - 1)), 42])
    window.place_overlay(panels.notices)
    panels.notices.changed.connect(window.arrange_overlays)
