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


@pytest.mark.parametrize("change", [choose_preset, edit_text, widen, choose_no_data])
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
