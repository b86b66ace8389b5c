"""The card of optimisers, its edits, and what the window shows of a minimisation."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QLabel
from test_modes import buttons

from core import catalogue
from core.experiment import Descent, Experiment
from core.language import parse
from core.readings import Descents, FlowLoss, Trajectories
from explorer import edits
from explorer.application import Program
from explorer.descent_panel import DescentPanel
from explorer.document import Document
from explorer.editors.switch import Switch
from explorer.portraits import portrait_of
from explorer.window_state import WindowState

BOWL = "minimise x^2 + k*y^2\nover x = 2, y = 1\nk = 5\nt in [0, 5]\nview x [-3, 3], y [-2, 2]"
STIFF = "minimise (1 - x)^2 + 100*(y - x^2)^2\nover x = -1.2, y = 1\nt in [0, 25]\nview x [-2, 2], y [-1, 3]"
WAIT = 10_000


@pytest.fixture
def panel(qtbot):
    panel = DescentPanel(catalogue.descents())
    qtbot.addWidget(panel)
    panel.show()
    panel.show_experiment(Experiment(BOWL))
    return panel


@pytest.fixture
def conductor(qtbot, tmp_path):
    program = Program(QApplication.instance(), WindowState(tmp_path / "state"), inline=True)
    program.window.resize(1280, 720)
    program.window.show()
    conductor = program.furnish()
    conductor.clock.set_moving(False)
    qtbot.waitUntil(lambda: conductor.interaction.trajectories is not None, timeout=WAIT)
    yield conductor
    conductor.document.undo_stack.setClean()  # or closing asks whether to save
    program.window.close()
    program.end()


def switches(panel) -> dict[str, Switch]:
    return {switch.property("optimiser"): switch for switch in panel.findChildren(Switch)}


def test_a_switch_for_every_optimiser_of_the_catalogue(panel):
    assert list(switches(panel)) == list(catalogue.descents())
    on = {name for name, switch in switches(panel).items() if switch.isChecked()}
    assert on == {"gradient_descent", "heavy_ball"}
    panel.show_experiment(Experiment(BOWL, descent=Descent(("nesterov",))))
    assert {name for name, switch in switches(panel).items() if switch.isChecked()} == {"nesterov"}


def test_what_is_changed_is_told(panel, qtbot):
    with qtbot.waitSignal(panel.optimiser_switched) as told:
        switches(panel)["nesterov"].click()
    assert told.args == ["nesterov", True]
    with qtbot.waitSignal(panel.descent_edited) as told:
        panel._form.edited.emit("eta", 0.25)
    assert told.args == ["eta", 0.25]
    panel._form.refused.emit("eta must lie between 1e-06 and 10; 99 does not")
    shown = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "eta must lie between 1e-06 and 10; 99 does not" in shown


def test_edits_change_only_what_they_name_and_are_undone(qapp):  # noqa: ARG001 - signals need an application
    document = Document(Experiment(BOWL))
    document.edit(edits.set_descent("eta", 0.1))
    document.edit(edits.set_optimiser("nesterov", True))
    document.edit(edits.set_optimiser("gradient_descent", False))
    assert document.experiment.descent == Descent(("heavy_ball", "nesterov"), eta=0.1)
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.experiment.descent == Descent(eta=0.1)
    document.edit(edits.set_optimiser("heavy_ball", True))
    assert document.experiment.descent.methods == ("gradient_descent", "heavy_ball")


def test_the_card_is_there_for_minimisations_only_and_the_integrators_card_stays(conductor):
    panels = conductor.panels
    assert panels.descent.isHidden()
    conductor.document.set_text(BOWL)
    assert [card.isHidden() for card in (panels.descent, panels.solver, panels.root)] == [False, False, True]
    assert not panels.inspector.curves.isHidden()
    conductor.document.set_text("z <- cos(z)")
    assert [card.isHidden() for card in (panels.descent, panels.solver, panels.root)] == [True, True, False]


def test_the_views_of_a_minimisation_draw_the_flow_and_the_optimisers(conductor, qtbot):
    conductor.document.set_text(BOWL)
    names = [view.name for view in conductor.stage.on]
    assert names[0] == "phase_plane"
    assert set(names[1:]) >= {"loss", "time_series", "step_sizes"}

    def reading(kind):
        return conductor.interaction.readings.get(kind)

    qtbot.waitUntil(lambda: reading(Descents) is not None and len(reading(Descents).runs) == 2, timeout=WAIT)
    assert reading(FlowLoss).lowest.minimum
    assert reading(Trajectories).z[-1] == pytest.approx([2 * np.exp(-10.0), 0.0], abs=1e-6)
    layers = [layer.name for layer in conductor.stage.main.layers()]
    assert {"contours", "descents"} <= set(layers)
    shown = {name for name, row in conductor.panels.layers._rows["phase_plane"].items() if not row.isHidden()}
    assert shown == set(layers)
    conductor.document.set_text("x' = y\ny' = -x\nstart (1, 0)")
    shown = {name for name, row in conductor.panels.layers._rows["phase_plane"].items() if not row.isHidden()}
    assert shown == set(layers) - {"contours", "descents"} | {"basins"}


def test_the_button_chooses_the_first_loss_of_the_gallery_and_new_stays_in_the_mode(conductor):
    buttons(conductor)["Optimisation"].click()
    assert conductor.document.system.kind == "minimise"
    assert buttons(conductor)["Optimisation"].isChecked()
    conductor.document.undo_stack.setClean()
    conductor.filing.new()
    assert conductor.document.system.kind == "minimise"


def test_a_switch_in_the_window_asks_for_another_run(conductor, qtbot):
    conductor.document.set_text(BOWL)
    switches(conductor.panels.descent)["nesterov"].click()

    def methods() -> list[str]:
        descents = conductor.interaction.readings.get(Descents)
        return [] if descents is None else [run.method for run in descents.runs]

    qtbot.waitUntil(lambda: methods() == ["gradient_descent", "heavy_ball", "nesterov"], timeout=WAIT)


def test_a_loss_s_portrait_is_its_flow_however_stiff():
    portrait = portrait_of(Experiment(STIFF), parse(STIFF))
    assert sum(1 for _ in portrait.follow()) > 10
    ((x, y),) = portrait.curves()
    assert (x[0], y[0]) == (-1.2, 1.0)
    assert (x[-1], y[-1]) == pytest.approx((1.0, 1.0), abs=1e-3)
    in_the_valley = np.abs(y - x**2)[len(x) // 2 :]
    assert in_the_valley.max() < 0.02
    assert len(portrait.background()) > 3
