"""Requests and frames: qualities, generations, what is drawn and what is dropped."""

from __future__ import annotations

import time
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.experiment import Experiment
from core.frame import Frame
from core.readings import StepSizes, Trajectories
from explorer import edits
from explorer.document import Document
from explorer.frame_clock import FrameClock
from explorer.solving import Solving
from explorer.stage import Stage
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

    def draw(self, frame) -> None:
        self.drawn.append(frame.generation)


class Steps(Plot):
    wanted: ClassVar = frozenset({StepSizes})


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
    assert [set(request.wanted) for request in engine.requests] == [{Trajectories, StepSizes}, {Trajectories}]


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


def test_a_preview_is_drawn_by_the_plane_and_the_others_in_turn_and_the_full_frame_by_all(qtbot):
    document, engine = Document(Experiment("x' = -k*x\nk = 1\n")), Engine()
    plots = tuple(Plot() for _ in range(3))
    for plot in plots:
        qtbot.addWidget(plot)
        plot.show()
    solving = Solving(document, engine, FrameClock(), Stage(document, plots))
    for generation, quality in ((1, "preview"), (2, "preview"), (3, "preview"), (4, "full")):
        solving.submit()
        engine.frame = Frame(generation, quality=quality)
        counts = []
        for _ in range(4):
            solving.take()
            counts.append(sum(len(plot.drawn) for plot in plots))
        drawn = 2 if quality == "preview" else 3  # one view a tick
        assert [count - counts[0] for count in counts] == [0, *range(1, drawn), *[drawn - 1] * (4 - drawn)]
    assert plots[0].drawn == [1, 2, 3, 4]
    assert plots[1].drawn == [2, 4]
    assert plots[2].drawn == [1, 3, 4]


def test_the_plane_draws_what_is_newest_at_once_and_never_behind_another_plot(qtbot):
    document, engine, clock = Document(Experiment("x' = -k*x\nk = 1\n")), Engine(), FrameClock()
    plots = tuple(Plot() for _ in range(2))
    for plot in plots:
        qtbot.addWidget(plot)
        plot.show()
    solving = Solving(document, engine, clock, Stage(document, plots))
    for _ in range(3):
        solving.submit()
    engine.frame = Frame(1, quality="preview")
    assert solving.take() is plots[0]
    engine.frame = Frame(2, quality="preview")
    assert solving.take() is plots[1]
    assert plots[1].drawn == [1]  # the frame of its turn
    engine.frame = Frame(3, quality="preview")  # while the other was painted, a newer one came
    assert solving.take() is plots[0]
    assert plots[0].drawn == [1, 3]


def test_a_frame_that_had_to_wait_for_another_plot_is_drawn_though_the_clock_is_at_rest(qtbot):
    document, engine, clock = Document(Experiment("x' = -k*x\nk = 1\n")), Engine(), FrameClock()
    plots = tuple(Plot() for _ in range(2))
    for plot in plots:
        qtbot.addWidget(plot)
        plot.show()
    solving = Solving(document, engine, clock, Stage(document, plots))
    clock.ticked.connect(solving.take)
    solving.submit()
    solving.submit()
    engine.frame = Frame(1, quality="preview")
    solving.take()
    engine.frame = Frame(2, quality="preview")
    qtbot.waitUntil(lambda: plots[0].drawn == [1, 2], timeout=1000)


def test_a_run_that_sends_a_frame_with_every_tick_leaves_no_plot_behind(qtbot):
    document, engine = Document(Experiment("x' = -k*x\nk = 1\n")), Engine()
    plots = tuple(Plot() for _ in range(4))
    for plot in plots:
        qtbot.addWidget(plot)
        plot.show()
    solving = Solving(document, engine, FrameClock(), Stage(document, plots))
    solving.submit()
    for generation in range(1, 13):
        engine.frame = Frame(generation)
        solving.take()
    assert [len(plot.drawn) for plot in plots] == [6, 2, 2, 2]
    while solving.take() is not None:  # the last frame reaches every plot
        pass
    assert [plot.drawn[-1] for plot in plots] == [12, 12, 12, 12]


def test_a_plot_that_waits_for_its_turn_is_drawn_though_the_clock_is_at_rest(qtbot):
    document, engine, clock, plots = (
        Document(Experiment("x' = -k*x\nk = 1\n")),
        Engine(),
        FrameClock(),
        (Plot(), Plot()),
    )
    for plot in plots:
        qtbot.addWidget(plot)
        plot.show()
    solving = Solving(document, engine, clock, Stage(document, plots))
    clock.ticked.connect(solving.take)
    solving.submit()
    engine.frame = Frame(1, quality="preview")
    assert solving.take() is plots[0]
    assert plots[1].drawn == []
    qtbot.waitUntil(lambda: plots[1].drawn == [1], timeout=1000)


def test_zooming_asks_once_for_many_moves(parts, qtbot):
    _, engine, _, plot, _ = parts
    for _ in range(20):
        plot.viewport_changed.emit()
    qtbot.waitUntil(lambda: len(engine.requests) == 1, timeout=1000)
    qtbot.wait(80)
    assert len(engine.requests) == 1


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
