"""What a person changes in the panels of root solvers and gradients, or picks in a plot, edits the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from . import edits

if TYPE_CHECKING:
    from .document import Document
    from .panels import Panels
    from .stage import Stage


class RootEditing(QObject):
    """Every slot here is one edit."""

    def __init__(self, document: Document, panels: Panels, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        panels.root.root_edited.connect(self._set_root)
        for view in stage.views:
            view.solver_chosen.connect(self._choose_solver)
        panels.root.option_edited.connect(self._set_option)
        panels.root.rivals_edited.connect(self._set_rivals)
        for part in (panels.gradient, *stage.views):
            part.gradient_edited.connect(self._set_gradient)
        panels.gradient.option_edited.connect(self._set_gradient_option)
        panels.inspector.samples.remedies.edit_asked.connect(document.edit)

    def _set_root(self, name: str, value: Any) -> None:
        self._document.edit(edits.set_root(name, value))

    def _choose_solver(self, name: str) -> None:
        self._set_root("solver", name)

    def _set_option(self, solver: str, name: str, value: float | str) -> None:
        self._document.edit(edits.set_root_option(solver, name, value))

    def _set_rivals(self, rivals: tuple[str, ...]) -> None:
        self._document.edit(edits.set_rivals(rivals))

    def _set_gradient(self, name: str, value: Any) -> None:
        self._document.edit(edits.set_gradient(name, value))

    def _set_gradient_option(self, method: str, name: str, value: float | str) -> None:
        self._document.edit(edits.set_gradient_option(method, name, value))
