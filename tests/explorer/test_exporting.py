"""Pictures and numbers out of the window, as the menus write them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu

from explorer.application import Program
from explorer.picture_dialog import PictureDialog
from explorer.window_state import WindowState

WAIT = 5000


@pytest.fixture
def conductor(qtbot, tmp_path):
    program = Program(QApplication.instance(), WindowState(tmp_path / "state"), inline=True)
    program.window.resize(1280, 720)
    program.window.show()
    conductor = program.furnish()
    qtbot.waitUntil(lambda: all(len(view.table().columns) for view in conductor.stage.on), timeout=WAIT)
    yield conductor
    program.window.close()
    program.end()


@pytest.fixture
def chosen(tmp_path, monkeypatch):
    """The file that a person names in the next file dialog."""

    def name(text: str):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / text), ""))
        return tmp_path / text

    return name


def test_csv_holds_every_step_with_its_provenance(conductor, qtbot, chosen):
    file = chosen("curves.csv")
    conductor.window.actions_by_name["export_csv"].trigger()
    qtbot.waitUntil(file.exists, timeout=WAIT)
    lines = file.read_text().splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert any("dopri5" in line for line in head)
    assert any("mu" in line for line in head)
    rows = [line for line in lines if not line.startswith("#")]
    assert rows[0] == "trajectory,t,x,y,step_end"
    ends = sum(row.startswith("1,") and row.endswith(",1") for row in rows)
    curves = conductor.interaction.trajectories
    assert ends == int(curves.accepted[0]) + 1  # every accepted step, and the start


def test_npz_gets_its_suffix_and_reads_without_pickle(conductor, qtbot, chosen, tmp_path):
    chosen("curves")
    conductor.window.actions_by_name["export_npz"].trigger()
    file = tmp_path / "curves.npz"
    qtbot.waitUntil(file.exists, timeout=WAIT)
    with np.load(file, allow_pickle=False) as data:
        assert data["z"].shape[1] == 2
        assert np.isfinite(data["z"]).all()


def test_a_picture_is_as_large_as_its_scale_says(conductor, chosen, monkeypatch):
    file = chosen("plane.png")
    monkeypatch.setattr(PictureDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    conductor.window.actions_by_name["export_png"].trigger()
    image = QImage(str(file))
    assert image.size() == conductor.stage.main.size() * 2
    assert len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}) > 50


def test_the_dialog_tells_the_size_in_pixels_and_keeps_the_scale_in_its_range(conductor, qtbot):
    dialog = PictureDialog("Phase plane", conductor.stage.main.size(), conductor.window)
    qtbot.addWidget(dialog)
    assert dialog.choice().scale == 2
    assert not dialog.choice().transparent


def test_the_picture_on_the_clipboard_is_the_plane(conductor):
    conductor.window.actions_by_name["copy_image"].trigger()
    assert QGuiApplication.clipboard().image().size() == conductor.stage.main.size() * 2
    assert "clipboard" in conductor.panels.notices.text


def test_a_plots_menu_saves_its_data(conductor, chosen):
    series = conductor.stage.on[1]
    series.context_menu_requested.emit(QPoint(50, 50))
    menu = next(menu for menu in conductor.window.findChildren(QMenu) if menu.isVisible())
    entries = {action.text(): action for action in menu.actions()}
    everything = chosen("all.csv")
    entries["Save this plot's data…"].trigger()
    visible = chosen("visible.csv")
    entries["Save the data in sight…"].trigger()
    menu.close()
    assert everything.read_text().splitlines()[1].split(",")[1] == "t"
    assert len(visible.read_text().splitlines()) <= len(everything.read_text().splitlines())


def test_a_table_without_a_row_is_told_and_not_written(conductor, chosen):
    series, file = conductor.stage.on[1], chosen("nothing.csv")
    series.box.show_rectangle(((1e6, 2e6), (0.0, 1.0)))
    conductor.exporting.save_table(series, visible_only=True)
    assert "no data in the range" in conductor.panels.notices.text
    assert not file.exists()


def test_a_folder_that_is_not_there_is_told(conductor, qtbot, chosen):
    chosen("nowhere/curves.csv")
    conductor.window.actions_by_name["export_csv"].trigger()
    qtbot.waitUntil(lambda: "was not written" in conductor.panels.notices.text, timeout=WAIT)
