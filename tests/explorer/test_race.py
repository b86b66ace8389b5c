"""The race of root solvers: who takes part, how it is begun and ended, and the list of the runners."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from map_bench import LINE, picard
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel
from root_panel_parts import SOLVERS, Mixing, Plain, race_button, shown

from core import catalogue
from core.experiment import Experiment, RootFinding
from core.language import parse
from core.outcome import Outcome
from explorer import edits
from explorer.document import Document
from explorer.race_list import _MARKS, RaceList, calls_of, milliseconds
from explorer.race_menu import RaceMenu
from explorer.root_panel import RootPanel
from explorer.theme import DARK, LIGHT
from explorer.views.solver_race import SOLVER_GLYPHS, solver_colour, solver_glyph


@pytest.fixture
def panel(qtbot):
    panel = RootPanel(SOLVERS, DARK)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_experiment(Experiment(LINE))
    return panel


@pytest.fixture
def document(qapp):  # noqa: ARG001 - signals need an application
    return Document(Experiment(LINE))


def test_one_click_races_the_others_and_another_none(panel, qtbot):
    race = race_button(panel)
    with qtbot.waitSignal(panel.rivals_edited) as told:
        race.click()
    assert told.args == [("plain", "mixing")]  # those that always race come first
    panel.show_experiment(Experiment(LINE, root=RootFinding("picard", ("mixing", "plain"))))
    with qtbot.waitSignal(panel.rivals_edited) as told:
        race.click()
    assert told.args == [()]


def test_no_more_than_six_race_at_once(qtbot):
    panel = RootPanel(dict.fromkeys("abcdefgh", Plain) | {"x": Mixing}, DARK)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_experiment(Experiment(LINE, root=RootFinding("b")))
    with qtbot.waitSignal(panel.rivals_edited) as told:
        race_button(panel).click()
    assert told.args == [tuple("acdef")]


def test_a_tick_in_the_menu_lets_a_solver_race(panel, qtbot):
    menu = panel.findChild(RaceMenu)
    entries = menu.entries()
    assert not entries["picard"].isEnabled()  # the chosen one
    assert entries["picard"].isChecked()
    with qtbot.waitSignal(menu.rivals_chosen) as told:
        entries["mixing"].trigger()
    assert told.args == [("mixing",)]
    panel.show_experiment(Experiment(LINE, root=RootFinding("picard", ("mixing",))))
    with qtbot.waitSignal(panel.rivals_edited) as told:
        entries["plain"].trigger()
    assert told.args == [("mixing", "plain")]


def test_the_menu_stays_open_while_solvers_are_ticked(panel, qtbot):
    button = panel.findChild(RaceMenu)
    menu, entry = button.menu(), button.entries()["mixing"]
    menu.popup(panel.mapToGlobal(panel.rect().center()))
    with qtbot.waitSignal(panel.rivals_edited):
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())
    assert menu.isVisible()
    menu.setActiveAction(entry)
    with qtbot.waitSignal(panel.rivals_edited):
        qtbot.keyClick(menu, Qt.Key.Key_Space)
    assert menu.isVisible()
    menu.close()


def test_a_solver_that_cannot_is_greyed_out_with_the_reason(panel, qtbot):
    panel.refuse({"mixing": "needs one unknown"})
    box = panel.findChildren(QComboBox)[0]
    place = box.findData("mixing")
    assert not box.model().item(place).isEnabled()
    assert box.itemData(place, Qt.ItemDataRole.ToolTipRole) == "needs one unknown"
    assert not panel.findChild(RaceMenu).entries()["mixing"].isEnabled()
    with qtbot.waitSignal(panel.rivals_edited) as told:
        race_button(panel).click()
    assert told.args == [("plain",)]
    panel.refuse({})
    assert box.model().item(place).isEnabled()


def test_every_runner_is_listed_in_its_colour_with_its_cost(qtbot):
    experiment = Experiment(LINE)
    reading = picard(experiment, parse(LINE))
    lost = replace(reading.runs[1], outcomes=(Outcome("converged", 3.0), Outcome("max_iterations", 9.0)))
    listed = RaceList(DARK)
    qtbot.addWidget(listed)
    listed.resize(260, 120)
    listed.show()
    listed.show_iterations(replace(reading, runs=(reading.runs[0], lost)))
    texts = shown(listed)
    assert [text for text in texts if "/" in text] == ["2/2", "1/2"]
    assert str(int(reading.runs[0].iterations.max())) in texts
    # an iteration of Picard is one call: both starts together
    assert calls_of(reading.runs[0]) == int(reading.runs[0].iterations.sum()) + 2
    assert calls_of(reading.runs[0], 1) == int(reading.runs[0].iterations[1]) + 1
    colours = [cell.property("colour") for cell in listed.findChildren(QLabel) if cell.property("colour")]
    assert colours == [solver_colour(DARK, 0), DARK.teal, solver_colour(DARK, 1), DARK.rose]
    listed.apply_theme(LIGHT)
    marks = {cell.text(): cell.property("colour") for cell in listed.findChildren(QLabel) if cell.text() in ("●", "■")}
    assert marks == {"●": solver_colour(LIGHT, 0), "■": solver_colour(LIGHT, 1)}
    listed.show_iterations(replace(reading, runs=reading.runs[:1]))
    assert [text for text in shown(listed) if "/" in text] == ["2/2"]
    assert "used up its iterations" in next(c for c in listed.findChildren(QLabel) if c.text() == "1/2").toolTip()


def test_a_solver_chosen_out_of_a_race_leaves_all_racing(document):
    document.edit(edits.set_rivals(("anderson", "newton")))
    document.edit(edits.set_root("solver", "newton"))
    assert document.experiment.root.solver == "newton"
    assert set(document.experiment.root.rivals) == {"picard", "anderson"}


def test_the_list_tells_the_time_and_how_fast_the_sample_converged(qtbot):
    experiment = Experiment(LINE)
    reading = picard(experiment, parse(LINE))
    timed = replace(reading.runs[0], seconds=np.linspace(1e-3, 0.0123, len(reading.runs[0].iteration)))
    listed = RaceList(DARK)
    qtbot.addWidget(listed)
    listed.resize(252, 120)
    listed.show()
    listed.show_iterations(replace(reading, runs=(timed, reading.runs[1])))
    texts = shown(listed)
    assert "12" in texts
    assert "–" in texts  # no one looked at the clock
    tip = next(cell for cell in listed.findChildren(QLabel) if cell.text() == "12").toolTip()
    assert tip.endswith("Sample 1: measured order 1, rate 0.5")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0123, "12"), (1.5, "1500"), (0.00094, "0.9"), (0.00003, "0.03"), (0.00995, "10"), (float("nan"), "–")],
)
def test_milliseconds_have_two_digits(seconds, text):
    assert milliseconds(seconds) == text


def test_the_titles_of_those_that_always_race_are_whole_in_the_panel(qtbot):
    """The panel's body is 252 pixels wide in the narrowest window."""
    experiment = Experiment(LINE)
    (run, _) = picard(experiment, parse(LINE)).runs
    racing = [solver.title for solver in catalogue.root_solvers().values() if solver.races]
    assert len(racing) == 6
    long = replace(
        run,
        iterations=np.full(len(run.iterations), 199),
        evaluations=np.full(run.evaluations.shape, 1200),
        seconds=np.full(len(run.iteration), 0.123),
        outcomes=(Outcome("converged", 1.0),) * len(run.outcomes),
    )
    reading = replace(picard(experiment, parse(LINE)), runs=tuple(replace(long, title=title) for title in racing))
    listed = RaceList(DARK)
    qtbot.addWidget(listed)
    listed.setFixedWidth(252)
    listed.show()
    listed.show_iterations(reading)
    listed.grab()
    assert {"199", "2400", "123", "2/2"} <= set(shown(listed))
    assert [text for text in shown(listed) if text in racing] == racing


def test_eight_runners_have_marks_and_colours_of_their_own():
    assert len({solver_glyph(run) for run in range(8)}) == 8
    for theme in (DARK, LIGHT):
        assert len({solver_colour(theme, run) for run in range(8)}) == 8
    assert set(SOLVER_GLYPHS) == set(_MARKS)
    assert len(set(_MARKS.values())) == 8
