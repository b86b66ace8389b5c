"""What a person changes in the card of the ensemble becomes an edit of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from . import edits

if TYPE_CHECKING:
    from .document import Document
    from .panels import Panels


class EnsembleEditing(QObject):
    """Every slot here is one edit."""

    def __init__(self, document: Document, panels: Panels, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        panels.ensemble.ensemble_edited.connect(self._set_ensemble)
        panels.ensemble.ends_edited.connect(self._set_ends)
        panels.ensemble.drag_finished.connect(document.finish_drag)

    def _set_ensemble(self, name: str, value: Any, drag: int | None) -> None:
        self._document.edit(edits.set_ensemble(name, value), drag)

    def _set_ends(self, component: str, ends: tuple[float, float] | None) -> None:
        self._document.edit(edits.set_ensemble_ends(component, ends))
