"""A network is trained: what the engine is asked, where the training stands, and what of it is in the document."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.readings import TrainingProgress
from core.training_state import TrainingTask

from . import training_edits
from .asking import Trained
from .training_line import TrainingLine

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document
    from .edits import Edit
    from .solving import Solving
    from .training_log import TrainingLog


class Trainer(QObject):
    """The engine holds nothing: every request carries the newest state that came, and says whether to go on from it.

    At rest the document holds the newest weights. While it trains they are ahead of it; a pause makes them a part of
    it, as one step of undo. Whoever changes the document's weights meanwhile, such as undo, ends the training.
    """

    changed = Signal()
    """It stands elsewhere, begins or rests, or has something to say."""
    renewed = Signal()
    """Another line of training is in force; sent before `changed`."""

    def __init__(self, document: Document, solving: Solving, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._solving = document, solving
        self._serials, self._serial = count(1), 0
        self._goal: int | None = None  # the iteration at which it rests; None: as far as it goes
        self._lost_at = -1  # the iteration it stood at when the last engine was lost
        self._renewed = False
        self.line = TrainingLine()
        self.running = self.stepping = False
        self.progress: TrainingProgress | None = None
        self.end = self.fault = ""
        """Why it rests, and why nothing comes of it: sentences."""
        solving.asking.trained = self.wish
        solving.frame_taken.connect(self._take)
        document.experiment_changed.connect(self._follow)

    @property
    def ready(self) -> bool:
        """Whether there is anything to train."""
        return training_edits.can_train(self._document.experiment, self._document.system)

    def wish(self) -> Trained:
        """What the next request is to ask."""
        self._sync()
        if not self.ready:
            return Trained()
        if self.line.looked_at is not None:
            return Trained(weights=self.line.looked_at.weights)
        more = 0 if not self.running else None if self._goal is None else max(0, self._goal - self.line.at)
        return Trained(TrainingTask(self._serial, self.line.log.newest, more))

    def go(self) -> None:
        """Train on from the newest state."""
        if not self.running or self.stepping:
            self._begin(None)

    def step(self) -> None:
        """One iteration, and one more for every time it is asked for meanwhile; then rest."""
        self._begin(1 + (self.line.at if self._goal is None else self._goal))

    def pause(self) -> None:
        """Rest where it stands, at once; the weights become the document's."""
        if self.running:
            self._rest("")

    def commit(self) -> bool:
        """Let the document have the newest weights; it goes on. Whether they were others."""
        newest = self.line.log.newest
        if not self.ready or newest is None or not newest.iteration:
            return False
        return self._edit(training_edits.set_weights(newest.weights, "Train"), self.line.log)

    def move(self, edit: Edit, log: TrainingLog | None) -> None:
        """Leave this line by an edit that makes the weights those of another log's newest state; None: of one that is
        known or begins."""
        self.pause()
        self.line.leave()
        self._serial, self.end, self.fault = next(self._serials), "", ""
        if log is None:
            self._document.edit(edit)
        elif not self._edit(edit, log):
            self.line.log = log
            self._solving.submit()
        self._renewed = True
        self._follow()

    def recover(self, engine: str, _sentence: str = "") -> None:
        """An engine was lost: go on from the newest state, unless none was reached since the last one was."""
        if engine == "restarting" and self.running and self.line.at > self._lost_at:
            self._lost_at = self.line.at
            QTimer.singleShot(0, self, self._solving.submit)  # once the next engine has its request

    def _begin(self, goal: int | None) -> None:
        self._sync()
        if not self.ready:
            return
        if not self.running:
            self._serial = next(self._serials)
        self.line.looked_at = None
        self.running, self.stepping, self._goal = True, goal is not None, goal
        self.end = self.fault = ""
        self._solving.submit()
        self.changed.emit()

    def _rest(self, end: str, fault: str = "") -> None:
        self.running = self.stepping = False
        self._goal, self._serial = None, next(self._serials)
        self.end, self.fault = end, fault
        if not self.commit():
            self._solving.submit()
        self.changed.emit()

    def _edit(self, edit: Edit, log: TrainingLog) -> bool:
        before = self._document.experiment
        self.line.expect(log)
        self._document.edit(edit)
        self._sync()
        self.line.expect(None)
        return self._document.experiment is not before

    def _take(self, frame: Frame) -> None:
        if not self.ready or self._sync():
            return
        progress, newest = frame.get(TrainingProgress), self._solving.is_newest(frame)
        if progress is not None and progress.serial == self._serial:
            ahead = progress.state.iteration - self.line.at
            if ahead > 0 or (newest and not ahead):
                for state in (*progress.passed, progress.state):
                    if state.iteration >= self.line.at:
                        self.line.grow(state)
                self.progress = progress
        absent = frame.absent.get(TrainingProgress, "")
        fault = absent or (frame.error or "" if frame.final else "")
        end = "" if progress is None else progress.end
        there = self._goal is not None and self.line.at >= self._goal
        if newest and self.running and (frame.final or fault or end or there):
            self._rest(end, fault)
            return
        own_file = self._document.system.module is not None  # whose fault nobody should look for in the text
        if newest and not self.running and (absent or progress is not None or (fault and own_file)):
            self.fault = fault if own_file else absent
        self.changed.emit()

    def _sync(self) -> bool:
        """Whether the document's weights are of another line than they were."""
        if not self.line.notice(self._document.experiment, self._document.system):
            return False
        self.running = self.stepping = False
        self._serial, self._goal, self.progress = next(self._serials), None, None
        self.end, self.fault = self.line.another, ""
        self._renewed = True
        return True

    def _follow(self) -> None:
        """Someone changed the document."""
        self._sync()
        if self._renewed:
            self._renewed = False
            self.renewed.emit()
            self.changed.emit()
