"""Requests and frames: qualities, generations, what is drawn and what is dropped."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QWidget
from solving_parts import Engine, Plot, Steps

from core.experiment import Experiment
from core.frame import Frame
from core.readings import ClosedOrbits, LyapunovExponents, StepSizes, Trajectories
from explorer import edits
from explorer.document import Document
from explorer.frame_clock import FrameClock
from explorer.solving import Solving
from explorer.stage import Stage


@pytest.fixture
def parts(qtbot):
    document, engine, clock = Document(Experiment("x' = -k*x\nk = 1\n")), Engine(), FrameClock()
    plot, steps = Plot(), Steps()
    for view in (plot, steps):
        qtbot.addWidget(view)
        view.show()
    solving = Solving(document, engine, clock, Stage(document, (plot, steps)))
    yield document, engine, solving, plot, steps
    solving.cancel()  # the timer of a drag that no test ended


def test_what_visible_views_want_is_united(parts):
    _, engine, solving, _, steps = parts
    solving.submit()
    steps.hide()
    solving.submit()
    always = {Trajectories, ClosedOrbits, LyapunovExponents}
    assert [set(request.wanted) for request in engine.requests] == [always | {StepSizes}, always]


def test_a_drag_asks_for_previews_and_its_end_for_full_quality(parts):
    document, engine, *_ = parts
    document.edit(edits.set_value("k", 2.0), drag=1)
    document.edit(edits.set_value("k", 3.0), drag=1)
    document.finish_drag()
    assert [request.quality for request in engine.requests] == ["preview", "preview", "full"]
    assert [request.generation for request in engine.requests] == [1, 2, 3]
    assert engine.requests[-1].experiment.values["k"] == 3.0


def test_a_pause_within_a_drag_gets_full_quality(parts, qtbot):
    document, engine, *_ = parts
    document.edit(edits.set_value("k", 2.0), drag=1)
    qtbot.waitUntil(lambda: [request.quality for request in engine.requests] == ["preview", "full"], timeout=1000)


def test_an_edit_without_a_drag_is_full_at_once(parts):
    document, engine, *_ = parts
    document.edit(edits.set_value("k", 2.0))
    assert [request.quality for request in engine.requests] == ["full"]


def test_frames_of_this_system_are_drawn_until_a_newer_one_was(parts):
    document, engine, solving, plot, _ = parts
    for value in (2.0, 3.0, 4.0):
        document.edit(edits.set_value("k", value), drag=1)
    for generation in (2, 1, 3):
        engine.frame = Frame(generation)
        solving.take()
    assert plot.drawn == [2, 3]


def test_a_frame_of_the_system_before_is_dropped(parts):
    document, engine, solving, plot, _ = parts
    document.edit(edits.set_value("k", 2.0))
    document.set_text("x' = -x^3\n")
    engine.frame = Frame(1)
    solving.take()
    engine.frame = Frame(2)
    solving.take()
    assert plot.drawn == [2]


def test_zooming_asks_once_for_many_moves(parts, qtbot):
    _, engine, _, plot, _ = parts
    for _ in range(20):
        plot.viewport_changed.emit()
    qtbot.waitUntil(lambda: len(engine.requests) == 1, timeout=1000)
    qtbot.wait(80)
    assert len(engine.requests) == 1


def test_a_view_that_comes_back_to_where_it_was_asks_nothing(parts, qtbot):
    _, engine, solving, plot, _ = parts
    solving.submit()
    plot.seen = 1.0, 2.0
    plot.viewport_changed.emit()
    plot.seen = 0.0, 1.0
    plot.viewport_changed.emit()
    qtbot.wait(80)
    assert len(engine.requests) == 1
    plot.seen = 1.0, 2.0
    plot.viewport_changed.emit()
    qtbot.waitUntil(lambda: len(engine.requests) == 2, timeout=1000)
    assert engine.requests[1].viewport.x_range == (1.0, 2.0)
    plot.wants_changed.emit()  # a layer that was switched off and on has forgotten its picture
    qtbot.waitUntil(lambda: len(engine.requests) == 3, timeout=1000)


def test_cancel_stops_what_would_follow(parts, qtbot):
    document, engine, solving, *_ = parts
    document.edit(edits.set_value("k", 2.0), drag=1)
    solving.cancel()
    qtbot.wait(200)
    assert engine.cancelled == 1
    assert [request.quality for request in engine.requests] == ["preview"]


def test_the_clock_rests_unless_something_moves(qtbot):
    clock = FrameClock()
    ticks = []
    clock.ticked.connect(ticks.append)
    clock.wake()
    qtbot.waitUntil(lambda: len(ticks) == 1, timeout=1000)
    qtbot.wait(60)
    assert len(ticks) == 1
    clock.set_moving(True)
    qtbot.waitUntil(lambda: len(ticks) > 6, timeout=2000)
    clock.set_moving(False)
    count = len(ticks)
    qtbot.wait(60)
    assert len(ticks) == count


class Slow(QWidget):
    """Takes 20 ms to paint."""

    def __init__(self):
        super().__init__()
        self.painted_at = []

    def paintEvent(self, _):
        time.sleep(0.02)
        self.painted_at.append(time.perf_counter())


def test_a_wake_does_not_wait_for_the_even_pace(qtbot):
    clock, ticks = FrameClock(), []
    clock.ticked.connect(lambda _: ticks.append(time.perf_counter()))
    clock.set_moving(True)
    qtbot.waitUntil(lambda: len(ticks) > 2, timeout=2000)
    gaps = []
    for _ in range(20):
        count = len(ticks)
        qtbot.waitUntil(lambda count=count: len(ticks) > count, timeout=2000)
        clock.wake()
        count = len(ticks)
        qtbot.waitUntil(lambda count=count: len(ticks) > count, timeout=2000)
        gaps.append(ticks[-1] - ticks[-2])
    clock.set_moving(False)
    assert sorted(gaps)[10] < 0.012  # the even pace is 0.016


def test_the_clock_leaves_time_after_a_slow_painting(qtbot):
    clock, slow, began = FrameClock(), Slow(), []
    qtbot.addWidget(slow)
    slow.show()
    qtbot.waitUntil(lambda: len(slow.painted_at) > 0, timeout=1000)

    def tick():
        began.append(time.perf_counter())
        slow.update()
        if len(began) < 6:
            clock.wake()

    clock.ticked.connect(tick)
    slow.painted_at.clear()
    clock.wake()
    qtbot.waitUntil(lambda: len(slow.painted_at) == 6, timeout=2000)
    rests = [next_one - painted for next_one, painted in zip(began[1:], slow.painted_at, strict=False)]
    assert min(rests) >= 0.1 * 0.02
