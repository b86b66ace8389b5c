"""A person's own torch module that trains in the window: not before it is allowed, and then as a text does."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from core.experiment import Experiment, RootFinding
from core.module_file import read_module
from core.stored_tensor import StoredTensor
from core.training_choice import Training
from core.training_file import load_checkpoint, save_checkpoint
from core.window_notes import WindowNotes
from explorer.application import Program
from explorer.window_state import WindowState

CELL = """
import pathlib, torch
pathlib.Path(__file__).with_name("ran").write_text("")

class Cell(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(0.1 * torch.eye(3))
        self.U = torch.nn.Linear(2, 3)

    def forward(self, z, x):
        return torch.tanh(z @ self.W.T + self.U(x))
"""
TEXT = """# A cell of a file
z <- Cell(z, x)
z in R^3
learn Cell = module "cell.py"
x = data "x" as batch
y = V z
learn V = normal(1, 3, seed 1)
"""


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    program = Program(QApplication.instance(), WindowState(tmp_path / "state"), inline=True)
    program.window.show()
    program.furnish()
    yield program._conductor
    program._conductor.learning.trainer.pause()
    program.window.close()
    program.end()


@pytest.fixture
def experiment(tmp_path):
    path = tmp_path / "cell.py"
    path.write_text(CELL, encoding="utf-8")
    source = read_module(path)
    return Experiment(
        TEXT,
        root=RootFinding(solver="anderson", tolerance=1e-6),
        training=Training(
            data="circles", points=60, test_points=30, loss="cross_entropy", output="y", batch=30, iterations=5
        ),
        tensors={"x": StoredTensor.of(np.ones((2, 2)))},
        modules={"cell.py": source.file},
    )


def opened(conductor, experiment) -> None:
    conductor.document.undo_stack.setClean()
    conductor.filing.replace(experiment, WindowNotes(), None)


def trained(qtbot, conductor) -> None:
    trainer = conductor.learning.trainer
    conductor.window.actions_by_name["train"].trigger()
    qtbot.waitUntil(lambda: bool(trainer.end), timeout=60_000)


def test_it_is_not_run_before_a_person_allows_it_and_then_learns(qtbot, conductor, experiment, tmp_path):
    opened(conductor, experiment)
    panel, trainer, document = conductor.panels.training, conductor.learning.trainer, conductor.document
    assert not panel.isHidden()
    assert panel.network._why.text() == ""  # nobody knows the layers in a file
    qtbot.waitUntil(lambda: bool(trainer.fault), timeout=30_000)
    assert panel._fault.text() == "cell.py has not run: nobody allowed this Python file on this computer."
    assert not (tmp_path / "ran").exists()
    conductor.gate._trust.allow(experiment.modules["cell.py"])
    conductor.gate.decided.emit()
    qtbot.waitUntil(lambda: trainer.line.log.newest is not None, timeout=30_000)
    assert (tmp_path / "ran").exists()
    trained(qtbot, conductor)
    assert trainer.fault == ""
    assert set(trainer.line.log.newest.weights) == {"V", "Cell.W", "Cell.U.weight", "Cell.U.bias"}
    learnt = document.experiment.tensors
    assert learnt["Cell.W"] == trainer.line.log.newest.weights["Cell.W"]
    np.testing.assert_array_equal(learnt["x"].array(), np.ones((2, 2)))
    save_checkpoint(tmp_path / "half.safetensors", trainer.line.log.newest)
    conductor.window.actions_by_name["start_over"].trigger()
    assert set(document.experiment.tensors) == {"x"}
    document.undo_stack.undo()
    assert document.experiment.tensors == learnt
    document.undo_stack.undo()
    assert set(document.experiment.tensors) == {"x"}
    conductor.learning.checkpoints.resume(tmp_path / "half.safetensors")
    assert document.experiment.tensors == learnt
    assert trainer.line.at == load_checkpoint(tmp_path / "half.safetensors").iteration == 5
