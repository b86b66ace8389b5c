"""The playhead of a training: back through its iterations, branches, and what every view is told."""

from __future__ import annotations

import pytest
from learning_bench import LEARNER, learner
from PySide6.QtWidgets import QApplication

from core.readings import TrainingProgress
from core.window_notes import WindowNotes
from explorer.playback import Playback


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with learner(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def trained(bench):
    """At rest at iteration 40, with states at 0, 10, 20, 30."""
    bench.do("train")
    bench.train_to(10, 20, 30, 40)
    bench.do("train")
    return bench


def test_the_slider_pauses_and_shows_the_closest_state_at_once(bench):
    bench.do("train")
    bench.train_to(10, 20, 30)
    bench.window.panels.timeline.scrubbed.emit(18.0)
    assert not bench.trainer.running
    assert bench.playback.t == 20
    assert bench.weight() == 30.0
    assert bench.drawn_weight() == 20.0
    assert bench.engine.asked.quality == "preview"
    assert bench.engine.asked.training is None
    assert "iteration 20 of 30" in bench.panel._stand.text()


def test_what_is_looked_at_is_asked_in_full_quality_once_the_slider_rests(trained, qtbot):
    trained.playback.seek(9)
    asked = len(trained.engine.requests)
    qtbot.waitUntil(lambda: len(trained.engine.requests) == asked + 1, timeout=1000)
    assert trained.engine.asked.quality == "full"
    assert trained.drawn_weight() == 10.0


def test_steps_back_and_forth_and_the_ends(trained):
    seen = []
    for name in ("step_back", "step_back", "step", "rewind", "end"):
        trained.do(name)
        seen.append(trained.playback.t)
    assert seen == [30, 20, 30, 0, 40]
    assert trained.trainer.line.looked_at is None
    assert trained.engine.asked.training.state.iteration == 40
    trained.do("step")
    assert trained.engine.asked.training.iterations == 1


def test_play_goes_on_from_the_newest_state(trained):
    trained.playback.seek(0)
    trained.do("play")
    assert trained.playback.t == 40
    assert trained.engine.asked.training.state.iteration == 40
    assert trained.drawn_weight() == 40.0


def test_a_branch_leaves_what_came_later_and_can_be_undone(trained):
    trained.document.undo_stack.setClean()
    assert not trained.panel._branch.isEnabled()
    trained.playback.seek(20)
    assert trained.panel._branch.isEnabled()
    trained.do("branch")
    assert trained.weight() == 20.0
    assert trained.trainer.line.log.iterations == (0, 10, 20)
    assert len(trained.trainer.line.ghost.loss) == 40
    assert trained.document.undo_stack.undoText() == "Branch at iteration 20"
    trained.do("train")
    assert trained.engine.asked.training.state.iteration == 20
    assert len(trained.engine.asked.training.state.curves.loss) == 20
    trained.train_to(24)
    trained.do("train")
    assert "a branch since 20" in trained.panel._stand.text()
    trained.do("undo")
    trained.do("undo")
    assert trained.weight() == 40.0
    assert trained.playback.t == 40
    assert trained.trainer.line.log.iterations == (0, 10, 20, 30, 40)


def test_views_of_the_training_get_the_iteration_and_others_the_time(trained):
    told = {}
    for view in trained.window.stage.on:
        view.set_cursor = lambda t, view=view: told.__setitem__(view, t)
    trained.playback.seek(20)
    assert {TrainingProgress in view.wants() for view in told} == {True, False}
    for view, t in told.items():
        assert t == (20.0 if TrainingProgress in view.wants() else 6.0)


def test_the_time_moves_in_its_own_views_alone(trained):
    view = next(one for one in trained.window.stage.on if TrainingProgress not in one.wants())
    view.cursor_moved.emit(2.5)
    assert trained.playback.t == 40
    assert trained.window.cursor_link._time == 2.5


def test_a_training_holds_what_plays_until_there_is_another_system(qapp):  # noqa: ARG001 - signals need an application
    playback = Playback()
    playback.begin((0.0, 5.0))
    playback.set_playing(True)
    playback.begin((0.0, 5.0), learning=True)
    assert not playback.playing
    playback.advance(1.0)
    assert playback.t == 0.0
    playback.begin((0.0, 5.0))
    assert playback.playing
    assert not playback.counting


def test_opening_another_learner_forgets_the_first(trained):
    trained.document.undo_stack.setClean()
    trained.window.filing.replace(LEARNER, WindowNotes(), None)
    trained.look()
    QApplication.processEvents()
    assert trained.playback.t == 0
    assert trained.trainer.line.log.iterations == (0,)
    assert trained.engine.asked.training.iterations == 0


def test_speed_and_loop_have_no_place_beside_a_training(bench):
    timeline = bench.window.panels.timeline
    assert timeline._speed.isHidden()
    bench.document.set_text("x' = y\ny' = -x\nstart (1, 0)\n")
    assert not timeline._speed.isHidden()
