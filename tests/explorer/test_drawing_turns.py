"""Who draws a frame, and when: the plane at once, the other plots in turn, and nobody is left behind."""

from __future__ import annotations

import pytest
from solving_parts import Engine, Plot

from core.experiment import Experiment
from core.frame import Frame
from core.readings import TrainingProgress
from explorer.document import Document
from explorer.frame_clock import FrameClock
from explorer.solving import Solving
from explorer.stage import Stage


@pytest.fixture
def staged(qtbot):
    """So many plots on a stage: their engine, clock, themselves, and who hands them the frames."""

    def made(count: int) -> tuple[Engine, FrameClock, tuple[Plot, ...], Solving]:
        document, engine, clock = Document(Experiment("x' = -k*x\nk = 1\n")), Engine(), FrameClock()
        plots = tuple(Plot() for _ in range(count))
        for plot in plots:
            qtbot.addWidget(plot)
            plot.show()
        return engine, clock, plots, Solving(document, engine, clock, Stage(document, plots))

    return made


def test_a_preview_is_drawn_by_the_plane_and_the_others_in_turn_and_the_full_frame_by_all(staged):
    engine, _, plots, solving = staged(3)
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


def test_every_plot_draws_what_a_training_sends(staged):
    engine, _, plots, solving = staged(4)
    for generation in (1, 2):
        solving.submit()
        engine.frame = Frame(generation, {TrainingProgress: object()}, quality="preview")
        for _ in range(4):
            solving.take()
        assert [plot.drawn[-1] for plot in plots] == [generation] * 4


def test_the_plane_draws_what_is_newest_at_once_and_never_behind_another_plot(staged):
    engine, _, plots, solving = staged(2)
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


def test_a_frame_that_had_to_wait_for_another_plot_is_drawn_though_the_clock_is_at_rest(staged, qtbot):
    engine, clock, plots, solving = staged(2)
    clock.ticked.connect(solving.take)
    solving.submit()
    solving.submit()
    engine.frame = Frame(1, quality="preview")
    solving.take()
    engine.frame = Frame(2, quality="preview")
    qtbot.waitUntil(lambda: plots[0].drawn == [1, 2], timeout=1000)


def test_a_run_that_sends_a_frame_with_every_tick_leaves_no_plot_behind(staged):
    engine, _, plots, solving = staged(4)
    solving.submit()
    for generation in range(1, 13):
        engine.frame = Frame(generation)
        solving.take()
    assert [len(plot.drawn) for plot in plots] == [6, 2, 2, 2]
    while solving.take() is not None:  # the last frame reaches every plot
        pass
    assert [plot.drawn[-1] for plot in plots] == [12, 12, 12, 12]


def test_a_plot_that_waits_for_its_turn_is_drawn_though_the_clock_is_at_rest(staged, qtbot):
    engine, clock, plots, solving = staged(2)
    clock.ticked.connect(solving.take)
    solving.submit()
    engine.frame = Frame(1, quality="preview")
    assert solving.take() is plots[0]
    assert plots[1].drawn == []
    qtbot.waitUntil(lambda: plots[1].drawn == [1], timeout=1000)
