"""What puts another line of training in place of one that runs loses nothing of it."""

from __future__ import annotations

import pytest
from learning_bench import TEXT, learner


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with learner(tmp_path, monkeypatch) as made:
        yield made


def choose_preset(bench):
    bench.window.choosing.choose("van_der_pol")


def edit_text(bench):
    bench.document.set_text(TEXT.replace("tanh", "relu"))


def widen(bench):
    bench.panel.network.width_box.value_edited.emit(3.0)


def choose_no_data(bench):
    bench.panel.data_chosen.emit("")


def choose_data(bench):
    bench.panel.data_chosen.emit("circles")


def change_option(bench):
    bench.panel.option_edited.emit("data_options", "moons", "noise", 0.2)


def choose_loss(bench):
    bench.panel.training_edited.emit("loss", "squares", None)


OTHER_TASKS = [choose_data, change_option, choose_loss]


@pytest.mark.parametrize("change", [choose_preset, edit_text, widen, choose_no_data, *OTHER_TASKS])
def test_undo_returns_to_the_newest_weights(bench, change):
    bench.do("train")
    bench.train_to(4)
    bench.do("train")
    bench.document.undo_stack.setClean()  # else what follows within a second is the same step
    bench.do("train")
    bench.train_to(9)
    change(bench)
    bench.look()
    assert not bench.trainer.running
    bench.do("undo")
    assert (bench.weight(), bench.trainer.line.at, bench.playback.t) == (9.0, 9, 9.0)
    assert bench.document.undo_stack.undoText() == "Train"
    bench.do("undo")
    assert bench.weight() == 4.0


def test_what_does_not_end_it_is_one_step(bench):
    bench.do("train")
    bench.train_to(6)
    bench.panel.training_edited.emit("batch", 32, None)
    assert bench.trainer.running
    assert bench.document.undo_stack.count() == 1
    assert bench.weight() == -1.0


def test_a_step_that_ends_by_another_text_is_kept_too(bench):
    bench.do("train_step")
    bench.do("train_step")
    bench.train_to(1)
    edit_text(bench)
    bench.do("undo")
    assert bench.weight() == 1.0


@pytest.mark.parametrize("change", OTHER_TASKS)
def test_another_task_begins_a_line_from_the_weights_at_hand(bench, change):
    bench.do("train")
    bench.train_to(12)
    change(bench)
    bench.look()
    task = bench.engine.asked.training
    assert task.state is None or task.state.iteration == 0
    assert bench.drawn_weight() == 12.0
    assert (bench.trainer.line.at, bench.playback.t) == (0, 0.0)
    assert len(bench.trainer.line.log.newest.curves.loss) == 0
    assert "count anew" in bench.panel._end.text()
    bench.do("train")
    bench.train_to(5)
    bench.do("train")
    for _ in range(2):
        bench.do("undo")
    assert (bench.weight(), bench.trainer.line.at) == (12.0, 12)
    assert len(bench.trainer.line.log.newest.curves.loss) == 12
    assert bench.panel._end.isHidden()


def test_an_option_of_a_data_set_that_is_not_chosen_changes_nothing(bench):
    bench.do("train")
    bench.train_to(6)
    bench.panel.option_edited.emit("data_options", "circles", "noise", 0.2)
    assert bench.trainer.running
    assert bench.trainer.line.at == 6
