"""What a person changes in the card of optimisers becomes an edit of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from . import edits

if TYPE_CHECKING:
    from .document import Document
    from .panels import Panels


class DescentEditing(QObject):
    """Every slot here is one edit."""

    def __init__(self, document: Document, panels: Panels, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        panels.descent.descent_edited.connect(self._set_descent)
        panels.descent.optimiser_switched.connect(self._set_optimiser)

    def _set_descent(self, name: str, value: Any) -> None:
        self._document.edit(edits.set_descent(name, value))

    def _set_optimiser(self, method: str, on: bool) -> None:
        self._document.edit(edits.set_optimiser(method, on))
