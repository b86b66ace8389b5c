"""The end of a trajectory is dragged in a plot, and the parameters follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.fit_task import FitTask
from core.readings import FitProgress

from .fit_driver import Lead
from .fit_words import dragged_words, refusal_lines, told_words

if TYPE_CHECKING:
    from .document import Document
    from .fit_driver import FitDriver
    from .interaction import Interaction
    from .stage import Stage

_TITLE = "Drag the end of a trajectory"
_SECONDS = 0.02
"""For which the engine goes on at a time while the mouse moves."""


class EndDragging(QObject):
    """One drag is one fit whose target follows the mouse, and one step of undo. Escape takes it back."""

    told = Signal(str)
    """What the handle says, in one line."""

    def __init__(
        self, document: Document, driver: FitDriver, stage: Stage, interaction: Interaction, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._driver, self._interaction = document, driver, interaction
        self._handles = [view.ends for view in stage.views if view.ends is not None]
        self._drag = self._refused = 0
        self._lead: Lead | None = None
        self._task: FitTask | None = None
        self._held = self._resting = False
        for handle in self._handles:
            handle.dragged.connect(self._move)
            handle.released.connect(self._release)
        driver.ended.connect(self._leave)

    def restore(self) -> None:
        """Escape: everything is as it was before the drag, whatever the mouse does on."""
        if self._lead is not None:
            self._refused = self._drag
            self._forget()
            self._driver.restore()

    def _move(self, wanted: Mapping[str, float], drag: int) -> None:
        if drag == self._refused:
            return
        begins = drag != self._drag
        self._drag, self._held = drag, True
        if begins:
            self._task = None
            self._leave_others()
        elif self._lead is None or (self._task is not None and self._task.aim == wanted):
            return  # another edit has ended this drag, or the mouse has not moved
        memory = None if self._task is None else self._task.memory
        self._task = FitTask(self._driver.next_serial(), dict(wanted), None, memory, seconds=_SECONDS)
        self._resting = False
        if begins:
            self._lead = Lead(_TITLE, drag, self._interaction.index, self._plan, self._refuse)
            self._driver.begin(self._lead, self._task)
        else:
            self._driver.ask(self._task)

    def _release(self) -> None:
        """The button went up: the last steps may still be to come."""
        self._held = False
        if self._lead is None:
            self._forget()
        elif self._resting:
            self._forget()
            self._driver.end()

    def _plan(self, progress: FitProgress) -> FitTask | None:
        """Go on with the fit, or with its memory where the mouse has moved on; rest where it has arrived."""
        task, lead = self._task, self._lead
        if task is None or lead is None:
            return None
        state, same = progress.state, progress.serial == task.serial
        self._task = replace(task, state=state if same else None, memory=state.memory or None)
        words = dragged_words(progress, task.aim or {}, self._document.system)
        self._say(words, told_words(words))
        if not same or state.end is None:
            return self._task
        self._resting = True
        if not self._held:
            lead.over = True
            self._forget()
        return None

    def _refuse(self, reason: str) -> None:
        self._resting = True
        lines = refusal_lines(reason, self._document.system, self._document.experiment.fit)
        if self._held:
            self._say(lines, " ".join(lines))
        else:
            self._forget()
            self._driver.end()
            self.told.emit(" ".join(lines))

    def _say(self, lines: tuple[str, ...], told: str) -> None:
        for handle in self._handles:
            handle.show_words(lines)
        self.told.emit(told)

    def _leave_others(self) -> None:
        """Let go of an earlier drag that has not settled yet, at another plot's handle."""
        for handle in self._handles:
            if self._lead is not None and handle is not self.sender():
                handle.let_go()

    def _leave(self, lead: Lead) -> None:
        """Another edit, or a fit, has ended this drag; a later drag has a lead of its own."""
        if lead is self._lead:
            self._forget()

    def _forget(self) -> None:
        self._lead = self._task = None
        for handle in self._handles:
            handle.let_go()
