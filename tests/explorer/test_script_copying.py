"""Copy as Python and Copy as torch function, as a person asks for them in the window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from core.presets import load_preset
from core.scripting import python_script, torch_function
from explorer import edits
from explorer.application import Program
from explorer.window_state import WindowState

WAIT = 5000


@pytest.fixture
def conductor(qtbot, tmp_path):
    program = Program(QApplication.instance(), WindowState(tmp_path / "state"), inline=True)
    program.window.show()
    conductor = program.furnish()
    qtbot.waitUntil(lambda: all(len(view.table().columns) for view in conductor.stage.on), timeout=WAIT)
    QGuiApplication.clipboard().setText("nothing")
    yield conductor
    conductor.document.undo_stack.setClean()  # or closing would ask whether to save
    program.window.close()
    program.end()


def _copied(conductor, name: str) -> str:
    conductor.window.actions_by_name[name].trigger()
    return QGuiApplication.clipboard().text()


def test_the_script_is_that_of_the_experiment_in_force(conductor):
    document = conductor.document
    document.edit(edits.set_value("mu", 2.25))
    text = _copied(conductor, "copy_python")
    assert text == python_script(document.experiment, document.system)
    assert "params={'mu': 2.25}" in text
    assert conductor.panels.notices.text.startswith("The script is on the clipboard: ")


def test_the_torch_function_has_the_sliders_values_and_the_title(conductor):
    document = conductor.document
    document.replace(replace(load_preset("neuron")[0], title='A "title" of its own', values={"w": 0.75}), None)
    text = _copied(conductor, "copy_torch")
    assert text == torch_function(replace(document.system, title=document.title), {"w": 0.75})
    assert "def layer(z, *, w=0.75, x=0.3):" in text
    assert 'A "title" of its own' in text
    assert conductor.panels.notices.text.startswith("The torch function is on the clipboard: ")


def test_a_text_with_an_error_is_not_what_is_copied(conductor):
    conductor.document.set_text("x' = y +")
    assert "x' = y\n" in _copied(conductor, "copy_python")
    assert "of the last text without an error" in conductor.panels.notices.text


def test_without_a_start_nothing_is_copied_and_that_is_told(conductor):
    document = conductor.document
    document.replace(replace(document.experiment, starts=()), None)
    assert _copied(conductor, "copy_python") == "nothing"
    assert conductor.panels.notices.text.startswith("Nothing was copied: ")


def test_both_are_in_the_file_menu(conductor):
    entries = [action.text() for action in conductor.window.top_bar.menus["File"].actions()]
    assert {"Copy as Python", "Copy as torch function"} <= set(entries)
