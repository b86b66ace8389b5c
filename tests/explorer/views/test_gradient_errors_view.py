"""The view of gradient errors: lines in double logarithmic coordinates, the legend, and the table."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as fixed
import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, empty_notes, shown
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.readings import ErrorLine, GradientErrors
from explorer.theme import DARK
from explorer.views.gradient_errors import GradientErrorsView
from explorer.views.gradient_marks import method_colour

TOLERANCE, HORIZON = 10.0 ** np.arange(-3.0, -12.0, -1.0), np.array([1.0, 2.0, 4.0, 8.0])


@pytest.fixture
def errors() -> GradientErrors:
    exact = ErrorLine("exact", "exact for the steps", ("through the solver",), True, 10 * TOLERANCE, np.full(4, 1e-5))
    lost = np.array([1e-5, 1e-3, 10.0, np.nan])
    back = ErrorLine("backsolve", "continuous adjoint", ("continuous adjoint",), False, 1e3 * TOLERANCE, lost, "lost")
    known = np.full(len(TOLERANCE), 1e-13), np.full(4, 1e-12)
    return GradientErrors(0, ("k",), TOLERANCE, HORIZON, 1e-6, 8.0, *known, (exact, back), 2, "sum")


@pytest.fixture
def view(qtbot: QtBot, errors: GradientErrors) -> GradientErrorsView:
    return shown(qtbot, GradientErrorsView(), frames.rotation(), fixed.frame(errors), (560, 420))


def test_lines_are_where_the_errors_are(view: GradientErrorsView) -> None:
    assert colour_near(view, -6.0, -5.0, DARK.text, 3, 60)
    assert colour_near(view, -6.0, -3.0, method_colour(DARK, "backsolve"), 3, 60)
    view._axis.buttons()[1].click()
    assert view.plot.bottom.labelText == "horizon T"
    assert colour_near(view, np.log10(4.0), 1.0, method_colour(DARK, "backsolve"), 3, 60)


def test_the_legend_hides_a_line_and_tells_why_it_ends(view: GradientErrorsView) -> None:
    entry = view.legend.entries()[1]
    assert "lost" in entry.toolTip()
    QTest.mouseClick(entry, mouse.LEFT)
    assert not colour_near(view, -6.0, -3.0, method_colour(DARK, "backsolve"), 3, 60)


def test_fixed_steps_say_that_there_is_no_tolerance(view: GradientErrorsView, errors: GradientErrors) -> None:
    nothing = np.empty(0)
    lines = tuple(replace(line, by_tolerance=nothing) for line in errors.lines)
    fixed_steps = replace(errors, tolerance=nothing, known_to_tolerance=nothing, rtol=np.nan, lines=lines)
    view.draw(fixed.frame(fixed_steps))
    view.grab()
    assert view.chips.text("note") == "the steps are fixed"
    assert len(empty_notes(view)) == 1


def test_the_table_holds_both_pictures(view: GradientErrorsView) -> None:
    columns = view.table().columns
    assert len(columns["error"]) == 2 * (len(TOLERANCE) + len(HORIZON))
    seen = view.table(visible_only=True).columns
    assert set(seen["varied"]) == {"tolerance"}


def test_nothing_yet(qtbot: QtBot) -> None:
    view = shown(qtbot, GradientErrorsView(), frames.rotation())
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
