"""A network trains in the window: what the engine is asked, what becomes of the document, and who may end it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from learning_bench import NAMES, TEXT, learner
from training_states import state_at

from core.readings import TrainingProgress
from core.training_state import TrainingTask
from explorer import edits, training_edits


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with learner(tmp_path, monkeypatch) as made:
        yield made


def task_of(bench) -> TrainingTask:
    return bench.engine.asked.training


def test_it_begins_at_rest_with_the_readings_of_iteration_0(bench):
    first = next(one for one in bench.engine.requests if one.training is not None)
    assert first.training.state is None
    assert task_of(bench).iterations == 0
    assert TrainingProgress in bench.engine.asked.wanted
    assert bench.trainer.line.log.iterations == (0,)
    assert not bench.playback.playing
    assert bench.playback.learning
    assert "iteration 0" in bench.panel._stand.text()


def test_play_trains_and_pause_makes_the_weights_the_documents_in_one_step(bench):
    bench.do("play")
    assert bench.playback.playing
    assert bench.panel._run.text() == "Pause"
    assert task_of(bench).iterations is None
    assert task_of(bench).state.iteration == 0
    asked = len(bench.engine.requests)
    bench.train_to(5, 11, 16)
    assert len(bench.engine.requests) == asked
    assert bench.weight() == -1.0
    assert bench.playback.t == 16
    begun = time.thread_time()
    bench.do("play")
    assert time.thread_time() - begun < 0.1
    assert not bench.playback.playing
    assert bench.weight() == 16.0
    assert bench.document.undo_stack.undoText() == "Train"
    assert bench.document.undo_stack.count() == 1
    assert task_of(bench).iterations == 0
    assert task_of(bench).state.iteration == 16
    assert len(bench.engine.requests) == asked + 1


def test_what_comes_late_after_a_pause_changes_nothing(bench):
    bench.do("train")
    bench.train_to(5)
    running = bench.engine.asked
    bench.do("train")
    bench.engine.answer(9, request=running)
    bench.look()
    assert bench.trainer.line.at == 5
    assert bench.weight() == 5.0


def test_undo_returns_weights_and_playhead_and_redo_goes_forth_again(bench):
    for to in (10, 25):
        bench.do("train")
        bench.train_to(to)
        bench.do("train")
        bench.document.undo_stack.setClean()  # else what follows within a second is the same step
    assert bench.weight() == 25.0
    bench.do("undo")
    assert (bench.weight(), bench.playback.t, bench.trainer.line.at) == (10.0, 10.0, 10)
    bench.do("undo")
    assert (bench.weight(), bench.playback.t) == (-1.0, 0.0)
    bench.do("redo")
    bench.do("redo")
    assert (bench.weight(), bench.playback.t) == (25.0, 25.0)
    bench.do("train")
    assert task_of(bench).state.iteration == 25


def test_undo_while_it_trains_takes_back_that_training(bench):
    bench.do("train")
    bench.train_to(10)
    bench.do("train")
    bench.document.undo_stack.setClean()
    bench.do("train")
    bench.train_to(20)
    bench.do("undo")
    assert not bench.trainer.running
    assert bench.weight() == 10.0
    bench.do("redo")
    assert bench.weight() == 20.0


def test_an_edit_goes_on_from_the_newest_state_with_one_request(bench):
    bench.do("train")
    bench.train_to(7)
    asked = len(bench.engine.requests)
    bench.document.edit(training_edits.set_training("rate", 0.1))
    assert len(bench.engine.requests) == asked + 1
    assert task_of(bench).state.iteration == 7
    assert task_of(bench).iterations is None
    assert bench.engine.asked.experiment.training.rate == 0.1
    bench.train_to(9)
    assert bench.trainer.running
    assert bench.trainer.line.at == 9


def test_a_drag_asks_for_previews_and_trains_on(bench):
    bench.do("train")
    bench.train_to(3)
    for rate in (0.02, 0.03):
        bench.document.edit(training_edits.set_training("rate", rate), 5)
        before = bench.engine.requests[-2]
        bench.engine.answer(bench.trainer.line.at + 1, request=before)  # the one before was not in vain
        bench.look()
    assert bench.engine.asked.quality == "preview"
    assert bench.trainer.line.at == 5
    bench.document.finish_drag()
    assert bench.engine.asked.quality == "full"
    assert task_of(bench).state.iteration == 5
    assert bench.document.undo_stack.count() == 1


def test_looking_around_does_not_end_it(bench, qtbot):
    bench.do("train")
    bench.train_to(3)
    asked = len(bench.engine.requests)
    bench.window.stage.main.viewport_changed.emit()  # comes back to where it was
    qtbot.wait(80)
    assert len(bench.engine.requests) == asked
    bench.window.solving.set_focus(1)
    bench.window.solving._look()
    qtbot.waitUntil(lambda: len(bench.engine.requests) == asked + 1, timeout=1000)
    assert task_of(bench).state.iteration == 3
    assert task_of(bench).iterations is None


def test_single_steps_add_up(bench):
    bench.do("train_step")
    assert task_of(bench).iterations == 1
    bench.do("train_step")
    assert task_of(bench).iterations == 2
    assert not bench.playback.playing
    bench.train_to(2, final=True)
    assert not bench.trainer.running
    assert bench.weight() == 2.0
    bench.do("step")
    assert task_of(bench).iterations == 1
    assert task_of(bench).state.iteration == 2


def test_the_end_is_told_and_is_a_pause(bench):
    bench.do("train")
    bench.train_to(40, final=True, end="40 iterations are done.")
    assert bench.panel._end.text() == "40 iterations are done."
    assert not bench.playback.playing
    assert bench.weight() == 40.0


def test_a_refusal_and_a_lost_run_are_told(bench):
    bench.do("train")
    bench.engine.refuse("the loss is no number")
    bench.look()
    assert not bench.trainer.running
    bench.engine.refuse("the loss is no number")  # as it is asked at rest
    bench.look()
    assert bench.panel._fault.text() == "The loss is no number."
    bench.do("train")
    assert bench.panel._fault.isHidden()
    bench.train_to(4)
    bench.engine.fail("out of memory")
    bench.look()
    assert not bench.trainer.running
    assert bench.weight() == 4.0


def test_an_engine_that_is_lost_is_asked_from_the_newest_state(bench, qtbot):
    bench.do("train")
    bench.train_to(12)
    asked = len(bench.engine.requests)
    bench.engine.state_changed.emit("restarting", "The engine was restarted.")
    qtbot.waitUntil(lambda: len(bench.engine.requests) == asked + 1, timeout=1000)
    assert task_of(bench).state.iteration == 12
    bench.engine.state_changed.emit("restarting", "The engine was restarted.")  # no further: let it be given up
    qtbot.wait(20)
    assert len(bench.engine.requests) == asked + 1


def test_saving_keeps_the_newest_weights_and_trains_on(bench, tmp_path):
    bench.window.document.set_path(tmp_path / "kept.implicit")
    bench.do("train")
    bench.train_to(6)
    bench.do("save")
    assert bench.weight() == 6.0
    assert bench.trainer.running
    assert bench.document.undo_stack.isClean()
    assert task_of(bench).iterations is None


def test_escape_is_a_pause_whose_picture_is_not_cancelled(bench):
    bench.do("train")
    bench.train_to(6)
    asked, cancelled = len(bench.engine.requests), bench.engine.cancelled
    bench.do("cancel")
    assert not bench.trainer.running
    assert bench.weight() == 6.0
    assert (bench.engine.cancelled, len(bench.engine.requests)) == (cancelled + 1, asked + 1)
    assert bench.engine.asked.training.iterations == 0
    assert bench.trainer.line.at == 6


def test_choosing_another_system_loses_nothing_that_was_learnt(bench):
    bench.do("train")
    bench.train_to(6)
    bench.window.choosing.choose("van_der_pol")
    assert not bench.playback.learning
    bench.do("undo")
    assert bench.weight() == 6.0
    assert bench.playback.t == 6


def test_starting_over_is_a_step_back_that_can_be_undone(bench):
    bench.do("train")
    bench.train_to(8)
    bench.do("start_over")
    assert bench.weight() == -1.0
    assert bench.trainer.line.log.iterations == (0,)
    assert len(bench.trainer.line.ghost.loss) == 8
    bench.do("undo")
    assert bench.weight() == 8.0
    assert bench.playback.t == 8


def test_another_text_begins_anew_and_says_so(bench):
    bench.do("train")
    bench.train_to(8)
    bench.document.set_text(TEXT.replace("tanh", "relu"))
    bench.look()
    assert not bench.trainer.running
    assert bench.trainer.line.log.iterations == (0,)
    assert "begin anew" in bench.panel._end.text()
    bench.do("undo")
    assert bench.panel._end.isHidden()


def test_another_experiment_does_not_train_and_what_moved_moves_again(bench):
    bench.do("train")
    bench.train_to(8)
    bench.document.edit(
        edits.load(replace(bench.document.experiment, text="x' = y\ny' = -x\nstart (1, 0)\n"), "another")
    )
    bench.look()
    assert not bench.trainer.running
    assert not bench.playback.learning
    assert bench.engine.asked.training is None
    assert bench.panel.isHidden() is False  # there is a data set, and nothing that learns it
    assert not bench.panel._run.isEnabled()


def test_weights_that_someone_stores_begin_a_line_of_their_own(bench):
    bench.do("train")
    bench.train_to(8)
    bench.do("train")
    stored = state_at(3, NAMES).weights
    bench.document.edit(training_edits.set_weights(stored, "Store"))
    bench.look()
    assert task_of(bench).state is None or task_of(bench).state.iteration == 0
    assert bench.trainer.line.at == 0
