"""Results that lead the parameters: ends that are dragged, data that are fitted, and the locks on the sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from . import fit_edits
from .end_dragging import EndDragging
from .fit_driver import FitDriver
from .fit_editing import FitEditing
from .fitting import Fitting

if TYPE_CHECKING:
    from .document import Document
    from .effects import Effects
    from .main_window import MainWindow
    from .panels import Panels
    from .solving import Solving
    from .stage import Stage


class Leading(QObject):
    """Builds what leads, one at a time, and connects it to panels, plots and the menu; Escape ends it."""

    def __init__(
        self,
        document: Document,
        panels: Panels,
        stage: Stage,
        solving: Solving,
        effects: Effects,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        interaction, on = effects.interaction, window.actions_by_name.on
        self._document = document
        self.driver = FitDriver(document, solving, self)
        self.ends = EndDragging(document, self.driver, stage, interaction, self)
        self.editing = FitEditing(document, panels.fit, self)
        self.fitting = Fitting(document, self.driver, panels.fit, interaction, self)
        self.ends.told.connect(panels.status.show_readout)
        panels.parameters.held_edited.connect(self._hold)
        for restore in (self.ends.restore, effects.dragging.restore, self.fitting.stop):
            on("cancel", restore)
        on("fit_data", self.editing.open)

    def _hold(self, name: str, held: bool) -> None:
        self._document.edit(fit_edits.hold(name, held))
