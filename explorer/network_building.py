"""New networks: the dialog that puts them together, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core import catalogue
from core.window_notes import WindowNotes

from .choosing import Choosing

if TYPE_CHECKING:
    from core.network_recipe import Recipe

    from .main_window import MainWindow
    from .network_dialog import NetworkDialog
    from .training_panel import TrainingPanel


class NetworkBuilding(QObject):
    """Keeps one dialog, so that a person finds the list again as it was left."""

    def __init__(self, window: MainWindow, choosing: Choosing, panel: TrainingPanel) -> None:
        super().__init__(window)
        self._window, self._choosing = window, choosing
        self._dialog: NetworkDialog | None = None
        window.actions_by_name.on("new_network", self.open)
        panel.build_asked.connect(self.open)

    def open(self) -> None:
        """Show the dialog, beside which the window goes on."""
        if self._dialog is None:
            from .network_dialog import NetworkDialog  # noqa: PLC0415 - data are drawn, which a start does not wait for

            self._dialog = NetworkDialog(self._window)
            self._dialog.created.connect(self._create)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _create(self, recipe: Recipe, data: str) -> None:
        """Put a network into the document: one undo step."""
        from core.network_builder import recipe_experiment  # noqa: PLC0415 - as above

        experiment = recipe_experiment(recipe, data)
        self._choosing.put(experiment, "a new network", WindowNotes(main=_main(recipe, data)))


def _main(recipe: Recipe, data: str) -> str | None:
    """What is looked at first: a decision boundary is of classes over a plane, where it is up to the window."""
    if recipe.kind == "flow":
        return "density"
    chosen = catalogue.data_set(data)
    if chosen.layer_span is not None:
        return "phase_plane"
    plane = chosen.about == "classes" and chosen.size == 2 and recipe.kind != "equilibrium"
    return None if plane else "feature_evolution"
