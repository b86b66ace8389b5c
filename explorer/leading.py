"""Results that lead the parameters: ends that are dragged, data that are fitted, and the locks on the sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from . import fit_edits
from .end_dragging import EndDragging
from .fit_driver import FitDriver

if TYPE_CHECKING:
    from .document import Document
    from .interaction import Interaction
    from .panels import Panels
    from .solving import Solving
    from .stage import Stage


class Leading(QObject):
    """Builds what leads, one at a time, and connects it to panels and plots."""

    def __init__(
        self,
        document: Document,
        panels: Panels,
        stage: Stage,
        interaction: Interaction,
        solving: Solving,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self.driver = FitDriver(document, solving, self)
        self.ends = EndDragging(document, self.driver, stage, interaction, self)
        self.ends.told.connect(panels.status.show_readout)
        panels.parameters.held_edited.connect(self._hold)

    def cancel(self) -> None:
        """Escape."""
        self.ends.restore()

    def _hold(self, name: str, held: bool) -> None:
        self._document.edit(fit_edits.hold(name, held))
