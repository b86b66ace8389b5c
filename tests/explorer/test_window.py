"""The whole window with the engine in its own process' event loop: what a new user does in the first minutes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMessageBox, QPushButton

from core import codec
from core.experiment import Experiment
from core.readings import Equilibria, Trajectories
from explorer import edits
from explorer.application import Program
from explorer.conductor import Conductor
from explorer.editors.number_box import NumberBox
from explorer.export.png import picture
from explorer.hint import Hint
from explorer.theme import DARK
from explorer.window_state import WindowState

WAIT = 5000


@pytest.fixture
def state(tmp_path) -> WindowState:
    return WindowState(tmp_path / "state")


@pytest.fixture
def program(qtbot, state, monkeypatch):
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    made = Program(QApplication.instance(), state, inline=True)
    made.window.resize(1280, 720)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.window.close()
    made.end()


@pytest.fixture
def conductor(program, qtbot) -> Conductor:
    furnished = program.furnish()
    qtbot.waitUntil(lambda: furnished.interaction.trajectories is not None, timeout=WAIT)
    return furnished


def newest(conductor: Conductor, qtbot, reading: type):
    """The reading of the answer to the latest request."""
    found = []

    def keep(frame) -> None:
        if conductor.solving.is_newest(frame) and frame.final:
            found.append(frame.get(reading))

    conductor.solving.frame_taken.connect(keep)
    conductor.solving.submit()
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT)
    conductor.solving.frame_taken.disconnect(keep)
    return found[-1]


def pixels(widget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1).copy()


def test_it_opens_with_two_moving_trajectories_of_van_der_pol(conductor, qtbot):
    assert conductor.document.title.startswith("Van der Pol")
    assert conductor.playback.playing
    curves = conductor.interaction.trajectories
    assert len(curves) == 2
    assert np.abs(curves.z[curves.curve(0)][-100:, 0]).max() == pytest.approx(2.0, abs=0.1)  # its limit cycle
    before, t = pixels(conductor.stage.main), conductor.playback.t
    qtbot.waitUntil(lambda: conductor.playback.t > t + 0.3, timeout=WAIT)
    assert (pixels(conductor.stage.main) != before).sum() > 100


def test_a_click_in_the_plane_starts_a_trajectory_and_the_hint_goes(conductor, qtbot, state):
    conductor.stage.main.start_added.emit((1.0, 3.0))
    qtbot.waitUntil(lambda: len(conductor.interaction.trajectories) == 3, timeout=WAIT)
    assert conductor.interaction.selected == 2
    assert state.preferences.clicked
    conductor.document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(conductor.interaction.trajectories) == 2, timeout=WAIT)
    assert conductor.interaction.selected is None


def test_dragging_mu_takes_the_origin_from_spiral_to_node(conductor, qtbot):
    labels = []
    for value in (1.0, 3.0):
        conductor.panels.parameters.value_edited.emit("mu", value, 99)
        (origin,) = newest(conductor, qtbot, Equilibria).points
        labels.append(origin.label)
    assert labels == ["unstable spiral", "unstable node"]
    conductor.panels.parameters.drag_finished.emit()
    conductor.document.undo_stack.undo()
    assert dict(conductor.document.experiment.values) == {}


def test_a_text_with_an_error_keeps_the_picture_and_names_the_column(conductor, qtbot):
    editor = conductor.panels.system.editor
    good = conductor.document.experiment
    editor.setPlainText(editor.toPlainText().replace("x' = y", "x' = y +"))
    qtbot.waitUntil(lambda: conductor.document.error is not None, timeout=WAIT)
    assert "column" in conductor.panels.system.sentence
    assert conductor.document.experiment is good
    assert editor.extraSelections()


def test_an_unknown_name_becomes_a_slider_by_one_click(conductor, qtbot):
    editor = conductor.panels.system.editor
    editor.setPlainText(editor.toPlainText().replace("x' = y", "x' = k*y"))
    offer = next(button for button in conductor.panels.system.findChildren(QPushButton) if "Make" in button.text())
    qtbot.waitUntil(offer.isVisible, timeout=WAIT)
    assert offer.text() == "Make slider k = 1"
    offer.click()
    qtbot.waitUntil(lambda: "k" in conductor.document.system.defaults(), timeout=WAIT)
    qtbot.waitUntil(conductor.panels.parameters.row("k").isVisible, timeout=WAIT)


def test_the_view_stays_when_a_parameter_changes(conductor, qtbot):
    before = conductor.stage.main.viewport()
    conductor.panels.parameters.value_edited.emit("mu", 4.0, None)
    newest(conductor, qtbot, Trajectories)
    assert conductor.stage.main.viewport() == before


def test_undo_works_where_the_cursor_blinks(conductor):
    window, document, editor = conductor.window, conductor.document, conductor.panels.system.editor
    window.activateWindow()
    editor.setFocus()
    before = document.experiment.text
    editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(editor, "  # a remark")
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # within the pause of typing
    assert document.experiment.text == before
    assert editor.toPlainText() == before
    QTest.keyClick(editor, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert editor.toPlainText() == before + "  # a remark"
    box = conductor.panels.parameters.row("mu").findChild(NumberBox)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "3")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert document.experiment.values["mu"] == 3.0
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "mu" not in document.experiment.values
    assert box.text() == "1"
    index = document.undo_stack.index()
    conductor.stage.main.setFocus()
    assert document.undo_stack.index() == index  # leaving the box takes nothing over


def test_the_hint_is_in_no_picture(conductor):
    plane = conductor.stage.main
    hint = plane.findChild(Hint)
    assert hint.isVisible()
    with_hint = picture(plane, DARK)
    assert hint.isVisible()
    hint.hide()
    assert picture(plane, DARK) == with_hint


def test_keys_play_step_rewind_and_hide(conductor):
    window = conductor.window
    window.activateWindow()
    conductor.stage.main.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not conductor.playback.playing
    QTest.keyClick(window, Qt.Key.Key_R)
    assert conductor.playback.t == 0.0
    QTest.keyClick(window, Qt.Key.Key_Period)
    curves = conductor.interaction.trajectories
    curve = curves.curve(0)
    ends = curves.t[curve][curves.step_end[curve]]
    assert conductor.playback.t == ends[ends > 0][0]
    QTest.keyClick(window, Qt.Key.Key_H)
    assert not conductor.panels.system.isVisible()
    QTest.keyClick(window, Qt.Key.Key_H)
    assert conductor.panels.system.isVisible()


def test_space_in_the_text_is_a_space(conductor):
    editor = conductor.panels.system.editor
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Space)
    assert conductor.playback.playing
    assert editor.toPlainText().startswith(" ")


def test_space_presses_the_focused_button(conductor):
    buttons = conductor.panels.parameters.row("mu").findChildren(QAbstractButton)
    button = next(button for button in buttons if button.isCheckable())
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert button.isChecked()
    assert conductor.playback.playing


def test_every_command_does_something(conductor):
    for action in conductor.window.actions_by_name:
        signals = action.receivers("2triggered(bool)") + action.receivers("2toggled(bool)")
        assert signals > 0, action.text()


def test_saving_and_opening_returns_the_experiment_and_the_view(conductor, tmp_path, monkeypatch):
    file = tmp_path / "mine.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    conductor.document.edit(edits.set_value("mu", 2.5))
    conductor.panels.layers.layer_switched.emit("nullclines", False)
    assert conductor.filing.save()
    assert conductor.document.undo_stack.isClean()
    saved = conductor.document.experiment
    conductor.choosing.choose("lorenz")
    assert conductor.document.system.size == 3
    conductor.window.file_dropped.emit(str(file))
    assert conductor.document.experiment == saved
    assert conductor.document.path == file


@pytest.mark.parametrize("suffix", ["csv", "tsv", "TXT"])
def test_a_table_dropped_on_the_window_is_data(conductor, tmp_path, suffix):
    path = tmp_path / f"points.{suffix}"
    path.write_text("t\tx\n0\t1\n1\t2\n")
    conductor.window.file_dropped.emit(str(path))
    assert dict(conductor.document.experiment.fit.data) == {"t": (0.0, 1.0), "x": (1.0, 2.0)}


def test_a_preset_is_one_undo_step_and_its_axes_are_taken(conductor, qtbot):
    before = conductor.document.experiment
    conductor.choosing.choose("lorenz")
    viewport = conductor.stage.main.viewport()
    assert (viewport.x, viewport.y) == ("x", "z")
    qtbot.waitUntil(lambda: conductor.interaction.trajectories is not None, timeout=WAIT)
    conductor.document.undo_stack.undo()
    assert conductor.document.experiment == before
    assert conductor.stage.main.viewport().x == "x"
    assert conductor.stage.main.viewport().y == "y"


def test_a_file_that_is_none_is_told_without_a_box(conductor, tmp_path):
    file = tmp_path / "broken.toml"
    file.write_text("this is = = no experiment")
    before = conductor.document.experiment
    conductor.filing.open_path(file)
    assert "broken.toml" in conductor.panels.notices.text
    assert conductor.document.experiment is before


def test_themes_switch_live(conductor):
    dark = pixels(conductor.window)
    conductor.window.actions_by_name["theme_light"].trigger()
    light = pixels(conductor.window)
    assert (dark & 0xFF).mean() < 90
    assert (light & 0xFF).mean() > 200
    conductor.window.actions_by_name["theme_dark"].trigger()


def test_the_last_state_is_offered_after_a_crash(program, state):
    state.folder.mkdir(parents=True, exist_ok=True)
    kept = Experiment("# Kept\nx' = -x\n")
    codec.save(state.recovery, kept)
    conductor = program.furnish()
    assert "kept" in conductor.panels.notices.text
    next(b for b in conductor.panels.notices.findChildren(QPushButton) if b.text() == "Restore").click()
    assert conductor.document.experiment == kept
    assert not conductor.document.undo_stack.isClean()


def test_what_is_remembered_survives_and_can_be_forgotten(tmp_path):
    state = WindowState(tmp_path)
    state.remember(theme="light")
    state.remember_file(Path("/somewhere/a.toml"))
    state.remember_file(Path("/somewhere/b.toml"))
    again = WindowState(tmp_path)
    assert again.preferences.theme == "light"
    assert again.preferences.recent == ("/somewhere/b.toml", "/somewhere/a.toml")
    again.forget()
    assert WindowState(tmp_path).preferences.theme == "dark"


def test_broken_preferences_are_as_good_as_none(tmp_path):
    (tmp_path / "window.toml").write_text("theme = 7\nrecent = 'x'\n[[[")
    assert WindowState(tmp_path).preferences.theme == "dark"
    (tmp_path / "window.toml").write_text("theme = 7\nclicked = true\n")
    assert WindowState(tmp_path).preferences.theme == "dark"
    assert WindowState(tmp_path).preferences.clicked
