"""Tensors from a file into the document and its text."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from core import codec
from core.stored_tensor import StoredTensor
from explorer import edits
from explorer.application import Program
from explorer.window_state import WindowState


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    program = Program(QApplication.instance(), WindowState(tmp_path / "state"), inline=True)
    program.window.show()
    yield program.furnish()
    program.window.close()
    program.end()


def test_a_persons_own_weights_make_a_layer(conductor, tmp_path):
    np.save(tmp_path / "weights.npy", np.array([[0.5, 0.1], [0.0, 0.25]]))
    document = conductor.document
    document.set_text('z <- tanh(W z + 1)\nW = data "weights"')
    assert "stores no tensor" in str(document.error)
    conductor.storing.store(tmp_path / "weights.npy")
    assert document.error is None
    assert document.experiment.tensors["weights"].shape == (2, 2)
    assert "weights (2 × 2)" in conductor.panels.notices.text
    document.set_text('z <- tanh(W z + 2)\nW = data "weights"')
    assert document.system.components == ("z[1]", "z[2]")
    path = tmp_path / f"layer{codec.suffix_for(document.experiment)}"
    codec.save(path, document.experiment)
    assert codec.load(path)[0] == document.experiment


def test_what_training_stores_does_not_begin_the_views_anew(conductor, tmp_path):
    document = conductor.document
    document.set_text('z\' = tanh(W z) + b\nz in R^2\nlearn W = eye(2)\nb = data "b"')
    np.save(tmp_path / "b.npy", np.array([0.5, 0.1]))
    conductor.storing.store(tmp_path / "b.npy")
    assert document.system.learnt == ("W",)
    told = []
    document.system_changed.connect(lambda: told.append("system"))
    document.experiment_changed.connect(lambda: told.append("experiment"))
    np.save(tmp_path / "W.npy", np.full((2, 2), 0.25))
    conductor.storing.store(tmp_path / "W.npy")
    assert told == ["experiment"]
    assert (document.system.data[1].tensor.array() == 0.25).all()
    document.undo_stack.undo()
    assert told == ["experiment"] * 2
    assert (document.system.data[1].tensor.array() == np.eye(2)).all()
    both = {"W": StoredTensor.of(np.zeros((2, 2))), "b": StoredTensor.of(np.zeros(2))}
    document.edit(edits.store_tensors(both, ("W", "b")))
    assert told[2:] == ["system", "experiment"]


def test_a_file_without_numbers_changes_nothing(conductor, tmp_path):
    (tmp_path / "words.csv").write_text("a, b\n", encoding="utf-8")
    before = conductor.document.experiment
    conductor.storing.store(tmp_path / "words.csv")
    assert conductor.document.experiment is before
    assert "words.csv was not stored" in conductor.panels.notices.text
