"""The engine's steps of a fit become edits: what dragging an end and the fit of data have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from math import isclose, nan
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.experiment import starting_points
from core.readings import FitProgress

from . import fit_edits

if TYPE_CHECKING:
    from core.fit_task import FitTask
    from core.frame import Frame

    from .document import Document
    from .solving import Solving


@dataclass
class Lead:
    """A fit under way. title: of its one step of undo, whose drag id is `drag`. start: the number of the start whose
    trajectory is fitted. plan: what to ask after an answer; None to rest. refused: told why nothing comes of it. over:
    the answer that is being taken is the last."""

    title: str
    drag: int
    start: int
    plan: Callable[[FitProgress], FitTask | None]
    refused: Callable[[str], None]
    over: bool = False


class FitDriver(QObject):
    """Sends one task at a time, and takes each answer once: one that begins elsewhere than the sliders stand is stale.

    Anyone else's edit ends what is under way.
    """

    ended = Signal(object)
    """(`Lead`) Something else changed the experiment, or began: this one leads no more."""

    def __init__(self, document: Document, solving: Solving, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._solving = document, solving
        self._serials = count(1)
        self._lead: Lead | None = None
        self._first = 0
        self._waiting = self._changed = False
        self._moving: Lead | None = None
        document.experiment_changed.connect(self._watch)
        solving.frame_taken.connect(self._take)

    def next_serial(self) -> int:
        """A number for a task that no other has."""
        return next(self._serials)

    @property
    def changed(self) -> bool:
        """Whether it has moved anything yet."""
        return self._changed

    @property
    def moving(self) -> Lead | None:
        """Whose edit is being made just now."""
        return self._moving

    def begin(self, lead: Lead, task: FitTask) -> None:
        """Lead the parameters from here on; what was under way ends."""
        self._leave()
        self._lead, self._first, self._changed, self._waiting = lead, task.serial, False, False
        self.ask(task)

    def ask(self, task: FitTask) -> None:
        """Ask for this now; where an answer is on its way, `Lead.plan` is asked for it after that."""
        if not self._waiting:
            self._waiting = True
            self._solving.lead(task)

    def end(self) -> None:
        """It is over; the values stay."""
        if self._lead is not None:
            self._lead = None
            self._waiting = False
            self._solving.lead(None, now=False)
            self._document.finish_drag()

    def restore(self) -> bool:
        """It is over, and everything is as it was before. Whether anything had changed."""
        changed = self._changed and self._lead is not None
        self.end()
        if changed:
            self._document.undo_stack.undo()
        return changed

    def _take(self, frame: Frame) -> None:
        lead = self._lead
        if lead is None:
            return
        progress = frame.get(FitProgress)
        if progress is None:
            reason = frame.absent.get(FitProgress) or (frame.error if frame.final else None)
            if reason and self._solving.is_newest(frame):
                self._waiting = False
                lead.refused(reason)
            return
        if progress.serial < self._first or not self._waiting or not self._stands_at(progress.begun, lead.start):
            return
        self._waiting = False
        self._advance(lead, progress)

    def _advance(self, lead: Lead, progress: FitProgress) -> None:
        """Ask for what comes next, with the values that this answer came to."""
        task = lead.plan(progress)
        if self._lead is not lead:
            return
        self._waiting = task is not None
        self._solving.lead(task, now=False)
        before = self._document.experiment
        self._moving = lead
        self._document.edit(fit_edits.move_values(lead.title, progress.values, lead.start), lead.drag)
        self._moving = None
        if self._document.experiment is not before:
            self._changed = True  # the edit has asked already
        elif task is not None:
            self._solving.lead(task)
        elif not lead.over:
            self._solving.submit()  # it rests: what was shown was a preview
        if lead.over:
            self.end()

    def _stands_at(self, values: Mapping[str, float], start: int) -> bool:
        experiment, system = self._document.experiment, self._document.system
        starts = starting_points(experiment, system)
        if start >= len(starts):
            return False
        now = {**system.defaults(), **experiment.values, **dict(zip(system.components, starts[start], strict=True))}
        return all(isclose(value, now.get(name, nan), rel_tol=1e-9, abs_tol=1e-12) for name, value in values.items())

    def _watch(self) -> None:
        """Someone else changed the experiment."""
        if self._moving is None:
            self._leave()

    def _leave(self) -> None:
        lead = self._lead
        if lead is not None:
            self.end()
            self.ended.emit(lead)
