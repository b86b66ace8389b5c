"""A person's own Python file in the window: shown before it runs, and never run unasked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox

from core import codec
from core.experiment import Experiment
from core.module_file import read_module
from core.readings import Iterations, RootEffects
from explorer.application import Program
from explorer.trust_dialog import visible
from explorer.window_state import WindowState

CELL = """
import pathlib, torch
pathlib.Path(__file__).with_name("ran").write_text("")

class Cell(torch.nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.gain = torch.nn.Parameter(torch.tensor(0.5))

    def forward(self, z, x):
        return self.gain * z + x

def other(z):
    return 0.25 * z
"""


@pytest.fixture
def program(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    program = Program(QApplication.instance(), WindowState(tmp_path / "state"), inline=True)
    program.window.show()
    program.furnish()
    yield program
    program.window.close()
    program.end()


@pytest.fixture
def conductor(program):
    return program._conductor


@pytest.fixture
def cell(tmp_path):
    path = tmp_path / "cell.py"
    path.write_text(CELL, encoding="utf-8")
    return path


def _answer(qtbot, conductor):
    """The last frame, once the newest request is answered."""
    answers = []
    conductor.solving.frame_taken.connect(answers.append)

    def answered() -> None:
        newest = [frame for frame in answers if conductor.solving.is_newest(frame) and frame.final]
        assert newest
        assert newest[-1].error is None, newest[-1].error

    qtbot.waitUntil(answered, timeout=30_000)
    return answers[-1]


def _solution(qtbot, conductor) -> np.ndarray:
    """Where the chosen solver ended."""
    return _answer(qtbot, conductor).get(Iterations).runs[0].solution[0]


def _documented(folder, cell) -> object:
    """A document that names the file, saved beside it."""
    text = 'z <- Cell(z, x)\nz in R^2\nCell = module "cell.py"\nx = 1 in [0, 2]\n'
    path = folder / "layer.toml"
    codec.save(path, Experiment(text, modules={"cell.py": read_module(cell).file}))
    return path


def test_a_dropped_file_is_shown_and_runs_once_allowed(qtbot, conductor, cell):
    conductor.window.file_dropped.emit(str(cell))
    dialog = conductor.gate.dialog
    assert dialog.isVisible()
    assert dialog.no.isDefault()
    assert dialog.text.toPlainText() == CELL
    assert dialog.text.isReadOnly()
    assert not cell.with_name("ran").exists()
    dialog.yes.click()
    document = conductor.document
    assert document.system.components == ("z[1]", "z[2]")
    assert document.system.defaults() == {"x": 0.0, "gain": 0.5}
    assert document.experiment.modules == {"cell.py": read_module(cell).file}
    assert "cell.py also has other" in conductor.panels.notices.text
    np.testing.assert_allclose(_solution(qtbot, conductor), [0.0, 0.0], atol=1e-7)
    assert cell.with_name("ran").exists()
    document.undo_stack.undo()
    assert document.system.module is None


def test_sliders_set_its_numbers(qtbot, conductor, cell):
    conductor.gate.add(cell)
    conductor.gate.dialog.yes.click()
    conductor.document.set_text(conductor.document.draft.replace("x = 0", "x = 1").replace("gain = 0.5", "gain = 0.75"))
    frame = _answer(qtbot, conductor)
    np.testing.assert_allclose(frame.get(Iterations).runs[0].solution[0], [4.0, 4.0], rtol=1e-6)
    known = frame.get(RootEffects)  # of z = x / (1 - gain) by x and by gain
    assert known.parameters == ("x", "gain")
    np.testing.assert_allclose(known.effects[0], [[4.0, 16.0], [4.0, 16.0]], rtol=1e-5)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_refused_file_changes_nothing(qtbot, conductor, cell, key):
    before = conductor.document.experiment
    conductor.gate.add(cell)
    qtbot.keyClick(conductor.gate.dialog, key)
    assert conductor.gate.dialog is None
    assert conductor.document.experiment is before
    assert "was not run. File > Layer from a Python file" in conductor.panels.notices.text
    assert not cell.with_name("ran").exists()


def test_an_allowed_file_is_not_asked_about_again(conductor, program, cell):
    conductor.gate.add(cell)
    conductor.gate.dialog.yes.click()
    conductor.gate.add(cell)
    assert conductor.gate.dialog is None
    table = program._state.trusted.read_text(encoding="utf-8")
    assert read_module(cell).sha256 in table


def test_a_changed_file_asks_again_and_the_old_one_goes_on(qtbot, conductor, cell):
    conductor.gate.add(cell)
    conductor.gate.dialog.yes.click()
    before = conductor.document.experiment
    cell.write_text(CELL.replace("+ x", "+ x + 1"), encoding="utf-8")
    conductor.window.actions_by_name["restart_run"].trigger()
    assert "has changed since you allowed it" in conductor.gate.dialog.windowTitle() + _words(conductor.gate.dialog)
    conductor.gate.dialog.no.click()
    assert conductor.document.experiment is before
    np.testing.assert_allclose(_solution(qtbot, conductor), [0.0, 0.0], atol=1e-7)
    conductor.window.actions_by_name["restart_run"].trigger()
    conductor.gate.dialog.yes.click()
    assert conductor.document.experiment.modules["cell.py"].sha256 == read_module(cell).sha256
    np.testing.assert_allclose(_solution(qtbot, conductor), [2.0, 2.0], rtol=1e-6)


def test_a_document_opens_without_running_anything(qtbot, conductor, cell, tmp_path):
    conductor.filing.open_path(_documented(tmp_path, cell))
    assert conductor.document.system.module is not None
    dialog = conductor.gate.dialog
    assert "names cell.py, which has not run yet" in _words(dialog)
    qtbot.waitUntil(lambda: "cell.py has not run" in conductor.panels.notices.text, timeout=10_000)
    dialog.reject()
    assert "was not run. File > Python file of the layer" in conductor.panels.notices.text
    qtbot.wait(50)
    assert not cell.with_name("ran").exists()
    conductor.window.actions_by_name["python_trust"].trigger()
    conductor.gate.dialog.yes.click()
    np.testing.assert_allclose(_solution(qtbot, conductor), [2.0, 2.0], rtol=1e-6)


def test_what_is_forbidden_later_runs_no_more(qtbot, conductor, cell, tmp_path):
    path = _documented(tmp_path, cell)
    conductor.filing.open_path(path)
    conductor.gate.dialog.yes.click()
    conductor.gate.look()
    assert conductor.gate.dialog.yes.isDefault()
    conductor.gate.dialog.reject()  # looked at, and closed
    assert conductor.gate.sources()
    conductor.gate.look()
    conductor.gate.dialog.no.click()
    assert conductor.gate.sources() == {}
    qtbot.waitUntil(lambda: "cell.py has not run" in conductor.panels.notices.text, timeout=10_000)
    conductor.filing.open_path(path)
    assert conductor.gate.dialog is not None


def test_a_document_of_another_content_that_is_trusted_takes_it(conductor, cell, tmp_path):
    path = _documented(tmp_path, cell)
    cell.write_text(CELL.replace("+ x", "+ x + 1"), encoding="utf-8")
    conductor.gate.add(cell)
    conductor.gate.dialog.yes.click()
    conductor.filing.open_path(path)
    assert conductor.gate.dialog is None
    assert conductor.document.experiment.modules["cell.py"].sha256 == read_module(cell).sha256
    assert "another than when this experiment was saved" in conductor.panels.notices.text


def test_a_file_that_was_only_typed_is_looked_for_beside_the_document(qtbot, conductor, cell):
    conductor.document.set_path(cell.with_name("layer.toml"))
    conductor.document.set_text('z <- other(z)\nother = module "cell.py"\n')
    assert conductor.gate.dialog is None  # nobody is interrupted while typing
    qtbot.waitUntil(lambda: "cell.py has not run" in conductor.panels.notices.text, timeout=10_000)
    conductor.window.actions_by_name["python_trust"].trigger()
    conductor.gate.dialog.yes.click()
    assert conductor.document.experiment.modules == {"cell.py": read_module(cell).file}
    np.testing.assert_allclose(_solution(qtbot, conductor), [0.0], atol=1e-7)


def test_reset_forgets_what_was_allowed(program, cell):
    program._conductor.gate.add(cell)
    program._conductor.gate.dialog.yes.click()
    assert program._state.trusted.exists()
    program._state.forget()
    assert not program._state.trusted.exists()


def test_a_file_that_is_gone_is_told(conductor, cell, tmp_path):
    path = _documented(tmp_path, cell)
    cell.unlink()
    conductor.filing.open_path(path)
    assert conductor.gate.dialog is None
    assert "cell.py was not read" in conductor.panels.notices.text


def test_a_fault_of_the_file_is_told_with_its_line_and_the_text_stays(qtbot, conductor, cell):
    cell.write_text(CELL.replace("self.gain * z + x", "z @ torch.ones(9, 9)"), encoding="utf-8")
    conductor.gate.add(cell)
    conductor.gate.dialog.yes.click()
    qtbot.waitUntil(lambda: "cell.py, line 11: RuntimeError" in conductor.panels.notices.text, timeout=30_000)
    assert conductor.document.system.module is not None
    cell.write_text(CELL, encoding="utf-8")
    conductor.window.actions_by_name["restart_run"].trigger()
    conductor.gate.dialog.yes.click()
    np.testing.assert_allclose(_solution(qtbot, conductor), [0.0, 0.0], atol=1e-7)
    assert "RuntimeError" not in conductor.panels.notices.text


def test_a_text_without_a_python_file_says_so(conductor):
    conductor.gate.look()
    assert conductor.gate.dialog is None
    assert "names no Python file" in conductor.panels.notices.text


def test_views_and_layers_that_need_a_formula_are_not_offered(conductor, cell):
    conductor.gate.add(cell)
    conductor.gate.dialog.yes.click()
    names = {view.name for view in conductor.stage.fitting}
    assert {"spectrum", "residuals", "gradients", "iterate_plane"} <= names
    assert names.isdisjoint({"orbit_diagram", "bifurcation", "solver_maps"})
    layers = {layer.name for layer in conductor.stage.main.layers()}
    assert "fixed_points" in layers
    assert layers.isdisjoint({"proofs", "basins"})
    conductor.document.set_text("z <- 0.5 z\nz in R^2")
    assert {"proofs", "basins"} <= {layer.name for layer in conductor.stage.main.layers()}


def test_a_broken_list_of_trusted_files_trusts_nothing(program, cell):
    gate, state = program._conductor.gate, program._state
    state.trusted.parent.mkdir(parents=True, exist_ok=True)
    for text in ("file = 3", "[[file]]\npath = 3\n", "[[file]]\npath = 'a.txt'\nsha256 = ''\n", "\x00"):
        state.trusted.write_text(text, encoding="utf-8")
        assert not type(gate._trust)(state.trusted).allows(read_module(cell).file)


def test_characters_that_hide_are_written_out():
    assert visible("a = 1  # \u202e)(\n\tb\u200b\x1b[8m\r\n") == ("a = 1  # ⟨U+202E⟩)(\n\tb⟨U+200B⟩⟨U+001B⟩[8m\n", 3)
    assert visible("x = 'größe ⟨'\n") == ("x = 'größe ⟨'\n", 0)


def _words(dialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))
