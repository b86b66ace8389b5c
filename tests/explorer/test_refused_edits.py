"""Edits whose text cannot be read: nothing hears of them but a person, and the undo history stays whole."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from map_bench import furnished
from PySide6.QtGui import QUndoStack

from core.experiment import Experiment
from core.language import parse
from core.stored_tensor import StoredTensor
from core.window_notes import WindowNotes
from explorer import edits
from explorer.document import Document
from explorer.edit_command import DocumentState, EditCommand

TEXT = "x' = -k*x\nk = 1 in [0, 5]\n"
UNREADABLE = "z' = W z\nz in R^101\nlearn W = normal(101, 101, seed 1)\n"
STORING = 'z\' = W z\nz in R^2\nW = data "W"\n'


def test_an_edit_to_a_text_that_cannot_be_read_changes_nothing(qapp):  # noqa: ARG001 - signals need an application
    document = Document(Experiment(TEXT))
    document.edit(edits.set_value("k", 2.0), drag=1)
    before, told, refusals = document.experiment, [], []
    for signal in (document.leaving, document.opened, document.system_changed, document.experiment_changed):
        signal.connect(lambda *_: told.append(1))
    document.refused.connect(refusals.append)
    assert not document.edit(edits.load(Experiment(UNREADABLE), "a new network"))
    (sentence,) = refusals
    assert sentence.startswith("Open a new network: not done, for its text cannot be read at line 3")
    assert "between 1 and 10000 entries" in sentence
    assert (told, document.experiment, document.undo_stack.count()) == ([], before, 1)
    assert document.undo_stack.undoText() == "Change k"
    assert document.dragging
    assert document.edit(edits.load(Experiment("y' = -y"), "another"))
    document.undo_stack.undo()
    assert document.experiment is before
    document.undo_stack.redo()
    assert document.system.components == ("y",)


def test_tensors_that_the_text_cannot_take_are_refused(qapp):  # noqa: ARG001 - as above
    first = {"W": StoredTensor.of(np.eye(2))}
    document = Document(Experiment(STORING, tensors=first))
    refusals: list[str] = []
    document.refused.connect(refusals.append)
    assert not document.edit(edits.store_tensors({"W": StoredTensor.of(np.eye(3))}, ("W",)))
    assert len(refusals) == 1
    assert dict(document.experiment.tensors) == first
    assert document.undo_stack.count() == 0


@pytest.mark.parametrize("failing", ["push", "undo", "redo"])
def test_an_exception_never_gets_into_the_stack(qapp, monkeypatch, failing):  # noqa: ARG001 - as above
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda *fault: caught.append((fault[0], str(fault[1]))))
    stack, moment = QUndoStack(), ""
    reached = []

    def adopt(state: DocumentState) -> None:
        reached.append(state.draft)
        if moment == failing:
            raise ValueError(failing)

    states = [DocumentState(Experiment(TEXT), draft, parse(TEXT)) for draft in ("a", "b", "c")]
    moment = "push"
    for before, after in pairwise(states):
        stack.push(EditCommand(adopt, before, after, "Change", None, None))
    moment = "undo"
    stack.undo()
    moment = "redo"
    stack.redo()
    assert reached == ["b", "c", "b", "c"]
    assert caught == [(ValueError, failing)] * (2 if failing == "push" else 1)
    assert (stack.count(), stack.index()) == (2, 2)
    stack.undo()
    stack.undo()
    assert reached[-1] == "a"


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with furnished(tmp_path, monkeypatch) as made:
        made.clock.set_moving(False)
        yield made


def test_a_refused_network_is_told_by_the_notice_and_keeps_file_and_picture(conductor, tmp_path):
    document = conductor.document
    document.set_path(tmp_path / "mine.toml")
    before, main, chosen = document.experiment, conductor.stage.main, []
    conductor.choosing.chosen.connect(chosen.append)
    conductor.choosing.put(Experiment(UNREADABLE), "a new network", WindowNotes(main="density"))
    assert "between 1 and 10000 entries" in conductor.panels.notices.text
    assert (document.experiment, document.path, chosen) == (before, tmp_path / "mine.toml", [])
    assert conductor.stage.main is main


def test_refused_tensors_are_not_told_as_stored(conductor, tmp_path):
    held = {"W": StoredTensor.of(np.eye(2))}
    conductor.choosing.put(Experiment(STORING, tensors=held), "a system", WindowNotes())
    np.savetxt(tmp_path / "W.csv", np.eye(3), delimiter=",")
    conductor.storing.store(tmp_path / "W.csv")
    assert conductor.panels.notices.text.startswith("Store W: not done")
    assert dict(conductor.document.experiment.tensors) == held
