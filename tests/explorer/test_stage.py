"""Two kinds of systems in one window: which views are on, where they stand, and what they are shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from map_bench import LINE, OSCILLATOR, PLANE, furnished
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from root_panel_parts import race_button

from core import catalogue
from core.experiment import Experiment
from core.language import parse
from core.readings import Iterations, LayerGradients, RootEffects, Trajectories
from explorer import edits
from explorer.conductor import Conductor
from explorer.playback import ROW_SECONDS
from explorer.stage import fitting
from explorer.views import views


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with furnished(tmp_path, monkeypatch) as made:
        made.clock.set_moving(False)
        yield made


def take(conductor: Conductor) -> None:
    """Let every view draw the newest frame."""
    while conductor.solving.take() is not None:
        pass


def switch(conductor: Conductor, text: str) -> None:
    """Another system, as the gallery puts it there."""
    conductor.document.edit(edits.load(Experiment(text), "another"))
    conductor.clock.set_moving(False)
    QApplication.processEvents()


def names(conductor: Conductor) -> list[str]:
    return [view.name for view in conductor.stage.on]


def test_the_kind_and_the_size_choose_the_views(conductor):
    assert names(conductor) == ["phase_plane", "time_series", "step_sizes"]
    switch(conductor, LINE)
    assert names(conductor) == ["web", "decline", "numbers", "slopes"]
    switch(conductor, PLANE)
    assert names(conductor) == ["iterates", "decline", "numbers", "slopes"]
    assert {view.name for view in conductor.stage.views if view.isVisible()} == set(names(conductor))
    switch(conductor, OSCILLATOR)
    assert names(conductor) == ["phase_plane", "time_series", "step_sizes"]


def test_a_view_that_is_off_is_wanted_by_no_request_and_drawn_by_no_one(conductor):
    client = conductor._client
    switch(conductor, LINE)
    take(conductor)
    assert client.requests[-1].wanted == {Iterations, RootEffects, LayerGradients}
    web, iterates = (view for view in conductor.stage.views if view.name in ("web", "iterates"))
    assert web.drawn
    assert not iterates.drawn
    switch(conductor, OSCILLATOR)
    count = len(web.drawn)
    take(conductor)
    assert Trajectories in client.requests[-1].wanted
    assert Iterations not in client.requests[-1].wanted
    assert len(web.drawn) == count


def test_no_view_is_shown_a_frame_of_the_system_before(conductor):
    switch(conductor, LINE)
    take(conductor)
    plane = conductor.document
    conductor._client.submit(conductor._client.requests[-1])  # an answer that is still on its way
    plane.edit(edits.load(Experiment(PLANE), "another"))
    take(conductor)
    for view in conductor.stage.on:
        sizes = {frame.get(Iterations).starts.shape[1] for frame in view.drawn}
        assert sizes == {2}
    assert conductor.interaction.readings.get(Trajectories) is None


def test_coming_back_resets_what_was_off(conductor):
    switch(conductor, LINE)
    take(conductor)
    web = conductor.stage.main
    switch(conductor, OSCILLATOR)
    conductor.document.undo_stack.undo()
    assert web.isVisible()
    assert web.drawn == []


def test_switching_to_and_fro_leaves_no_widget_behind(conductor):
    conductor.choosing.prepare()  # else the gallery is built when there is time
    counts = []
    for _ in range(4):
        for text in (LINE, PLANE, OSCILLATOR):
            switch(conductor, text)
            take(conductor)
        QTest.qWait(20)
        counts.append(len(conductor.window.findChildren(QWidget)))
    assert len(set(counts[1:])) == 1
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [conductor.window]


def test_the_menu_offers_the_views_that_fit_and_a_choice_of_main_ones(conductor):
    actions = conductor.window.actions_by_name

    def offered() -> set[str]:
        return {one.objectName()[5:] for one in actions if one.isEnabled() and one.objectName().startswith("show_")}

    assert {"phase_plane", "space", "depth", "poincare_section", "time_series", "adjoint", "inspector"} <= offered()
    assert [actions[f"show_{name}"].isChecked() for name in ("time_series", "adjoint")] == [True, False]
    actions["show_adjoint"].trigger()
    assert "adjoint" in names(conductor)
    switch(conductor, LINE)
    assert offered() == {"web", "falls", "decline", "numbers", "slopes", "inspector"}
    assert not actions["show_time_series"].isEnabled()
    assert [actions[f"show_{name}"].isChecked() for name in ("web", "falls")] == [True, False]
    actions["show_falls"].trigger()
    assert names(conductor)[0] == "falls"
    assert [actions[f"show_{name}"].isChecked() for name in ("web", "falls")] == [False, True]
    take(conductor)
    assert conductor.stage.main.drawn
    switch_button = conductor.staging._offer
    assert conductor.stage.main.isAncestorOf(switch_button)
    assert switch_button.isVisible()
    assert [action.text() for action in switch_button.menu().actions() if action.isVisible()] == ["Web", "Falls"]
    actions["show_falls"].trigger()
    assert actions["show_falls"].isChecked()
    switch(conductor, PLANE)
    assert names(conductor)[0] == "iterates"  # another experiment opens with its own
    switch(conductor, OSCILLATOR)
    assert {"phase_plane", "space"} < offered()


def test_a_view_switched_off_stays_off_and_is_not_computed(conductor):
    switch(conductor, LINE)
    actions = conductor.window.actions_by_name
    actions["show_numbers"].trigger()
    assert names(conductor) == ["web", "decline", "slopes"]
    switch(conductor, OSCILLATOR)
    switch(conductor, PLANE)
    assert "numbers" not in names(conductor)
    actions["show_numbers"].trigger()
    assert "numbers" in names(conductor)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_no_card_is_squeezed(conductor, size):
    conductor.window.resize(*size)
    switch(conductor, LINE)
    main, decline, *others = conductor.stage.on
    for card in (decline, *others, conductor.panels.inspector):
        assert card.height() >= 150
    whole = main.height() + decline.height()
    assert decline.height() / whole == pytest.approx(0.36, abs=0.04)
    assert main.width() == decline.width()
    assert decline.geometry().width() > 300


def test_each_kind_keeps_its_division_of_the_room(conductor):
    window = conductor.window
    switch(conductor, LINE)
    middle = window._middle
    middle.moveSplitter(260, 1)
    low = conductor.stage.on[1].height()
    right = window._right
    right.moveSplitter(220, 1)
    heights = [conductor.stage.on[2].height(), conductor.stage.on[3].height()]
    switch(conductor, OSCILLATOR)
    series, steps = conductor.stage.on[1:]
    assert series.height() / steps.height() == pytest.approx(33 / 25, abs=0.15)
    switch(conductor, LINE)
    assert conductor.stage.on[1].height() == pytest.approx(low, abs=2)
    assert [view.height() for view in conductor.stage.on[2:]] == pytest.approx(heights, abs=2)


def test_the_playhead_counts_iterations_and_rests_at_the_end(conductor):
    switch(conductor, LINE)
    take(conductor)
    playback, timeline = conductor.playback, conductor.panels.timeline
    last = conductor.interaction.readings.get(Iterations).last
    assert last > 30
    assert playback.counting
    assert playback.playing
    playback.advance(ROW_SECONDS / 2)
    assert playback.t == last // 2
    assert timeline._time.text() == f"iteration {last // 2}"
    assert conductor.stage.main.cursor == last // 2
    playback.advance(ROW_SECONDS)
    assert (playback.t, playback.playing) == (last, False)
    assert {view.cursor for view in conductor.stage.on} == {float(last)}
    conductor.stepping.back()
    assert playback.t == last - 1
    conductor.stepping.forward()
    conductor.stepping.forward()
    assert playback.t == last
    switch(conductor, OSCILLATOR)
    assert not playback.counting
    assert timeline._time.text() == "t = 0.00"


def test_samples_of_a_batch_edit_their_start(conductor):
    conductor._client.rows = 3
    switch(conductor, PLANE)
    take(conductor)
    assert len(conductor.interaction.readings.get(Iterations)) == 9
    main = conductor.stage.main
    main.start_moved.emit(5, (0.5, 0.5), 1)
    main.drag_finished.emit()
    assert conductor.document.experiment.starts == ((1.0, 0.0), (0.5, 0.5), (1.0, 1.0))
    main.selected.emit(7)
    assert conductor.interaction.selected == 7
    conductor.interaction.remove_selected()
    assert conductor.document.experiment.starts == ((1.0, 0.0), (0.5, 0.5))
    main.start_added.emit((2.0, 2.0))
    assert conductor.interaction.selected == 6
    assert [view.chosen for view in conductor.stage.on] == [6, 6, 6, 6]
    take(conductor)
    assert np.array_equal(conductor.interaction.readings.get(Iterations).starts[6], (2.0, 2.0))


def test_the_layers_are_those_of_the_main_view(conductor):
    layers = conductor.panels.layers
    conductor.panels.layers.layer_switched.emit("nullclines", False)
    layers.set_layer("nullclines", False)
    hidden = layers.hidden_layers()
    assert "nullclines" in hidden
    switch(conductor, LINE)
    assert layers.isHidden()
    assert conductor.presenting.notes().hidden_layers == ()
    switch(conductor, OSCILLATOR)
    assert not layers.isHidden()


def test_iterations_are_exported_where_there_are_no_trajectories(conductor, qtbot, tmp_path, monkeypatch):
    actions = conductor.window.actions_by_name
    assert actions["export_csv"].text() == "Trajectories (CSV)…"
    switch(conductor, LINE)
    take(conductor)
    assert actions["export_csv"].text() == "Iterations (CSV)…"
    file = tmp_path / "out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    actions["export_csv"].trigger()
    assert conductor._client.requests[-1].every_step
    take(conductor)
    qtbot.waitUntil(file.exists, timeout=5000)
    reading = conductor.interaction.readings.get(Iterations)
    rows = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert rows[0] == "solver,sample,row,iteration,x,residual,measure,evaluations"
    assert len(rows) - 1 == sum(int((run.iterations + 1).sum()) for run in reading.runs)


def test_the_panels_are_those_of_the_kind(conductor):
    panels = conductor.panels

    def shown() -> list[bool]:
        cards = (panels.solver, panels.root, panels.gradient, panels.run, panels.inspector.samples)
        return [not card.isHidden() for card in cards]

    assert shown() == [True, False, False, True, False]
    switch(conductor, LINE)
    take(conductor)
    assert shown() == [False, True, True, True, True]
    conductor.window.actions_by_name["show_slopes"].trigger()
    assert panels.gradient.isHidden()  # no plot is about gradients
    texts = {cell.text() for cell in panels.inspector.samples.findChildren(QLabel) if cell.isVisible()}
    assert {"Sample 1", "(8)", "(2)"} <= texts
    assert "Picard: converged at iteration 29." in texts
    conductor.stage.main.selected.emit(1)
    texts = {cell.text() for cell in panels.inspector.samples.findChildren(QLabel) if cell.isVisible()}
    assert {"Sample 2", "(-4)"} <= texts
    assert panels.status._cells["samples"].text() == "2 samples"


def test_a_click_on_the_race_asks_for_six_solvers(conductor):
    switch(conductor, LINE)
    race_button(conductor.panels.root).click()
    rivals, solvers = conductor._client.requests[-1].experiment.root.rivals, catalogue.root_solvers()
    assert len(rivals) == min(5, len(solvers) - 1)
    assert {name for name in solvers if solvers[name].races} - {"picard"} <= set(rivals)


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 50, 5000])
@pytest.mark.parametrize("kind", ["ode", "map", "root"])
def test_the_programs_own_views_leave_no_system_without_a_main_one(kind, size):
    system = replace(parse(OSCILLATOR), kind=kind, components=tuple(f"z[{index}]" for index in range(size)))
    found = fitting(views(), system)
    assert found[0].place == "main"
    assert sum(view.place == "below" and view.at_first for view in found) <= 2
