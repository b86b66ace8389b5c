"""The costs' view: every method as a row and a mark, reasons on the rows, a click chooses, and a table for files."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as fixed
import frames
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, GradientChoice
from core.readings import GradientCosts, MethodCost
from explorer.canvas.number_text import bytes_text, seconds_text
from explorer.theme import DARK, LIGHT
from explorer.views.cost_figures import headings
from explorer.views.gradient_costs import GradientCostsView
from explorer.views.gradient_marks import method_colour

REFERENCE = np.array([3.0, 4.0])


def method(name: str, error: float, kept: int, **more: object) -> MethodCost:
    values = {"gap": np.nan, "seconds": 0.01, "evaluations": 20, "products": 10} | more
    gradient = REFERENCE * (1.0 + error)
    return MethodCost(name, name.title(), gradient, error, 1.0, kept=kept, **values)  # type: ignore[arg-type]


DISCRETE = method("discrete", 1e-7, 56_624, seconds=1.34)
BACKSOLVE = method("backsolve", 255.0, 40, gap=2.0, exact=False, doubtful=True, note="do not trust this gradient")
REFUSED = replace(
    method("reversible", 0.0, 0, seconds=np.nan), gradient=np.full(2, np.nan), doubtful=True, note="it wants Heun"
)


@pytest.fixture
def costs() -> GradientCosts:
    three = (DISCRETE, BACKSOLVE, REFUSED)
    return GradientCosts("trajectory", 0, ("mu", "x(0)"), REFERENCE, three, 3, 1.5, "sum at the end", 2012)


@pytest.fixture
def view(qtbot: QtBot, costs: GradientCosts) -> GradientCostsView:
    return shown(qtbot, GradientCostsView(), frames.rotation(), fixed.frame(costs), (1000, 300))


def test_every_method_is_a_row_with_its_figures(view: GradientCostsView) -> None:
    rows = view.figures.rows()
    assert [row.name for row in rows] == ["Discrete", "Backsolve", "Reversible"]
    assert rows[0].figures == ("10⁻⁷", "56.6 kB", "1.3 s", "20", "10", "0°", "–")
    assert rows[1].figures[0] == "255"
    assert rows[1].figures[-1] == "2"
    assert rows[2].figures[:2] == ("none", "–")
    assert [row.warning for row in rows] == [False, True, True]
    assert "do not trust" in rows[1].hint
    assert rows[2].hint == "no gradient: it wants Heun"


def test_marks_stand_at_memory_and_error(view: GradientCostsView) -> None:
    assert colour_near(view, np.log10(40), np.log10(255), method_colour(DARK, "backsolve"), 3, 60)
    assert colour_near(view, np.log10(56_624), -7.0, method_colour(DARK, "discrete"), 3, 60)
    view._axis.buttons()[1].click()
    assert view.plot.bottom.labelText == "seconds"
    assert colour_near(view, np.log10(1.34), -7.0, method_colour(DARK, "discrete"), 3, 60)


def test_a_click_on_a_row_chooses_the_method(qtbot: QtBot, view: GradientCostsView) -> None:
    with qtbot.waitSignal(view.gradient_edited) as told:
        QTest.mouseClick(view.figures, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert told.args == ["trajectory", "discrete"]
    before = count(pixels(view.figures), DARK.accent, 30)
    chosen = Experiment("", gradient=GradientChoice(trajectory="discrete"))
    view.show_experiment(chosen, frames.rotation().system())
    assert view.chips.text("chosen") == "Discrete"
    assert count(pixels(view.figures), DARK.accent, 30) != before


def test_a_narrow_card_leaves_the_room_to_the_table(qtbot: QtBot, costs: GradientCosts) -> None:
    view = shown(qtbot, GradientCostsView(), frames.rotation(), fixed.frame(costs), (420, 220))
    assert view.plot.isHidden()
    assert view.figures.shown_columns() >= 4


def test_what_is_measured_again_keeps_the_other_rows(view: GradientCostsView, costs: GradientCosts) -> None:
    again = replace(costs, methods=(replace(DISCRETE, seconds=2.0),))
    view.draw(fixed.frame(again))
    assert [row.figures[2] for row in view.figures.rows()] == ["2 s", "10 ms", "–"]
    assert view.chips.text("progress") == "1 of 3"
    other = replace(again, reference=2.0 * REFERENCE)
    view.draw(fixed.frame(other))
    assert len(view.figures.rows()) == 1


def test_the_csv_has_figures_reasons_and_gradients(view: GradientCostsView) -> None:
    columns = view.table().columns
    assert columns["bytes"].tolist() == [56_624, 40, 0]
    assert columns["d/dmu"][0] == pytest.approx(3.0 * (1 + 1e-7))
    assert columns["note"][1] == "do not trust this gradient"
    assert len({len(column) for column in columns.values()}) == 1


def test_nothing_yet_and_another_theme(qtbot: QtBot, costs: GradientCosts) -> None:
    view = shown(qtbot, GradientCostsView(), frames.rotation())
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    view.draw(fixed.frame(replace(costs, methods=(), total=0, note="the trajectory ended early")))
    assert view.caution.text() == "the trajectory ended early"
    view.draw(fixed.frame(costs))
    view.apply_theme(LIGHT)
    assert count(pixels(view), method_colour(LIGHT, "backsolve"), 30) > 20


def test_bytes_and_seconds_as_people_read_them() -> None:
    assert [bytes_text(count) for count in (0, 880, 14_200, 3_250_000)] == ["0 B", "880 B", "14.2 kB", "3.25 MB"]
    assert [seconds_text(value) for value in (2.4, 0.0013, 0.32, 8.5e-5, np.nan)] == [
        "2.4 s",
        "1.3 ms",
        "320 ms",
        "85 µs",
        "–",
    ]


def test_keys_lead_to_a_row_and_choose_it(qtbot: QtBot, view: GradientCostsView) -> None:
    assert view.figures.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert view.figures.accessibleName() == "Gradient methods"
    assert view.plot.accessibleName() == "Gradient costs, plot"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(view.figures, key)
    assert view.figures.reached() == 1
    with qtbot.waitSignal(view.gradient_edited) as told:
        QTest.keyClick(view.figures, Qt.Key.Key_Return)
    assert told.args == ["trajectory", "backsolve"]


def test_columns_that_do_not_fit_come_beside_the_names(qtbot: QtBot, costs: GradientCosts) -> None:
    view = shown(qtbot, GradientCostsView(), frames.rotation(), fixed.frame(costs), (286, 200))
    first = view.figures.columns()
    assert first[:2] == (0, 1)
    assert len(first) < 8
    for _ in range(9):
        QTest.keyClick(view.figures, Qt.Key.Key_Right)
    assert view.figures.columns()[0] == 0
    assert view.figures.columns()[-1] == 7
    QTest.mouseClick(view.figures, Qt.MouseButton.LeftButton, pos=QPoint(30, 5))
    assert view.figures.columns() == first


def test_a_method_that_was_left_is_too_slow_and_not_red(qtbot: QtBot, costs: GradientCosts) -> None:
    late = replace(REFUSED, late=True, doubtful=False, note="it takes longer than 6 s here, and was left")
    view = shown(qtbot, GradientCostsView(), frames.rotation(), fixed.frame(replace(costs, methods=(DISCRETE, late))))
    assert view.figures.rows()[1].figures[0] == "too slow here"
    assert not view.figures.rows()[1].warning


def test_a_narrow_card_shows_what_every_method_costs(qtbot: QtBot, costs: GradientCosts) -> None:
    methods = tuple(
        replace(DISCRETE, method=name, title=f"implicit, by {name}", relative_error=1.44e-12, kept=1_040, seconds=0.236)
        for name in ("adjoint_anderson", "adjoint_bicgstab")
    )
    layer = replace(costs, about="fixed_point", methods=methods, total=2)
    view = shown(qtbot, GradientCostsView(), frames.rotation(), fixed.frame(layer), (372, 200))
    assert [headings(layer)[column] for column in view.figures.columns()][:6] == [
        "method", "rel. error", "memory", "time", "evals", "prod.",
    ]  # fmt: skip
