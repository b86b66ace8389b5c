"""The loss against time: where the lines lie, how they end, the cursor, the axes and the table."""

from __future__ import annotations

import minimisation_frames as bowl
import mouse
import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from core.readings import Descents, FlowLoss
from explorer.theme import DARK, LIGHT
from explorer.views.loss import Loss
from explorer.views.loss_lines import FLOW


@pytest.fixture
def view(qtbot: QtBot) -> Loss:
    view = Loss()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(720, 340)
    view.show()
    view.reset(bowl.experiment(), bowl.system())
    view.draw(bowl.frame())
    view.grab()
    return view


def test_the_flow_is_the_exact_exponential_and_gradient_descent_is_its_twin(view: Loss) -> None:
    t, height = view._lines.places(FLOW, 0).T
    exact = 0.5 * (4.0 * np.exp(-2.0 * t) + 4.0 * np.exp(-8.0 * t))
    np.testing.assert_allclose(10.0**height, exact, rtol=1e-6)
    t, height = view._lines.places(0, 0)[:40].T
    iteration = np.round(t / 0.1)
    np.testing.assert_allclose(t, 0.1 * iteration, rtol=1e-12)
    discrete = 0.5 * (4.0 * 0.9 ** (2 * iteration) + 4.0 * 0.6 ** (2 * iteration))
    np.testing.assert_allclose(10.0**height, discrete, rtol=1e-8)


def test_the_legend_says_how_each_optimiser_ended(view: Loss) -> None:
    descents = bowl.frame().readings[Descents]
    names = [entry.text() for entry in view.legend.entries()]
    counts = [int(run.iterations[0]) for run in descents.runs]
    assert names == ["gradient flow", f"gradient descent  {counts[0]}", f"heavy ball  {counts[1]}"]
    view.draw(bowl.frame(eta=0.6))
    assert view.legend.entries()[1].text().startswith("gradient descent  bounced out at ")
    assert view.chips.text("floor") == "min φ = 0"
    assert view.chips.text("focus") == "start 1"


def test_a_line_that_is_switched_off_is_gone_from_the_plot_and_from_the_visible_table(view: Loss) -> None:
    methods = {"gradient_flow", "gradient_descent", "heavy_ball"}
    assert set(view.table(visible_only=True).columns["method"]) == methods
    view.legend.entries()[1].click()
    assert set(view.table(visible_only=True).columns["method"]) == methods - {"gradient_descent"}
    assert set(view.table().columns["method"]) == methods


def test_slope_and_sharpness_have_lines_too_and_an_edge_stands_at_two_over_eta(view: Loss) -> None:
    slope, sharpness = view._quantity.buttons()[1:]
    slope.click()
    t, height = view._lines.places(FLOW, 0).T
    exact = np.hypot(2.0 * np.exp(-t), 4.0 * np.exp(-4.0 * t))
    np.testing.assert_allclose(10.0**height, exact, rtol=1e-5)
    assert view._lines.edges.heights == {}
    sharpness.click()
    for which in (FLOW, 0, 1):
        np.testing.assert_allclose(view._lines.places(which, 0)[:, 1], np.log10(4.0), rtol=1e-12)
    edges = {"gradient_descent": np.log10(2 / 0.1), "heavy_ball": np.log10(3 / 0.1)}
    assert view._lines.edges.heights == pytest.approx(edges)
    low, high = view.content_range() or (0.0, 0.0)
    assert low <= np.log10(4.0) < np.log10(30.0) <= high
    assert view.plot.left.labelText == "λ"


def test_the_table_holds_every_record(view: Loss) -> None:
    columns = view.table().columns
    descents, flow = bowl.frame().readings[Descents], bowl.frame().readings[FlowLoss]
    expected = len(flow.t) + sum(int((run.iterations + 1).sum()) for run in descents.runs)
    assert {len(column) for column in columns.values()} == {expected}
    ball = (columns["method"] == "heavy_ball") & (columns["start"] == 2)
    np.testing.assert_array_equal(columns["loss"][ball], descents.runs[1].loss[: ball.sum(), 1])
    assert np.isnan(columns["iteration"][columns["method"] == "gradient_flow"]).all()


def test_the_cursor_is_a_time_on_either_axis(view: Loss) -> None:
    moved: list[float] = []
    view.cursor_moved.connect(moved.append)
    view.move_cursor(1.5)
    view._axis.choose("iterations")
    view._rearrange()
    view.move_cursor(15.0)
    assert moved == pytest.approx([1.5, 1.5])
    view.set_cursor(2.0)
    assert view.cursor_line.t == pytest.approx(20.0)
    assert view.box.rectangle()[0][1] > 60.0  # gradient descent needs more iterations than the flow has time
    marks = [group.points[0].tolist() for group in view._lines.now._groups]
    assert [place[0] for place in marks[1:]] == [20.0, 20.0]


def test_the_readout_tells_iteration_time_loss_and_slope(view: Loss) -> None:
    x, y = view._lines.places(0, 0)[10].tolist()
    text = view.readout_at(x, y)
    assert text.startswith(("gradient descent   iteration 10   ηk = 1", "gradient flow"))
    assert "φ = " in text
    empty = view.readout_at(0.5, -14.0)
    assert empty.startswith("t = 0.5   φ − min φ = 10⁻¹⁴")
    far = view.box.mapFromView(QPointF(x, y))
    assert view.curve_at(far) == 0


def test_another_start_in_focus_and_another_theme_are_painted(view: Loss) -> None:
    view.set_selected(1)
    assert view.chips.text("focus") == "start 2"
    assert view.legend.entries()[0]._colour == DARK.colour_of(1)
    view.apply_theme(LIGHT)
    assert view.legend.entries()[0]._colour == LIGHT.colour_of(1)
    assert view.legend.entries()[1]._colour == LIGHT.series[6]


def test_a_click_moves_the_cursor(view: Loss, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.cursor_moved) as moved:
        mouse.click(view, 4.0, 0.0)
    assert moved.args == pytest.approx([4.0], abs=0.05)


def test_nothing_is_drawn_before_a_frame_and_after_a_reset(view: Loss) -> None:
    view.reset(bowl.experiment(), bowl.system())
    assert len(view._lines.values()[0]) == 0
    assert view._note.isVisible()
    assert view.table().columns == {}
    view.draw(bowl.frame())
    assert not view._note.isVisible()
