"""Ends that are dragged, with the engine's own answers: where they come to, what the sliders do, words and undo."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from drag_handle import Handle
from fit_engine import Engine
from PySide6.QtCore import QObject, QPointF

from core.experiment import Experiment
from core.fit_choice import FitChoice
from core.readings import FitProgress
from core.request import Request
from core.runner import frames
from explorer import edits
from explorer.canvas.end_handle import EndHandle
from explorer.document import Document
from explorer.end_dragging import EndDragging
from explorer.fit_driver import FitDriver
from explorer.theme import DARK

SPIRAL = "x' = -a*x - w*y\ny' = w*x - a*y\na = 0.3 in [0.05, 2]\nw = 2 in [0.5, 4]\nstart (1, 0)\nt in [0, 2]\n"
IDLE = "x' = -x\nk = 1 in [0, 2]\nstart 1\nt in [0, 1]\n"
ONE_LINE = "x' = -k*x\ny' = -k*y\nk = 1 in [0, 2]\nstart (1, 2)\nt in [0, 1]\n"


class Hand:
    def __init__(self, text: str, **fit: object) -> None:
        self.document = Document(Experiment(text, fit=FitChoice(**fit)))
        self.engine, self.handle = Engine(self.document), Handle()
        self.driver = FitDriver(self.document, self.engine, self.document)
        stage = SimpleNamespace(views=[SimpleNamespace(ends=self.handle), SimpleNamespace(ends=None)])
        self.dragging = EndDragging(self.document, self.driver, stage, SimpleNamespace(index=0), self.document)
        self.settled = []
        self.document.settled.connect(lambda: self.settled.append(1))

    @property
    def values(self) -> dict[str, float]:
        return {**self.document.system.defaults(), **self.document.experiment.values}

    def rest(self) -> None:
        self.engine.rest()

    def drag(self, *wishes: dict[str, float], number: int = 1) -> None:
        for wish in wishes:
            self.handle.dragged.emit(wish, number)
            self.rest()


def test_the_end_comes_to_the_mouse_and_the_sliders_follow():
    """The end is exp(-2 a) (cos 2 w, sin 2 w)."""
    hand = Hand(SPIRAL)
    hand.drag({"x": -0.3, "y": -0.3}, {"x": -0.1, "y": -0.4})
    a, w = hand.values["a"], hand.values["w"]
    assert np.exp(-2 * a) * np.array([np.cos(2 * w), np.sin(2 * w)]) == pytest.approx([-0.1, -0.4], abs=1e-5)
    target, distance, method, cost = hand.handle.lines
    assert target == "x → −0.1   y → −0.4"
    assert " away, loss " in distance
    assert method == "Levenberg–Marquardt"
    assert "evaluations" in cost
    assert cost.endswith(" ms")


def test_a_drag_is_one_step_of_undo():
    hand = Hand(SPIRAL)
    hand.drag({"x": -0.3, "y": -0.3}, {"x": -0.1, "y": -0.4}, {"x": -0.1, "y": -0.5})
    assert hand.settled == []
    hand.handle.released.emit()
    assert hand.settled == [1]
    stack = hand.document.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "Drag the end of a trajectory")
    stack.undo()
    assert hand.document.experiment.values == {}


def test_escape_restores_and_the_rest_of_the_drag_does_nothing():
    hand = Hand(SPIRAL)
    hand.drag({"x": -0.3, "y": -0.3})
    assert hand.document.experiment.values
    hand.dragging.restore()
    assert hand.document.experiment.values == {}
    hand.drag({"x": -0.1, "y": -0.3})
    assert hand.document.experiment.values == {}
    hand.handle.released.emit()
    hand.drag({"x": -0.1, "y": -0.3}, number=2)
    assert hand.document.experiment.values


def test_a_release_before_the_arrival_lets_the_last_steps_come():
    hand = Hand(SPIRAL)
    hand.handle.dragged.emit({"x": -0.1, "y": -0.4}, 1)
    hand.handle.released.emit()
    assert hand.settled == []
    hand.rest()
    a = hand.values["a"]
    assert np.exp(-2 * a) == pytest.approx(np.hypot(0.1, 0.4), abs=1e-5)
    assert hand.settled == [1]
    assert hand.handle.let >= 1


def test_a_locked_slider_stays():
    hand = Hand(SPIRAL, held=("w",))
    hand.drag({"x": -0.3, "y": -0.3})
    assert set(hand.document.experiment.values) == {"a"}
    assert "Stalled at the nearest that the parameters reach" in " ".join(hand.handle.lines)
    everything = Hand(SPIRAL, held=("w", "a"))
    everything.drag({"x": -0.3, "y": -0.3})
    assert " ".join(everything.handle.lines) == "No parameter may move: open a padlock."
    everything.handle.released.emit()
    assert everything.document.undo_stack.count() == 0


def test_what_no_slider_can_do_is_said():
    hand = Hand(IDLE)
    hand.drag({"x": 2.0})
    assert "No parameter that may move has an effect here" in " ".join(hand.handle.lines)
    line = Hand(ONE_LINE)
    line.drag({"x": 1.0, "y": 0.1})
    assert "The sliders that may move lead it along one line here." in " ".join(line.handle.lines)
    ended = Hand(ONE_LINE)
    ended.drag({"x": 5.0})
    assert ended.values["k"] == 0.0
    assert "k is at an end of the range" in " ".join(ended.handle.lines)


def test_a_stale_answer_is_dropped_and_another_edit_ends_the_drag():
    hand = Hand(SPIRAL)
    hand.handle.dragged.emit({"x": -0.1, "y": -0.4}, 1)
    task = hand.engine.task
    request = Request(hand.document.experiment, frozenset({FitProgress}), quality="preview", fit=task)
    *_, old = frames(request)
    hand.engine.answer()
    moved = hand.document.experiment
    hand.engine.frame_taken.emit(old)  # begins at values that are no longer in force
    assert hand.document.experiment is moved
    hand.document.edit(edits.set_value("a", 1.0))
    hand.engine.frame_taken.emit(old)
    assert hand.document.experiment.values["a"] == 1.0
    hand.drag({"x": -0.2, "y": -0.4})
    assert hand.document.experiment.values["a"] == 1.0


def test_the_status_bar_says_first_why_it_comes_no_nearer():
    hand, told = Hand(ONE_LINE), []
    hand.dragging.told.connect(told.append)
    hand.drag({"x": 5.0})
    assert told[-1].startswith("Stalled at the nearest that the parameters reach")
    assert told[-1].index("k is at an end of the range") < told[-1].index("x → 5")


def test_the_words_stay_while_a_run_is_on_its_way_to_the_end():
    parent = QObject()
    handle = EndHandle(DARK, lambda _, place: {"x": place.x()}, parent)
    handle.show_ends(np.array([[1.0, 2.0]]), [DARK.text])
    handle.grips.dragged.emit(0, QPointF(3.0, 4.0), 1)
    handle.show_words(("x → 3", "stalled"))
    handle.show_ends(np.empty((0, 2)), [])
    assert [label.lines for label in handle.words._labels] == [("x → 3", "stalled")]
    handle.let_go()
    handle.grips.dragged.emit(0, QPointF(5.0, 6.0), 1)  # the button is still down
    assert handle.words._labels == ()
    assert handle._target is None
