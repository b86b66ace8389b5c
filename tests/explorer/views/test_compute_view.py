"""The view of test-time compute: courses, the exact level, what is under the mouse, and the table."""

from __future__ import annotations

import compute_frames as compute
import numpy as np
import pytest
import training_frames as training
from pictures import colour_near, empty_notes, shown
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from core.readings import ComputeAtTest
from explorer.theme import DARK
from explorer.views.compute_at_test import ComputeAtTestView
from explorer.views.compute_courses import point_text
from explorer.views.solver_race import solver_colour

SIZE = (560, 420)


def view_of(qtbot: QtBot, reading: ComputeAtTest) -> ComputeAtTestView:
    return shown(qtbot, ComputeAtTestView(), training.LearningExample(), training.frame(reading), SIZE)


def test_accuracy_stands_over_the_cost_and_loss_in_its_place(qtbot: QtBot) -> None:
    view = view_of(qtbot, compute.layer())
    at = np.log10(4.0)
    assert colour_near(view, at, 100.0 * (0.9 - 0.5 * 0.5**4), solver_colour(DARK, 0), 3, 60)
    assert colour_near(view, np.log10(8.0), 100.0 * (0.9 - 0.5 * 0.8**8), solver_colour(DARK, 1), 3, 60)
    assert view.plot.left.labelText == "right, %"
    view._axis.buttons()[1].click()
    assert view.plot.left.labelText == "loss"
    assert colour_near(view, at, np.log10(0.2 + 2.0 * 0.8**4), solver_colour(DARK, 1), 3, 60)


def test_a_guess_does_not_hide_the_differences_at_the_top(qtbot: QtBot) -> None:
    view = view_of(qtbot, compute.layer())
    low, high = view.box.rectangle()[1]
    assert low > 100.0 * 0.9 - 20.0
    assert high > 90.0


def test_the_exact_answer_is_named_where_it_is_known(qtbot: QtBot) -> None:
    view = view_of(qtbot, compute.layer())
    assert [entry.text() for entry in view.legend.entries()] == ["Anderson", "Picard", "exact fixed point"]
    assert view.chips.text("exact") == "exact 90 %"
    assert view.chips.text("own") == "trained with 12 iterations"


def test_what_has_no_classes_has_no_choice(qtbot: QtBot) -> None:
    view = view_of(qtbot, compute.equation())
    assert not view._axis.isVisible()
    assert view.plot.left.labelText == "loss"
    assert view.plot.bottom.labelText == "calls of f of a test point"
    assert [entry.text() for entry in view.legend.entries()][:2] == ["Dopri5, tolerance", "Euler, steps"]


def test_a_mark_tells_its_setting(qtbot: QtBot) -> None:
    reading = compute.layer()
    view = view_of(qtbot, reading)
    heard: list[str] = []
    view.readout.connect(heard.append)
    places = view.box.projection().pixels(np.array([[np.log10(8.0), 100.0 * (0.9 - 0.5 * 0.8**8)]]))
    view._point_at(QPointF(*places[0].tolist()))
    assert heard[-1] == point_text(reading, reading.lines[1], 3)
    assert "8 iterations at most" in heard[-1]
    assert "of 450 points not solved" in heard[-1]


def test_the_table_has_a_row_for_every_setting(qtbot: QtBot) -> None:
    view = view_of(qtbot, compute.layer())
    columns = view.table().columns
    assert list(columns) == ["solver", "varied", "setting", "cost", "loss", "accuracy", "failed"]
    assert [len(column) for column in columns.values()] == [11] * 7
    assert 0 < len(view.table(visible_only=True).columns["cost"]) < 11


@pytest.mark.parametrize("reading", [compute.layer(5), compute.layer()], ids=["under way", "done"])
def test_how_much_is_measured_is_told_while_it_is_under_way(qtbot: QtBot, reading: ComputeAtTest) -> None:
    assert view_of(qtbot, reading).chips.text("progress") == ("5 of 11" if reading.measured < 11 else "")


def test_why_there_is_nothing_is_said(qtbot: QtBot) -> None:
    view = ComputeAtTestView()
    shown(qtbot, view, training.LearningExample(), training.frame(), SIZE)
    assert len(empty_notes(view)) == 1
