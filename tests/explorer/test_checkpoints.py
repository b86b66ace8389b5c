"""Checkpoints from the window: saved, resumed from, and refused in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from learning_bench import NAMES, learner
from training_states import state_at

from core.training_file import load_checkpoint, save_checkpoint


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with learner(tmp_path, monkeypatch) as made:
        yield made


def told(bench) -> str:
    return bench.window.panels.notices.text


def test_what_is_saved_can_be_resumed(bench, tmp_path):
    path = tmp_path / "here.safetensors"
    checkpoints = bench.window.learning.checkpoints
    bench.do("train")
    bench.train_to(10, 20)
    checkpoints.save(path, bench.trainer.line.log.newest)
    assert "Iteration 20 is in here.safetensors" in told(bench)
    bench.train_to(30)
    checkpoints.resume(path)
    bench.look()
    assert not bench.trainer.running
    assert (bench.weight(), bench.playback.t) == (20.0, 20.0)
    assert bench.document.undo_stack.undoText() == "Resume from here.safetensors"
    bench.do("train")
    state = bench.engine.asked.training.state
    assert state.iteration == 20
    assert state.optimiser == state_at(20).optimiser
    assert len(state.curves.loss) == 20
    bench.do("train")
    bench.do("undo")
    assert bench.weight() == 30.0
    assert bench.playback.t == 30


def test_an_earlier_state_that_is_looked_at_is_saved_whole(bench, tmp_path, monkeypatch):
    path = tmp_path / "earlier.safetensors"
    monkeypatch.setattr("explorer.checkpoints.QFileDialog.getSaveFileName", lambda *_: (str(path), ""))
    bench.do("train")
    bench.train_to(10, 20)
    bench.do("train")
    bench.playback.seek(10)
    bench.do("save_checkpoint")
    assert load_checkpoint(path).iteration == 10
    assert len(load_checkpoint(path).curves.loss) == 10


def test_the_same_weights_bring_their_optimiser_back(bench, tmp_path):
    path = tmp_path / "same.safetensors"
    bench.do("train")
    bench.train_to(10)
    bench.do("train")
    save_checkpoint(path, replace(bench.trainer.line.log.newest, optimiser=b"another memory"))
    bench.window.learning.checkpoints.resume(path)
    bench.do("train")
    assert bench.engine.asked.training.state.optimiser == b"another memory"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (state_at(5, ("W",)), "it has no V"),
        (state_at(5, (*NAMES, "Q")), "the text learns no Q"),
        (state_at(5, NAMES, (3, 3)), "its W has the shape 3 × 3, and the text's has 2 × 2"),
        (replace(state_at(5, NAMES), layout="another"), "other formulas"),
    ],
)
def test_a_checkpoint_of_another_network_is_refused(bench, tmp_path, state, words):
    path = tmp_path / "other.safetensors"
    save_checkpoint(path, state)
    bench.window.learning.checkpoints.resume(path)
    assert words in told(bench)
    assert bench.weight() == -1.0


def test_what_is_no_checkpoint_is_refused(bench, tmp_path, monkeypatch):
    path = tmp_path / "none.safetensors"
    path.write_bytes(b"nothing")
    monkeypatch.setattr("explorer.checkpoints.QFileDialog.getOpenFileName", lambda *_: (str(path), ""))
    bench.do("resume_checkpoint")
    assert "no safetensors file" in told(bench)
    bench.window.learning.checkpoints.save(tmp_path / "no" / "where.safetensors", state_at(1))
    assert "was not saved" in told(bench)
