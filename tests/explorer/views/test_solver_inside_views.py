"""Two pictures of what solvers remember: Anderson's weights as a heat map, Broyden's distance as a line."""

from __future__ import annotations

import fixed_point_maps as maps
import numpy as np
import pytest
from fixed_point_frames import frame
from map_bench import LINE, furnished
from pictures import colour_near, empty_notes, shown
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, RootFinding
from core.readings import SolverInside, SolversInside
from explorer import edits
from explorer.theme import DARK
from explorer.views.jacobian_distance import JacobianDistance
from explorer.views.solver_race import solver_colour
from explorer.views.weights import Weights

NAN = float("nan")
NUMBERS = np.arange(4)
MIXING = SolverInside(
    "anderson",
    "Anderson",
    0,
    NUMBERS,
    np.array([[NAN, NAN], [1.0, NAN], [1.5, -0.5], [0.25, 0.75]]),
    np.empty(0),
)
LEARNING = SolverInside("broyden", "Broyden", 1, NUMBERS, np.empty((4, 0)), np.array([1.0, 0.1, 0.01, 1e-3]))
BOTH = SolversInside(0, (MIXING, LEARNING))


@pytest.fixture
def weights(qtbot: QtBot) -> Weights:
    return shown(qtbot, Weights(), maps.linear(np.eye(2) / 2), frame(BOTH), (420, 360))


@pytest.fixture
def distance(qtbot: QtBot) -> JacobianDistance:
    return shown(qtbot, JacobianDistance(), maps.linear(np.eye(2) / 2), frame(BOTH), (420, 360))


def test_every_weight_has_its_cell(weights: Weights) -> None:
    (left, right), (bottom, top) = weights.box.rectangle()
    assert (left, right) == (0.5, 2.5)
    assert (bottom, top) == (-3.5, 0.5)
    table = weights.table().columns
    assert table["iteration"].tolist() == [0, 1, 2, 3]
    assert table["weight[1]"][1:].tolist() == [1.0, 1.5, 0.25]
    assert table["weight[2]"][2:].tolist() == [-0.5, 0.75]


def test_the_readout_names_the_point_and_its_weight(weights: Weights) -> None:
    told: list[str] = []
    weights.readout.connect(told.append)

    def at(x: float, y: float) -> str:
        weights.read(weights.box.mapFromView(QPointF(x, y)))
        return told[-1]

    assert at(2.0, -2.0) == "iteration 2   point 1 iteration older   weight −0.5"
    assert at(1.0, -3.0) == "iteration 3   newest point   weight 0.25"
    assert at(2.0, -1.0) == "iteration 1   point 1 iteration older   not there yet"
    assert at(9.0, -1.0) == ""


def test_the_cursor_says_the_iteration(weights: Weights) -> None:
    weights.set_cursor(2.4)
    assert weights.chips.text("iteration") == "iteration 2"
    assert weights.chips.text("solver") == "Anderson"


def test_the_distance_falls_along_a_line_of_the_solvers_colour(distance: JacobianDistance) -> None:
    colour = solver_colour(DARK, 1, 0)
    assert colour_near(distance, 1.5, -1.5, colour)
    assert not colour_near(distance, 1.5, -0.3, colour)
    assert distance.table().columns["distance"].tolist() == [1.0, 0.1, 0.01, 1e-3]
    assert set(distance.table().columns["solver"]) == {"broyden"}
    assert distance.readout_at(2.0, -2.0).startswith("Broyden   iteration 2   distance")


def test_without_anybody_who_remembers_the_cards_say_what_to_do(weights: Weights, distance: JacobianDistance) -> None:
    nobody = frame(SolversInside(0, ()))
    for view, word in ((weights, "Anderson"), (distance, "Broyden")):
        assert empty_notes(view) == []
        view.draw(nobody)
        (note,) = empty_notes(view)
        assert word in note
        assert view.table().columns == {}


def test_the_panel_opens_the_view_of_the_chosen_solver(qtbot, tmp_path, monkeypatch) -> None:
    with furnished(tmp_path, monkeypatch) as conductor:
        conductor.document.edit(edits.load(Experiment(LINE, root=RootFinding("anderson")), "another"))
        panel = conductor.panels.root
        (link,) = [button for button in panel.findChildren(QPushButton) if button.text().startswith("Watch")]
        assert not link.isHidden()
        with qtbot.waitSignal(panel.view_asked) as told:
            link.click()
        assert told.args == ["weights"]
        conductor.document.edit(edits.set_root("solver", "newton"))
        assert link.isHidden()
