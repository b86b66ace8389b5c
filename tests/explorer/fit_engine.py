"""In place of `Solving`: the engine's own answers to a fit, when a test wants them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.fit_task import FitTask
from core.frame import Frame
from core.readings import FitProgress, Trajectories
from core.request import Request
from core.runner import frames
from explorer.document import Document


class Engine(QObject):
    """Keeps the latest question, and answers it when it is told to."""

    frame_taken = Signal(object)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document, self.asked = document, 0
        self.task: FitTask | None = None
        document.experiment_changed.connect(self._follow)

    def lead(self, task: FitTask | None, *, now: bool = True) -> None:
        self.task = task
        self.asked += now

    def submit(self) -> None:
        self.asked += 1

    def is_newest(self, _frame: Frame) -> bool:
        return True

    def rest(self, most: int = 40) -> None:
        """Answer until nothing is asked any more."""
        for _ in range(most):
            if not self.asked or self.task is None:
                return
            self.answer()
        raise AssertionError("it never comes to rest")

    def _follow(self) -> None:
        self.asked += 1

    def answer(self) -> None:
        wanted = frozenset({FitProgress, Trajectories})
        request = Request(self.document.experiment, wanted, quality="preview", fit=self.task)
        *_, frame = frames(request)
        assert frame.error is None, frame.traceback
        self.asked = 0
        self.frame_taken.emit(frame)
