"""Undo goes back over the choice of another experiment: the one before is then seen as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.window_notes import WindowNotes

if TYPE_CHECKING:
    from core.request import Viewport

    from .document import Document
    from .presenting import Presenting
    from .stage import Stage


@dataclass(frozen=True)
class _Look:
    """notes: what it was opened with, and the axes and layers that a person chose since. viewport: what was seen."""

    notes: WindowNotes
    viewport: Viewport | None


class Returning(QObject):
    """Keeps how every experiment of the history was looked at when it was left."""

    def __init__(self, document: Document, stage: Stage, presenting: Presenting) -> None:
        super().__init__(presenting)
        self._stage = stage
        self._presenting = presenting
        self._opened_with = WindowNotes()
        self._experiment = 0
        self._looks: dict[int, _Look] = {}
        self._due: _Look | None = None
        document.leaving.connect(self._keep)
        document.opened.connect(self._arrive)
        document.undo_stack.indexChanged.connect(self._look)

    def begin(self, notes: WindowNotes) -> None:
        """The experiment in force was opened with these notes."""
        self._opened_with = notes

    def _keep(self) -> None:
        seen, opened_with = self._presenting.notes(), self._opened_with
        notes = replace(
            opened_with,
            main=seen.main,
            axes=seen.axes or opened_with.axes,
            hidden_layers=seen.hidden_layers,
            shown_layers=seen.shown_layers,
        )
        self._looks[self._experiment] = _Look(notes, self._stage.main.viewport())

    def _arrive(self, experiment: int) -> None:
        self._experiment = experiment
        self._due = self._looks.get(experiment)

    def _look(self) -> None:
        """The step back is made, and everyone knows of it."""
        look, self._due = self._due, None
        if look is None:
            return
        self._opened_with = look.notes
        self._presenting.look_as(look.notes)
        if look.viewport is not None:
            self._stage.main.look_at(look.viewport)
