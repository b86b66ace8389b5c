"""Maps in the whole window: asked for while they are looked at, kept in the file, and the slider in the plot."""

from __future__ import annotations

from dataclasses import replace

import map_frames
import mouse
import pytest
from map_bench import LINE, OSCILLATOR, PLANE, furnished
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.frame import Frame
from core.readings import OrbitDiagram, PlaneMap
from core.request import Viewport
from explorer import edits
from explorer.conductor import Conductor
from explorer.views.orbit_diagram import OrbitDiagramView

LOGISTIC = "# Logistic\nz <- r*z*(1 - z)\nr = 3.5 in [2.5, 4]\nstart (0.3)\nview z [0, 1]\n"


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with furnished(tmp_path, monkeypatch) as made:
        made.clock.set_moving(False)
        yield made


def requests(conductor: Conductor) -> list:
    return conductor._client.requests


def switch_basins(conductor: Conductor, on: bool) -> None:
    """Click the layer's switch, and wait for the request that comes of it."""
    before = len(requests(conductor))
    switch = conductor.panels.layers._switches[conductor.stage.main.name]["basins"]
    assert switch.isChecked() is not on
    switch.click()
    for _ in range(100):
        QApplication.processEvents()
        if len(requests(conductor)) > before:
            return
    conductor.window.repaint()


def test_a_map_is_asked_for_only_while_its_layer_is_on(conductor: Conductor, qtbot: QtBot) -> None:
    conductor.document.edit(edits.set_span((0.0, 5.0)))
    assert PlaneMap not in requests(conductor)[-1].wanted
    for on in (True, False):
        switch_basins(conductor, on)
        qtbot.waitUntil(lambda on=on: (PlaneMap in requests(conductor)[-1].wanted) is on, timeout=500)
        assert requests(conductor)[-1].quality == "full"
        assert conductor.stage.main.shows_layer("basins") is on


def test_a_switch_shows_that_its_layer_made_place_for_another(conductor: Conductor) -> None:
    switches = conductor.panels.layers._switches[conductor.stage.main.name]
    switches["divergence"].click()
    switches["vorticity"].click()
    assert (switches["divergence"].isChecked(), switches["vorticity"].isChecked()) == (False, True)


def test_another_main_plot_does_not_ask_for_it(conductor: Conductor, qtbot: QtBot) -> None:
    switch_basins(conductor, True)
    qtbot.waitUntil(lambda: PlaneMap in requests(conductor)[-1].wanted, timeout=500)
    conductor.document.edit(edits.load(Experiment(LINE), "another"))
    assert PlaneMap not in requests(conductor)[-1].wanted
    conductor.document.undo_stack.undo()
    assert PlaneMap in requests(conductor)[-1].wanted


def test_the_layer_is_kept_in_the_file(conductor: Conductor) -> None:
    assert conductor.presenting.notes().shown_layers == ()
    assert "basins" in conductor.presenting.notes().hidden_layers
    switch_basins(conductor, True)
    notes = conductor.presenting.notes()
    assert notes.shown_layers == ("basins",)
    switch_basins(conductor, False)
    conductor.presenting.look_as(notes)
    assert conductor.stage.main.shows_layer("basins")
    assert "basins" not in conductor.panels.layers.hidden_layers()
    conductor.presenting.look_as(replace(notes, shown_layers=()))  # an older file
    assert not conductor.stage.main.shows_layer("basins")
    assert "basins" in conductor.panels.layers.hidden_layers()


def test_a_frame_with_a_map_is_drawn_and_read(conductor: Conductor, qtbot: QtBot) -> None:
    switch_basins(conductor, True)
    qtbot.waitUntil(lambda: PlaneMap in requests(conductor)[-1].wanted, timeout=500)
    main = conductor.stage.main
    main.draw(Frame(99, {PlaneMap: map_frames.halves()}))
    mouse.hover(main, 0.6, 0.3)
    assert "→ (1, 0) after t = " in conductor.panels.status._readout.text()
    assert main.chips.text("basins") == "2 ends, the flow"


@pytest.fixture
def with_diagram(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    monkeypatch.setattr("map_bench.MAP_VIEWS", (OrbitDiagramView,))
    with furnished(tmp_path, monkeypatch, OSCILLATOR) as made:
        made.clock.set_moving(False)
        made.document.edit(edits.load(Experiment(LOGISTIC), "logistic"))
        made.clock.set_moving(False)
        for _ in range(3):
            made.window.grab()
            QApplication.processEvents()
        yield made


def test_the_diagram_is_asked_for_in_its_own_plane(with_diagram: Conductor, qtbot: QtBot) -> None:
    main = with_diagram.stage.main
    assert isinstance(main, OrbitDiagramView)
    qtbot.waitUntil(lambda: requests(with_diagram)[-1].viewport == main.viewport(), timeout=500)
    asked = requests(with_diagram)[-1]
    assert OrbitDiagram in asked.wanted
    assert (asked.viewport.x, asked.viewport.y) == ("r", "z")
    assert asked.viewport.x_range == pytest.approx((2.5, 4.0))


def test_dragging_the_line_is_dragging_the_slider(with_diagram: Conductor) -> None:
    main, document = with_diagram.stage.main, with_diagram.document
    steps = document.undo_stack.count()
    mouse.drag(main, (3.5, 0.2), (2.9, 0.2), steps=5)
    value = document.experiment.values["r"]
    assert value == pytest.approx(2.9, abs=0.01)
    assert document.undo_stack.count() == steps + 1
    assert document.undo_stack.undoText() == "Change r"
    assert not document.dragging
    assert [request.quality for request in requests(with_diagram)[-3:]] == ["preview", "preview", "full"]
    assert with_diagram.panels.parameters.row("r")._slider.value() != 0
    document.undo_stack.undo()
    assert document.experiment.values == {}
    assert main._gestures.line.t == 3.5


def test_another_main_plot_looks_at_the_same_part_of_the_plane(conductor: Conductor) -> None:
    conductor.document.edit(edits.load(Experiment(PLANE), "plane"))
    before, after = conductor.stage.mains()[:2]
    seen, told = Viewport("x", "y", (0.0, 1.0), (-1.0, 0.0)), []
    before.viewport = lambda: seen  # type: ignore[method-assign]
    after.look_at = told.append  # type: ignore[method-assign]
    conductor.window.actions_by_name[f"show_{after.name}"].trigger()
    assert conductor.stage.main is after
    assert told == [seen]


def test_the_picture_of_a_solver_chooses_it_and_all_go_on_racing(conductor: Conductor) -> None:
    conductor.document.edit(edits.load(Experiment(PLANE), "plane"))
    conductor.document.edit(edits.set_rivals(("newton", "anderson")))
    conductor.stage.main.solver_chosen.emit("newton")
    root = conductor.document.experiment.root
    assert root.solver == "newton"
    assert set(root.rivals) == {"picard", "anderson"}
    conductor.document.undo_stack.undo()
    assert conductor.document.experiment.root.solver == "picard"
