"""An experiment opens with the main view that its notes name, and is saved with the one that is seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from map_bench import LINE, OSCILLATOR, PLANE, resting
from PySide6.QtWidgets import QApplication

from core import presets
from core.codec import decode, encode
from core.experiment import Experiment
from core.language import parse
from core.window_notes import WindowNotes
from explorer import choosing
from explorer.conductor import Conductor
from explorer.export.studio import Studio
from explorer.views.orbit_pickers import OrbitPickers

TWO = parse("x <- a*x + b\ny <- x/2\na = 0.5\nb = 1")


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with resting(tmp_path, monkeypatch) as made:
        yield made


def opened(conductor: Conductor, text: str, notes: WindowNotes) -> str:
    """The main view's name, of an experiment that is opened from a file."""
    conductor.document.undo_stack.setClean()
    conductor.filing.replace(Experiment(text), notes, None)
    QApplication.processEvents()
    return conductor.stage.main.name


def test_notes_choose_the_main_view(conductor: Conductor) -> None:
    assert opened(conductor, LINE, WindowNotes()) == "web"
    assert opened(conductor, LINE, WindowNotes(main="falls")) == "falls"
    assert opened(conductor, LINE, WindowNotes()) == "web"


@pytest.mark.parametrize("name", ["iterates", "decline", "no such view", ""])
def test_what_is_no_main_view_of_the_system_is_left_out(conductor: Conductor, name: str) -> None:
    assert opened(conductor, LINE, WindowNotes(main=name)) == "web"


def test_the_view_that_is_seen_is_saved(conductor: Conductor) -> None:
    opened(conductor, LINE, WindowNotes(main="falls"))
    notes = conductor.presenting.notes()
    assert notes.main == "falls"
    assert opened(conductor, OSCILLATOR, WindowNotes()) == "phase_plane"
    assert conductor.presenting.notes().main is None
    assert opened(conductor, LINE, notes) == "falls"


def test_what_the_chosen_view_draws_is_asked_for(conductor: Conductor, qtbot) -> None:
    opened(conductor, LINE, WindowNotes(main="falls"))
    requests = conductor._client.requests
    falls = conductor.stage.main
    qtbot.waitUntil(lambda: falls.wants() <= requests[-1].wanted, timeout=2_000)


def test_a_preset_of_the_gallery_opens_with_its_main_view(conductor: Conductor, monkeypatch) -> None:
    monkeypatch.setattr(choosing, "_loaded", lambda _name: (Experiment(PLANE), WindowNotes(main="falls")))
    monkeypatch.setattr(choosing, "_title", str)  # which would be remembered
    conductor.choosing.choose("neuron")
    assert conductor.stage.main.name == "falls"
    conductor.document.undo_stack.undo()
    assert conductor.stage.main.name == "phase_plane"
    conductor.document.undo_stack.redo()
    assert conductor.stage.main.name == "falls"


def test_files_keep_the_name_and_those_without_one_stay_as_they_are() -> None:
    experiment = Experiment(LINE)
    assert decode(encode(experiment, WindowNotes(main="falls"))) == (experiment, WindowNotes(main="falls"))
    assert "main" not in encode(experiment, WindowNotes())


def test_axes_may_name_a_parameter(qtbot) -> None:
    pickers = OrbitPickers()
    qtbot.addWidget(pickers)
    pickers.offer(TWO, ("b", "y"))
    assert (pickers.parameter, pickers.component) == ("b", "y")
    pickers.offer(TWO)
    assert (pickers.parameter, pickers.component) == ("b", "y")
    pickers.offer(TWO, ("y", "b"))  # of another view
    assert (pickers.parameter, pickers.component) == ("b", "y")
    pickers.offer(TWO, ("a", "y"))
    assert (pickers.parameter, pickers.component) == ("a", "y")


def test_a_run_without_a_window_draws_the_main_view_of_the_notes(qtbot) -> None:  # noqa: ARG001 - an application
    experiment, notes = presets.load_preset("neuron")
    system = parse(experiment.text)
    for chosen, main, viewport in (
        (notes, "bifurcation", ("x", "z")),
        (replace(notes, axes=("w", "z")), "bifurcation", ("w", "z")),
        (replace(notes, main=None), "cobweb", None),
    ):
        studio = Studio("dark", experiment, system, chosen)
        assert studio._views[0].name == main
        seen = studio.viewport
        assert seen is not None
        assert viewport is None or (seen.x, seen.y) == viewport
        studio.close()


def test_guided_experiments_come_first_and_in_order() -> None:
    layers = next(entries for title, entries in choosing._groups() if title == "Fixed point")
    titles = [entry.title for entry in layers]
    numbers = [int(title.split()[1].rstrip(":")) for title in titles if title.startswith("Experiment ")]
    assert numbers == [1, 2, 3, 4, 5, 6, 6, 6, 6, 17]
    assert all(title.startswith("Experiment ") for title in titles[: len(numbers)])
    assert {"A Julia set", "Self-attention, and the lecture's two errors"} < set(titles[len(numbers) :])


def test_another_choice_of_main_views_is_told_though_the_same_are_on(conductor: Conductor) -> None:
    shown = conductor.stage
    opened(conductor, LINE, WindowNotes(main="falls"))
    told = []
    shown.changed.connect(lambda: told.append(shown.mains()))
    shown._views = tuple(view for view in shown.views if view.name != "web")
    shown._fitting = ()
    shown._follow()
    assert [[view.name for view in mains] for mains in told] == [["falls"]]
