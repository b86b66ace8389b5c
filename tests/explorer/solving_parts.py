"""What `Solving` needs about it, for the tests: an engine that keeps requests, and plots that note what they draw."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QObject, Signal

from core.readings import StepSizes, Trajectories
from core.request import Viewport
from explorer.view import View


class Engine(QObject):
    """Keeps the requests, and hands out the frame a test puts in."""

    frame_ready = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.requests = []
        self.frame = None
        self.cancelled = 0

    def submit(self, request) -> None:
        self.requests.append(request)

    def take(self):
        frame, self.frame = self.frame, None
        return frame

    def cancel(self) -> None:
        self.cancelled += 1


class Plot(View):
    name = "plot"
    title = "Plot"
    wanted: ClassVar = frozenset({Trajectories})

    def __init__(self) -> None:
        super().__init__()
        self.drawn = []
        self.seen = 0.0, 1.0

    def viewport(self):
        return Viewport("x", "t", self.seen, (0.0, 1.0))

    def draw(self, frame) -> None:
        self.drawn.append(frame.generation)


class Steps(Plot):
    wanted: ClassVar = frozenset({StepSizes})
