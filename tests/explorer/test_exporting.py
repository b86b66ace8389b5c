"""Pictures and numbers out of the window, as the menus write them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QMenu, QMessageBox

from explorer import edits
from explorer.application import Program
from explorer.export.png import window_picture
from explorer.picture_dialog import PictureChoice, PictureDialog
from explorer.scale_dialog import ScaleDialog
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


def _words(dialog: QDialog) -> set[str]:
    return {label.text() for label in dialog.findChildren(QLabel)}


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
    conductor.window.actions_by_name["export_picture"].trigger()
    image = QImage(str(file))
    assert image.size() == conductor.stage.main.size() * 2
    assert len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}) > 50


@pytest.mark.parametrize("ending", [".svg", ".pdf"])
def test_a_plots_menu_saves_drawings_and_pages(conductor, chosen, monkeypatch, ending):
    file = chosen("series")  # named without an ending: the dialog's format gives it

    def accept(dialog):
        dialog.choose_format(ending)
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(PictureDialog, "exec", accept)
    conductor.stage.on[1].context_menu_requested.emit(QPoint(50, 50))
    menu = next(menu for menu in conductor.window.findChildren(QMenu) if menu.isVisible())
    next(action for action in menu.actions() if action.text() == "Save the picture…").trigger()
    menu.close()
    file = file.with_suffix(ending)
    assert conductor.panels.notices.text == f"Written: {file}"
    assert file.read_bytes().startswith(b"<?xml" if ending == ".svg" else b"%PDF-")
    assert f"Time series of {conductor.document.title}".encode() in file.read_bytes()


def test_the_ending_of_the_name_chooses_the_format(conductor, chosen, monkeypatch):
    monkeypatch.setattr(PictureDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    file = chosen("plane.pdf")
    conductor.window.actions_by_name["export_picture"].trigger()
    assert file.read_bytes().startswith(b"%PDF-")
    file = chosen("plane.jpg")
    conductor.window.actions_by_name["export_picture"].trigger()
    assert "plane.jpg was not written: a picture is a .png, .svg or .pdf file" in conductor.panels.notices.text
    assert not file.exists()


def test_the_dialog_tells_the_size_of_each_format(conductor, qtbot):
    dialog = PictureDialog("Phase plane", QSize(960, 720), conductor.window)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.choice() == PictureChoice(2, "screen", False, ".png")
    assert "1920 × 1440 pixels" in _words(dialog)
    dialog.choose_format(".svg")
    assert "960 × 720 pixels, sharp at any size" in _words(dialog)
    assert not dialog.scale_box.isEnabled()
    dialog.choose_format(".pdf")
    assert "254 × 190 mm" in _words(dialog)
    assert dialog.choice().ending == ".pdf"
    dialog.choose_format(".png")
    assert dialog.scale_box.isEnabled()


@pytest.mark.parametrize("scale", [1, 3])
def test_a_picture_of_the_window_holds_all_of_it(conductor, chosen, monkeypatch, scale):
    def accept(dialog):
        dialog.show()
        assert "1280 × 720 pixels" not in _words(dialog)
        dialog.scale_box.set_value(scale)
        dialog.tell_size()
        assert f"{1280 * scale} × {720 * scale} pixels" in _words(dialog)
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(ScaleDialog, "exec", accept)
    file = chosen("window.png")
    conductor.window.actions_by_name["save_window"].trigger()
    assert conductor.panels.notices.text == f"Written: {file}"
    image = QImage(str(file))
    window = conductor.window
    assert image.size() == window.size() * scale
    assert image.text("Title") == conductor.document.title
    for part in (window.top_bar, conductor.stage.on[0], conductor.stage.on[2], conductor.panels.status):
        corner = part.mapTo(window, QPoint()) * scale
        seen = {
            image.pixel(corner.x() + x, corner.y() + y)
            for x in range(0, part.width() * scale, 3)
            for y in range(0, part.height() * scale, 3)
        }
        assert len(seen) > 8


@pytest.mark.parametrize("name", ["plane.png", "plane.svg", "window.png"])
def test_a_picture_dropped_on_the_window_opens_its_experiment(conductor, chosen, monkeypatch, name):
    monkeypatch.setattr(ScaleDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    conductor.document.edit(edits.set_value("mu", 2.5))
    conductor.panels.layers.layer_switched.emit("nullclines", False)
    saved, file = conductor.document.experiment, chosen(name)
    conductor.window.actions_by_name["save_window" if name == "window.png" else "export_picture"].trigger()
    conductor.choosing.choose("lorenz")
    conductor.window.file_dropped.emit(str(file))
    assert conductor.document.experiment == saved
    assert conductor.document.path is None  # saving asks for a name, and leaves the picture alone


def test_a_picture_that_carries_nothing_is_told(conductor, tmp_path):
    before = conductor.document.experiment
    QImage(9, 9, QImage.Format.Format_RGB32).save(str(tmp_path / "other.png"))
    conductor.window.file_dropped.emit(str(tmp_path / "other.png"))
    assert conductor.panels.notices.text.startswith("other.png was not opened: the picture carries no experiment")
    assert conductor.document.experiment is before


def test_a_picture_of_the_window_that_cannot_be_written_is_told(conductor, chosen, monkeypatch):
    monkeypatch.setattr(ScaleDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    chosen("nowhere/window.png")
    conductor.window.actions_by_name["save_window"].trigger()
    assert "window.png was not written" in conductor.panels.notices.text
    with pytest.raises(ValueError, match="1 to 4 times"):
        window_picture(conductor.window, 5)


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


def _plot_menu(conductor) -> dict:
    conductor.stage.main.context_menu_requested.emit(QPoint(50, 50))
    menu = next(menu for menu in conductor.window.findChildren(QMenu) if menu.isVisible())
    entries = {action.text(): action for action in menu.actions()}
    menu.close()
    return entries


@pytest.mark.parametrize(("command", "words"), [("export_map", "no map to save"), ("export_ensemble", "no ensemble")])
def test_what_no_plot_shows_is_told_and_not_asked_for(conductor, chosen, command, words):
    file = chosen("nothing.csv")
    conductor.window.actions_by_name[command].trigger()
    assert words in conductor.panels.notices.text
    assert not any(entry.startswith(("Save the map", "Save the ensemble")) for entry in _plot_menu(conductor))
    assert not file.exists()


def test_the_ensemble_is_saved_from_the_plots_menu(conductor, qtbot, chosen):
    conductor.document.edit(edits.set_ensemble("count", 30))
    conductor.document.edit(edits.set_ensemble("on", True))
    conductor.stage.main.set_layer_visible("density", True)
    file = chosen("many.npz")
    _plot_menu(conductor)["Save the ensemble (CSV, NPZ)…"].trigger()
    qtbot.waitUntil(file.exists, timeout=WAIT)
    with np.load(file, allow_pickle=False) as data:
        assert data["z"].shape == (30, 201, 2)
        assert set(data["outcomes"]) == {"success"}
    conductor.document.undo_stack.setClean()  # closing would ask whether to save


def test_the_map_is_saved_sharp_in_the_chosen_format(conductor, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "plane"), "Numpy archives (*.npz)"))
    conductor.stage.main.set_layer_visible("basins", True)
    _plot_menu(conductor)["Save the map (CSV, NPZ)…"].trigger()
    file = tmp_path / "plane.npz"
    qtbot.waitUntil(file.exists, timeout=30_000)
    with np.load(file, allow_pickle=False) as data:
        assert data["end"].shape == (len(data["y"]), len(data["x"]))
        assert data["axes"].tolist() == ["x", "y"]
        assert json.loads(str(data["provenance"]))["map"]["method"] == "the flow"
