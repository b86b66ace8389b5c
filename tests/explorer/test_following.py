"""When the followed root begins at its last place, and when at the start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from solving_parts import Engine, Plot

from core.experiment import Experiment, RootFinding, SliderRange
from core.frame import Frame
from core.readings import FollowedRoots
from explorer import edits
from explorer.document import Document
from explorer.editors.drag import next_drag
from explorer.following import Following
from explorer.frame_clock import FrameClock
from explorer.solving import Solving
from explorer.stage import Stage

EXPERIMENT = Experiment("z <- tanh(2 z + x)\nx = 0.3\n")


def answer(generation: int, z: float) -> Frame:
    found = FollowedRoots(("z",), np.array([[z]]), (), np.array([True]), warm=True)
    return Frame(generation, {FollowedRoots: found})


def test_the_first_request_is_cold_and_values_are_warm() -> None:
    following = Following()
    assert following.start(EXPERIMENT, 1, cold=False) is None
    following.take(answer(1, 0.9))
    moved = replace(EXPERIMENT, values={"x": 0.2}, ranges={"x": SliderRange(-2, 2)})
    assert following.start(moved, 2, cold=False).item() == 0.9
    following.take(Frame(2))
    assert following.start(moved, 3, cold=False).item() == 0.9


def test_any_other_setting_is_cold() -> None:
    for change in (
        {"starts": ((0.1,),)},
        {"text": "z <- tanh(3 z + x)\nx = 0.3\n"},
        {"root": RootFinding("newton")},
    ):
        following = Following()
        following.start(EXPERIMENT, 1, cold=False)
        following.take(answer(1, 0.9))
        changed = replace(EXPERIMENT, **change)
        assert following.start(changed, 2, cold=False) is None
        following.take(answer(1, 0.8))  # late, and of the experiment before
        assert following.start(changed, 3, cold=False) is None
        following.take(answer(3, 0.7))
        assert following.start(changed, 4, cold=False).item() == 0.7


def test_every_request_of_a_cold_drag_is_cold() -> None:
    following = Following()
    following.start(EXPERIMENT, 1, cold=False)
    following.take(answer(1, 0.9))
    for generation in (2, 3):
        assert following.start(EXPERIMENT, generation, cold=True) is None
        following.take(answer(generation, 0.5))
    assert following.start(EXPERIMENT, 4, cold=False).item() == 0.5


class Follower(Plot):
    kinds = frozenset({"map", "root"})
    wanted = frozenset({FollowedRoots})


@pytest.fixture
def parts(qtbot):
    document, engine, clock, plot = Document(EXPERIMENT), Engine(), FrameClock(), Follower()
    qtbot.addWidget(plot)
    plot.show()
    solving = Solving(document, engine, clock, Stage(document, (plot,)))
    solving.submit()
    engine.frame = answer(1, 0.9)
    solving.take()
    yield document, engine
    solving.cancel()


def test_a_drag_begins_at_the_last_answer_and_its_release_too(parts) -> None:
    document, engine = parts
    document.edit(edits.set_value("x", 0.2), drag=next_drag())
    document.finish_drag()
    assert [request.quality for request in engine.requests[1:]] == ["preview", "full"]
    assert [request.warm_start.item() for request in engine.requests[1:]] == [0.9, 0.9]


def test_a_drag_with_ctrl_held_begins_at_the_start_each_time(parts, monkeypatch) -> None:
    document, engine = parts
    held = staticmethod(lambda: Qt.KeyboardModifier.ControlModifier)
    monkeypatch.setattr(QGuiApplication, "queryKeyboardModifiers", held)
    drag = next_drag()
    for x in (0.2, 0.1):
        document.edit(edits.set_value("x", x), drag=drag)
        assert engine.requests[-1].warm_start is None


def test_ctrl_and_a_key_of_a_command_is_no_drag(parts, monkeypatch) -> None:
    document, engine = parts
    held = staticmethod(lambda: Qt.KeyboardModifier.ControlModifier)
    monkeypatch.setattr(QGuiApplication, "queryKeyboardModifiers", held)
    document.edit(edits.set_value("x", 0.2))
    document.undo_stack.undo()
    assert engine.requests[-1].warm_start.item() == 0.9


def test_the_same_experiment_opened_again_is_cold() -> None:
    following = Following()
    following.start(EXPERIMENT, 1, cold=False)
    following.take(answer(1, 0.9))
    following.forget()
    assert following.start(EXPERIMENT, 2, cold=False) is None
