"""The race of integration methods: its edits, the plots that come on with it, and its figures in the solver's card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.readings import IntegratorRace

from . import edits

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document
    from .panels import Panels
    from .solving import Solving
    from .stage import Stage

_PLOTS = ("integrator_errors", "work_precision")


class Racing(QObject):
    """Its plots are on while methods race, unless a person switches them off, and off otherwise."""

    def __init__(self, document: Document, panels: Panels, stage: Stage, solving: Solving, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._panels, self._stage = document, panels, stage
        self._racing = False
        panels.solver.rivals_edited.connect(self._set_rivals)
        document.experiment_changed.connect(self._follow)
        document.system_changed.connect(self._forget)
        solving.frame_taken.connect(self._show)
        self._follow()

    def _set_rivals(self, rivals: tuple[str, ...]) -> None:
        self._document.edit(edits.set_racers(rivals))

    def _follow(self) -> None:
        racing = bool(self._document.experiment.integration.rivals)
        if racing == self._racing:
            return
        self._racing = racing
        for view in self._stage.views:
            if view.name in _PLOTS:
                self._stage.set_shown(view, racing)
        if not racing:
            self._forget()

    def _forget(self) -> None:
        self._panels.solver.show_race(None)

    def _show(self, frame: Frame) -> None:
        race = frame.get(IntegratorRace)
        if race is not None:
            self._panels.solver.show_race(race)
