"""The race of integration methods in the window: the button, the menu, undo, and the plots that come and go with it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

import core
from core import catalogue
from core.experiment import Experiment, Integration
from core.frame import Frame
from core.readings import IntegratorRace
from explorer import edits
from explorer.document import Document
from explorer.race_menu import RaceMenu
from explorer.racing import Racing
from explorer.solver_panel import SolverPanel
from explorer.stage import Stage
from explorer.theme import DARK, LIGHT
from explorer.views.integrator_errors import IntegratorErrors
from explorer.views.phase_plane import PhasePlane
from explorer.views.work_precision import WorkPrecision

TEXT = "x' = -x\nstart (1)\nt in [0, 1]\n"
PLOTS = ["integrator_errors", "work_precision"]


class Run(QObject):
    frame_taken = Signal(object)


class Window:
    """The parts that a race touches."""

    def __init__(self, qtbot) -> None:
        self.document = Document(Experiment(TEXT))
        self.panel = SolverPanel(catalogue.tableaus(), catalogue.adaptive_controllers(), DARK)
        self.views = tuple(view() for view in (PhasePlane, IntegratorErrors, WorkPrecision))
        for widget in (self.panel, *self.views):
            qtbot.addWidget(widget)
        self.stage = Stage(self.document, self.views)
        self.run = Run()
        panels = SimpleNamespace(solver=self.panel)
        self.racing = Racing(self.document, panels, self.stage, self.run, self.document)  # type: ignore[arg-type]
        self.document.experiment_changed.connect(self.show)
        self.panel.show()
        self.show()

    def show(self) -> None:
        self.panel.show_experiment(self.document.experiment, self.document.system)

    @property
    def rivals(self) -> tuple[str, ...]:
        return self.document.experiment.integration.rivals

    def beside(self) -> list[str]:
        return [view.name for view in self.stage.on[1:]]

    def button(self) -> QPushButton:
        return next(one for one in self.panel.findChildren(QPushButton) if "ace" in one.text())


@pytest.fixture
def window(qtbot) -> Window:
    return Window(qtbot)


def test_one_click_races_methods_of_several_orders_and_another_ends_it(window: Window) -> None:
    window.button().click()
    orders = [catalogue.tableau(name).order for name in window.rivals]
    assert len(set(orders)) == len(orders) >= 2
    assert 1 in orders
    assert 4 in orders
    assert catalogue.tableau("dopri5").order not in orders  # the chosen one's
    assert window.button().text() == "End the race"
    window.button().click()
    assert window.rivals == ()
    assert window.button().text() == "Race the methods"


def test_the_plots_come_and_go_with_the_race_also_by_undo(window: Window) -> None:
    assert window.beside() == []
    window.button().click()
    assert window.beside() == PLOTS
    window.document.undo_stack.undo()
    assert window.beside() == []
    window.document.undo_stack.redo()
    assert window.beside() == PLOTS


def test_a_plot_that_is_switched_off_stays_off_while_they_race(window: Window) -> None:
    window.button().click()
    window.stage.set_shown(window.views[1], False)
    window.document.edit(edits.set_integration("rtol", 1e-4))
    assert window.beside() == ["work_precision"]


def test_a_race_that_is_opened_shows_its_plots(window: Window) -> None:
    racing = Experiment(TEXT, integration=Integration(rivals=("euler",)))
    window.document.edit(edits.load(racing, "a race"))
    assert window.beside() == PLOTS


def test_ticks_choose_who_races(window: Window) -> None:
    entries = window.panel.findChild(RaceMenu).entries()
    assert set(entries) == set(catalogue.tableaus())
    assert not entries["dopri5"].isEnabled()
    entries["rk4"].trigger()
    assert window.rivals == ("rk4",)
    entries["rk4"].trigger()
    assert window.rivals == ()


def test_a_method_that_is_chosen_out_of_the_race_changes_places(window: Window) -> None:
    window.document.edit(edits.set_racers(("euler", "rk4")))
    window.document.edit(edits.set_integration("method", "rk4"))
    assert window.document.experiment.integration.method == "rk4"
    assert window.rivals == ("dopri5", "euler")


def test_the_card_shows_the_figures_of_the_newest_race(window: Window) -> None:
    table = window.panel._figures
    assert not table.isVisible()
    window.button().click()
    race = core.compare_integrators(core.parse(TEXT), [1.0], (0.0, 1.0), ["dopri5", "euler"])
    window.run.frame_taken.emit(Frame(1, {IntegratorRace: race}))
    assert [row.name for row in table.rows()] == [run.title for run in race.runs]
    assert table.isVisible()
    dark = table.rows()[1].colour
    window.panel.apply_theme(LIGHT)
    assert table.rows()[1].colour != dark
    window.button().click()
    assert not table.isVisible()


def test_the_command_races_only_where_there_is_a_flow(window: Window) -> None:
    window.panel.hide()
    window.panel.race()
    assert window.rivals == ()
    window.panel.show()
    window.panel.race()
    assert window.rivals
