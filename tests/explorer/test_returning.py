"""Another experiment opens as it is meant to be seen, and undo returns to the one before as it was seen."""

from __future__ import annotations

import pytest
from map_bench import LINE, PLANE, resting
from PySide6.QtWidgets import QApplication

from core.experiment import Experiment
from core.window_notes import WindowNotes
from explorer import edits
from explorer.conductor import Conductor


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with resting(tmp_path, monkeypatch) as made:
        yield made


def take(conductor: Conductor) -> None:
    QApplication.processEvents()
    while conductor.solving.take() is not None:
        pass


def load(conductor: Conductor, text: str) -> None:
    conductor.document.edit(edits.load(Experiment(text), "another"))


def main(conductor: Conductor) -> str:
    return conductor.stage.main.name


def test_a_choice_of_the_main_plot_is_kept_within_its_experiment_only(conductor: Conductor) -> None:
    document, actions = conductor.document, conductor.window.actions_by_name
    load(conductor, LINE)
    assert main(conductor) == "web"
    actions["show_falls"].trigger()
    document.set_text(PLANE)  # typed: it is the same experiment still
    assert main(conductor) == "falls"
    document.set_text(LINE)
    document.edit(edits.set_value("b", 0.5))
    assert main(conductor) == "falls"
    load(conductor, PLANE)
    assert main(conductor) == "iterates"
    document.undo_stack.undo()
    assert main(conductor) == "falls"
    document.undo_stack.redo()
    assert main(conductor) == "iterates"


def test_the_same_text_opened_anew_has_its_own_main_plot_and_is_computed_for_it(conductor: Conductor) -> None:
    load(conductor, LINE)
    conductor.window.actions_by_name["show_falls"].trigger()
    take(conductor)
    count = len(conductor._client.requests)
    load(conductor, LINE)
    assert main(conductor) == "web"
    assert len(conductor._client.requests) > count
    take(conductor)
    assert conductor.stage.main.drawn
    conductor.document.undo_stack.undo()
    assert main(conductor) == "falls"


def test_a_file_opens_with_its_own_main_plot(conductor: Conductor) -> None:
    load(conductor, LINE)
    conductor.window.actions_by_name["show_falls"].trigger()
    conductor.filing.replace(Experiment(PLANE), WindowNotes(), None)
    assert main(conductor) == "iterates"


def pick(conductor: Conductor, x: int, y: int) -> None:
    """Choose two components for the axes of the phase plane."""
    pickers = conductor.stage.main._head.pickers
    for box, index in ((pickers._across, x), (pickers._up, y)):
        box.setCurrentIndex(index)
    pickers._across.activated.emit(x)


def seen(conductor: Conductor) -> dict[str, bool]:
    plane = conductor.stage.main
    return {layer.name: plane.shows_layer(layer.name) for layer in plane.layers()}


def test_undo_past_a_choice_restores_axes_layers_and_range(conductor: Conductor) -> None:
    stack, plane, layers = conductor.document.undo_stack, conductor.stage.main, conductor.panels.layers
    conductor.choosing.choose("oregonator")
    take(conductor)
    pick(conductor, 1, 2)
    home = plane.box.rectangle()
    for name in ("nullclines", "streamlines"):  # one is on at first, the other is not
        layers._switches["phase_plane"][name].click()
    left = seen(conductor)
    plane.box.show_rectangle(((-5.0, 5.0), (10.0, 20.0)))
    conductor.choosing.choose("van_der_pol")
    take(conductor)
    layers._switches["phase_plane"]["nullclines"].click()
    assert (plane._axes.x, plane._axes.y) == ("x", "y")
    assert seen(conductor) != left
    stack.undo()
    assert (plane._axes.x, plane._axes.y) == ("y", "z")
    assert plane.box.rectangle() == ((-5.0, 5.0), (10.0, 20.0))
    assert seen(conductor) == left
    assert set(layers.hidden_layers()) == {name for name, on in left.items() if not on}
    plane.fit()
    assert plane.box.rectangle() == home  # not what was seen when it was left
    stack.redo()
    assert (plane._axes.x, plane._axes.y) == ("x", "y")
    assert not seen(conductor)["nullclines"]
    assert seen(conductor)["particles"]


def test_what_is_seen_again_is_asked_for(conductor: Conductor, qtbot) -> None:
    conductor.choosing.choose("oregonator")
    pick(conductor, 1, 2)
    conductor.choosing.choose("van_der_pol")
    conductor.document.undo_stack.undo()
    requests = conductor._client.requests
    qtbot.waitUntil(lambda: (requests[-1].viewport.x, requests[-1].viewport.y) == ("y", "z"), timeout=1_000)
    assert requests[-1].experiment == conductor.document.experiment


def test_other_steps_back_leave_the_view_alone(conductor: Conductor) -> None:
    stack, plane = conductor.document.undo_stack, conductor.stage.main
    conductor.choosing.choose("oregonator")
    conductor.document.edit(edits.set_value("w", 0.5))
    pick(conductor, 1, 2)
    plane.box.show_rectangle(((-5.0, 5.0), (10.0, 20.0)))
    stack.undo()
    assert plane.box.rectangle() == ((-5.0, 5.0), (10.0, 20.0))
    assert (plane._axes.x, plane._axes.y) == ("y", "z")


def test_what_the_other_main_plots_hide_is_kept_too(conductor: Conductor) -> None:
    conductor.choosing.choose("lorenz")
    assert main(conductor) == "space"
    hidden = conductor.presenting.notes().hidden_layers
    assert {"field", "nullclines"} <= set(hidden)
    (plane,) = (view for view in conductor.stage.mains() if view.name == "phase_plane")
    conductor.choosing.choose("van_der_pol")
    assert plane.shows_layer("field")
    conductor.document.undo_stack.undo()
    assert not plane.shows_layer("field")
