"""The panels of the window and their places."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from core import catalogue

from .descent_panel import DescentPanel
from .ensemble_panel import EnsemblePanel
from .fit_panel import FitPanel
from .gradient_panel import GradientPanel
from .inspector import Inspector
from .layer_panel import LayerPanel
from .notices import NoticeBar
from .parameter_panel import ParameterPanel
from .root_panel import RootPanel
from .run_panel import RunPanel
from .solver_panel import SolverPanel
from .system_panel import SystemPanel
from .timeline import Timeline
from .training_panel import TrainingPanel

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .stage import Stage
    from .status_bar import StatusBar
    from .theme import Theme

_LEFT = (
    "system",
    "training",
    "parameters",
    "fit",
    "ensemble",
    "solver",
    "descent",
    "root",
    "gradient",
    "run",
    "layers",
)
"""Cards of the left column, from the top."""
_FIRST_SHARE, _SHARE, _INSPECTOR_SHARE = 33, 25, 42
"""Of the right column's height."""


@dataclass(frozen=True)
class Panels:
    """Everything around the plots."""

    system: SystemPanel
    training: TrainingPanel
    parameters: ParameterPanel
    fit: FitPanel
    ensemble: EnsemblePanel
    solver: SolverPanel
    descent: DescentPanel
    root: RootPanel
    gradient: GradientPanel
    run: RunPanel
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
            TrainingPanel(catalogue.data_sets(), catalogue.optimisers(), catalogue.trace_estimators()),
            ParameterPanel(),
            FitPanel(catalogue.fit_methods(), theme),
            EnsemblePanel(),
            SolverPanel(catalogue.integrators(), catalogue.adaptive_controllers(), theme),
            DescentPanel(catalogue.descents()),
            RootPanel(catalogue.root_solvers(), theme),
            GradientPanel(catalogue.gradient_methods()),
            RunPanel(),
            LayerPanel(),
            Inspector(theme),
            Timeline(),
            NoticeBar(),
            status,
        )

    def show_kind(self, kind: str) -> None:
        """Show the cards that are about systems of this kind."""
        layer = kind in ("map", "root")
        self.ensemble.setVisible(not layer)
        self.solver.setVisible(not layer)
        self.descent.setVisible(kind == "minimise")
        self.root.setVisible(layer)
        self.inspector.show_kind(kind)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours; most widgets follow the program's palette by themselves."""
        for field in fields(self):
            apply = getattr(getattr(self, field.name), "apply_theme", None)
            if apply is not None:
                apply(theme)


def place(window: MainWindow, panels: Panels, stage: Stage) -> None:
    """Cards on the left, main plots and what belongs under them in the middle, the others and the inspector right."""
    for name in _LEFT:
        window.place_left(getattr(panels, name))
    for view in set(stage.views).difference(stage.on):
        view.hide()  # a splitter shows what it is given unless it is hidden
    led: set[str] = set()
    for view in stage.views:
        share = _SHARE
        if view.place == "right" and not view.kinds <= led:  # the first of its kind gets a little more
            led |= view.kinds
            share = _FIRST_SHARE
        window.place_card(view, view.place, share * view.breadth)
    window.place_card(panels.inspector, "right", _INSPECTOR_SHARE)
    window.place_foot(panels.timeline)
    window.place_overlay(panels.notices)
    panels.notices.changed.connect(window.arrange_overlays)
    stage.begin()
    window.arrange_cards()
