"""A whole window whose engine trains when a test tells it to: the state of iteration k is all k."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import map_bench
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from training_states import state_at

from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.readings import TrainingProgress
from core.request import Request
from core.training_choice import Training
from core.window_notes import WindowNotes
from explorer.conductor import Conductor
from explorer.view import View
from explorer.views.learning_curves import LearningCurves

TEXT = """# Learner
z' = V tanh(W z)
z in R^2
learn W = normal(2, 2, seed 1)
learn V = normal(2, 2, seed 2)
start (1, 0)
view z[1] [-2, 2], z[2] [-2, 2]
t in [0, 6]
"""
NAMES = ("W", "V")
LEARNER = Experiment(TEXT, training=Training(data="moons", loss="cross_entropy", rate=0.01))


class Engine(QObject):
    """Answers at once what asks for no step; else when it is told to."""

    frame_ready = Signal()
    state_changed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.cancelled = 0
        self._frame: Frame | None = None

    @property
    def asked(self) -> Request:
        return self.requests[-1]

    def submit(self, request: Request) -> None:
        self.requests.append(request)
        task = request.training
        if task is None or task.iterations == 0:
            self.answer(0 if task is None or task.state is None else task.state.iteration, final=True)

    def answer(self, iteration: int, *, final: bool = False, end: str = "", request: Request | None = None) -> None:
        """Say that the training of a request, the newest one, stands at this iteration now."""
        request = request or self.asked
        readings = {type(one): one for one in (map_bench._circle(request.experiment, parse(request.experiment.text)),)}
        task = request.training
        if task is not None:
            state = task.state if task.state is not None and task.state.iteration == iteration else None
            progress = TrainingProgress(task.serial, state or state_at(iteration, NAMES), end)
            readings[TrainingProgress] = progress
        self._send(Frame(request.generation, readings, final=final, quality=request.quality))

    def refuse(self, reason: str) -> None:
        """Say why there is no training."""
        self._send(Frame(self.asked.generation, absent={TrainingProgress: reason}, final=True))

    def fail(self, error: str) -> None:
        """The run is lost."""
        self._send(Frame(self.asked.generation, final=True, error=error))

    def take(self) -> Frame | None:
        frame, self._frame = self._frame, None
        return frame

    def cancel(self) -> None:
        self.cancelled += 1

    def close(self) -> None:
        """Nothing is open."""

    def _send(self, frame: Frame) -> None:
        self._frame = frame
        self.frame_ready.emit()


class Bench:
    """The window, and hands for it."""

    def __init__(self, window: Conductor) -> None:
        self.window = window
        self.engine: Engine = window._client
        self.trainer, self.playback, self.document = window.learning.trainer, window.playback, window.document
        self.panel = window.panels.training

    def look(self) -> None:
        """Take what the engine has sent, until it has sent nothing more."""
        for _ in range(20):
            self.window.solving.take()
        QApplication.processEvents()

    def train_to(self, *iterations: int, final: bool = False, end: str = "") -> None:
        """The engine comes to these iterations one after the other."""
        for iteration in iterations:
            self.engine.answer(iteration, final=final, end=end)
            self.look()

    def do(self, name: str) -> None:
        """A command of the menu."""
        self.window.window.actions_by_name[name].trigger()
        self.look()

    def weight(self) -> float:
        """The number in every learnt tensor of the document; -1 where they are the text's."""
        tensor = self.document.experiment.tensors.get("W")
        return -1.0 if tensor is None else float(tensor.array()[0, 0])

    def drawn_weight(self) -> float:
        """The same of what was asked last."""
        tensor = self.engine.asked.experiment.tensors.get("W")
        return -1.0 if tensor is None else float(tensor.array()[0, 0])


@contextmanager
def learner(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    experiment: Experiment = LEARNER,
    views: tuple[type[View], ...] = (LearningCurves,),
) -> Iterator[Bench]:
    """A window with these views at rest at iteration 0."""
    monkeypatch.setattr(map_bench, "Engine", Engine)
    monkeypatch.setattr(map_bench, "MAP_VIEWS", views)
    with map_bench.furnished(folder, monkeypatch, TEXT) as made:
        made.clock.set_moving(False)
        made.document.undo_stack.setClean()
        made.filing.replace(experiment, WindowNotes(), None)
        bench = Bench(made)
        bench.look()
        yield bench
        bench.trainer.pause()  # else closing would, and ask what becomes of the weights
