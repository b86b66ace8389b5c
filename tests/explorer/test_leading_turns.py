"""Drags of ends and fits of data that come in each other's way: the newcomer leads, and nothing stays behind."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from drag_handle import Handle
from fit_engine import Engine
from pytestqt.qtbot import QtBot

from core import catalogue
from core.experiment import Experiment
from core.fit_choice import FitChoice
from explorer import edits, fit_edits
from explorer.document import Document
from explorer.end_dragging import EndDragging
from explorer.fit_driver import FitDriver
from explorer.fit_editing import FitEditing
from explorer.fit_panel import FitPanel
from explorer.fitting import Fitting
from explorer.theme import DARK

DECAY = "y' = -k*y\nk = 1 in [0.1, 3]\nstart 2\nt in [0, 2]"
DATA = {"t": (0.5, 1.0, 2.0), "y": tuple((2.0 * np.exp(-0.7 * np.array([0.5, 1.0, 2.0]))).tolist())}


class Room:
    def __init__(self, qtbot: QtBot, **fit: object) -> None:
        self.document = Document(Experiment(DECAY, fit=FitChoice(data=DATA, **fit)))
        self.engine, self.handle, self.other = Engine(self.document), Handle(), Handle()
        self.panel = FitPanel(catalogue.fit_methods(), DARK)
        stop = self.document.undo_stack.blockSignals  # it empties itself when its listeners are gone
        qtbot.addWidget(self.panel, before_close_func=lambda _: stop(True))
        driver = FitDriver(self.document, self.engine, self.document)
        views = [SimpleNamespace(ends=self.handle), SimpleNamespace(ends=self.other)]
        looked_at = SimpleNamespace(index=0)
        self.dragging = EndDragging(self.document, driver, SimpleNamespace(views=views), looked_at, self.document)
        self.editing = FitEditing(self.document, self.panel, self.document)
        self.fitting = Fitting(self.document, driver, self.panel, looked_at, self.document)
        self.told: list[str] = []
        self.dragging.told.connect(self.told.append)

    @property
    def k(self) -> float:
        return {"k": 1.0, **self.document.experiment.values}["k"]

    def summary(self) -> str:
        return self.panel._summary.text()


def test_an_end_is_dragged_while_a_fit_runs(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.panel._run.click()
    room.engine.answer()
    room.handle.dragged.emit({"y": 0.5}, 1)
    assert room.panel._run.text() == "Fit"
    room.engine.rest()
    assert 2.0 * np.exp(-2.0 * room.k) == pytest.approx(0.5, abs=1e-5)
    room.handle.released.emit()
    assert not room.document.dragging
    assert room.document.undo_stack.undoText() == "Drag the end of a trajectory"


def test_a_fit_begun_before_a_drag_has_settled(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.handle.dragged.emit({"y": 0.5}, 1)
    room.handle.released.emit()
    room.panel._run.click()
    assert room.handle.let >= 1
    assert room.panel._run.text() == "Pause"
    room.engine.rest()
    assert room.k == pytest.approx(0.7, abs=1e-4)
    assert room.panel._run.text() == "Fit"
    assert "k = 0.7" in room.summary()
    assert not room.document.dragging


def test_a_second_drag_begun_before_the_first_has_settled(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.handle.dragged.emit({"y": 0.5}, 1)
    room.handle.released.emit()
    room.other.dragged.emit({"y": 0.9}, 2)
    assert (room.handle.let, room.other.let) == (1, 0)
    room.engine.rest()
    assert 2.0 * np.exp(-2.0 * room.k) == pytest.approx(0.9, abs=1e-5)
    room.other.released.emit()
    assert not room.document.dragging


def test_undo_in_a_drag_ends_it(qtbot: QtBot) -> None:
    room = Room(qtbot)
    settled = []
    room.document.settled.connect(lambda: settled.append(1))
    room.handle.dragged.emit({"y": 0.5}, 1)
    room.engine.rest()
    assert room.document.dragging
    room.document.undo_stack.undo()
    assert not room.document.dragging
    assert settled == [1]
    assert room.document.experiment.values == {}


def test_a_drag_refused_after_the_release_is_over(qtbot: QtBot) -> None:
    room = Room(qtbot, held=("k",))
    room.handle.dragged.emit({"y": 0.5}, 1)
    room.handle.released.emit()
    assert room.handle.let == 0
    room.engine.rest()
    assert room.handle.let >= 1
    assert room.told == ["No parameter may move: open a padlock."]
    assert room.engine.task is None


def test_undo_of_the_card_takes_back_the_fit_alone(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.panel._run.click()
    room.engine.rest()
    stack = room.document.undo_stack
    assert stack.undoText() == "Fit to data"
    assert room.panel._undo.isEnabled()
    stack.undo()
    assert not room.panel._undo.isEnabled()
    assert room.panel._end.text() == ""
    stack.redo()
    assert room.panel._undo.isEnabled()
    room.panel._undo.click()
    assert room.document.experiment.values == {}
    assert room.panel._end.text() == "Taken back."
    room.document.edit(edits.set_value("k", 2.0))
    room.fitting.take_back()
    assert room.panel._end.text() == ""
    assert room.k == 2.0


@pytest.mark.parametrize("change", ["undo", "value", "start", "span", "text", "remove", "drag", "loss"])
def test_a_result_is_told_while_it_describes_the_experiment(qtbot: QtBot, change: str) -> None:
    room = Room(qtbot)
    room.panel._run.click()
    room.engine.rest()
    document = room.document
    assert "k = 0.7" in room.summary()
    document.edit(fit_edits.set_fit("iterations", 100))
    assert "k = 0.7" in room.summary()
    document.undo_stack.undo()
    assert "k = 0.7" in room.summary()
    {
        "undo": document.undo_stack.undo,
        "value": lambda: document.edit(edits.set_value("k", 2.0)),
        "start": lambda: document.edit(edits.move_start(0, (1.0,))),
        "span": lambda: document.edit(edits.set_span((0.0, 3.0))),
        "text": lambda: document.set_text(DECAY.replace("-k*y", "-k*y*1")),
        "remove": room.panel._remove.click,
        "drag": lambda: (room.handle.dragged.emit({"y": 0.9}, 1), room.engine.rest()),
        "loss": lambda: document.edit(fit_edits.set_fit("loss", "huber")),
    }[change]()
    assert room.summary() == ""
    assert room.panel._end.text() == ""
    assert len(room.panel.plot._points) == 0
