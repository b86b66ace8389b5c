"""Time series and step sizes: linked cursor, focus, legend, axes that follow the data until one zooms."""

from __future__ import annotations

from dataclasses import replace

import frames
import mouse
import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import StepSizes as Steps
from core.readings import Trajectories
from explorer.theme import DARK, LIGHT
from explorer.views.series_layers import component_colour
from explorer.views.step_sizes import StepSizes
from explorer.views.time_series import TimeSeries


def shown(qtbot: QtBot, view: TimeSeries | StepSizes, example: frames.Example) -> None:
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(420, 320)
    view.show()
    view.reset(frames.experiment(), example.system())
    view.draw(frames.full_frame(example))
    view.grab()


@pytest.fixture
def series(qtbot: QtBot) -> TimeSeries:
    view = TimeSeries()
    shown(qtbot, view, frames.pendulum())
    return view


@pytest.fixture
def steps(qtbot: QtBot) -> StepSizes:
    view = StepSizes()
    shown(qtbot, view, frames.pendulum())
    return view


def test_the_axes_hold_the_span_and_the_forward_values(series: TimeSeries) -> None:
    (first, last), (low, high) = series.box.rectangle()
    assert first < 0.0 < 30.0 < last < 31.0
    curves = frames.trajectories(frames.pendulum())
    values = curves.z[curves.t >= 0]
    assert low < values.min()
    assert high > values.max()
    assert high - low < 1.3 * np.ptp(values)


def test_a_shorter_span_is_followed_unless_one_has_zoomed(series: TimeSeries) -> None:
    experiment, system = frames.experiment(), frames.pendulum().system()
    series.show_experiment(replace(experiment, span=(0.0, 10.0)), system)
    first, last = series.box.rectangle()[0]
    assert first < 0.0 < 10.0 < last < 10.5
    mouse.drag(series, (3.0, 1.0), (4.0, 1.0))
    zoomed = series.box.rectangle()
    series.show_experiment(replace(experiment, span=(0.0, 20.0)), system)
    assert series.box.rectangle() == zoomed


def test_axes_grow_with_the_data_and_keep_their_size_while_more_comes(series: TimeSeries) -> None:
    before = series.box.rectangle()[1]
    curves = frames.trajectories(frames.pendulum())
    series.draw(Frame(2, {Trajectories: replace(curves, z=curves.z / 4)}))
    assert series.box.rectangle()[1] == before
    series.draw(Frame(3, {Trajectories: replace(curves, z=curves.z * 2)}))
    assert series.box.rectangle()[1][1] > 1.5 * before[1]


def test_axes_that_a_drag_left_far_too_wide_close_in_when_it_is_over(series: TimeSeries) -> None:
    example = frames.rotation()
    curves = frames.trajectories(example)
    huge = replace(curves, z=1e18 * curves.z)
    series.draw(Frame(2, {Trajectories: huge}, quality="preview", final=True))
    series.draw(Frame(3, {Trajectories: curves}, quality="preview", final=True))
    assert series.box.rectangle()[1][1] > 1e17  # not while a person drags
    series.draw(Frame(4, {Trajectories: replace(curves)}, quality="full", final=True))
    assert series.box.rectangle()[1][1] < 10.0


def test_a_zoomed_plot_stays_as_it_is_until_it_is_fitted(series: TimeSeries) -> None:
    mouse.drag(series, (10.0, 4.0), (12.0, 4.0))
    moved = series.box.rectangle()
    curves = frames.trajectories(frames.pendulum())
    series.draw(Frame(2, {Trajectories: replace(curves, z=curves.z * 5)}))
    assert series.box.rectangle() == moved
    series.fit()
    assert series.box.rectangle()[1][1] > 2 * moved[1][1]


def test_one_runaway_curve_does_not_spoil_the_axis(series: TimeSeries) -> None:
    curves = frames.trajectories(frames.pendulum())
    z = curves.z.copy()
    z[-5:] = 1e12
    series.reset(frames.experiment(), frames.pendulum().system())
    series.draw(Frame(2, {Trajectories: replace(curves, z=z)}))
    assert series.box.rectangle()[1][1] < 100


def test_a_blow_up_with_many_points_in_little_time_does_not_spoil_the_axis(series: TimeSeries) -> None:
    curves = frames.trajectories(frames.pendulum())
    part = curves.curve(0)
    middle = part.start + int(curves.t[part].searchsorted(1.0))
    t, z = curves.t.copy(), curves.z.copy()
    t[middle : part.stop] = 1.0 + 1e-9 * np.arange(part.stop - middle)
    z[middle : part.stop] = np.geomspace(10.0, 1e18, part.stop - middle)[:, None]
    series.reset(frames.experiment(), frames.pendulum().system())
    series.draw(Frame(2, {Trajectories: replace(curves, t=t, z=z)}))
    assert series.box.rectangle()[1][1] < 300  # eight spreads of the rest


def test_the_cursor_line_is_dragged(series: TimeSeries) -> None:
    times: list[float] = []
    series.cursor_moved.connect(times.append)
    series.set_cursor(10.0)
    series.grab()
    mouse.drag(series, (10.0, 6.0), (20.0, 6.0))
    assert len(times) >= 3
    assert times[-1] == pytest.approx(20.0, abs=0.2)
    assert times == sorted(times)


def test_a_click_beside_the_curves_moves_the_cursor_there(series: TimeSeries, qtbot: QtBot) -> None:
    with qtbot.waitSignal(series.cursor_moved) as caught:
        mouse.click(series, 15.0, -3.0)
    assert caught.args[0] == pytest.approx(15.0, abs=0.1)


def test_a_click_on_a_curve_selects_its_trajectory(series: TimeSeries, qtbot: QtBot) -> None:
    curves = frames.trajectories(frames.pendulum())
    part = curves.curve(1)
    index = part.start + int(np.argmin(np.abs(curves.t[part] - 8.0)))
    with qtbot.waitSignal(series.selected) as caught:
        mouse.click(series, float(curves.t[index]), float(curves.z[index, 0]))
    assert caught.args == [1]


def test_the_mouse_outranks_the_selection_and_the_selection_the_first(series: TimeSeries) -> None:
    assert series.chips.text("focus") == "trajectory 1"
    series.set_selected(2)
    assert series.chips.text("focus") == "trajectory 3"
    series.set_hovered(4)
    assert series.chips.text("focus") == "trajectory 5"
    series.set_hovered(None)
    assert series.chips.text("focus") == "trajectory 3"
    series.set_selected(None)
    assert series.chips.text("focus") == "trajectory 1"


def test_a_legend_click_hides_a_component(series: TimeSeries) -> None:
    entries = series.legend.entries()
    assert [entry.text() for entry in entries] == ["θ", "ω"]
    assert series._layers.forward_values()[0].size == 2 * 6 * 1501
    QTest.mouseClick(entries[0], mouse.LEFT)
    assert not entries[0].isChecked()
    assert series._layers.forward_values()[0].size == 6 * 1501
    QTest.mouseClick(entries[1], mouse.LEFT)
    series.grab()
    QTest.mouseClick(entries[1], mouse.LEFT)
    assert entries[1].isChecked()


def test_themes_and_empty_readings(series: TimeSeries, steps: StepSizes) -> None:
    nothing = frames.trajectories(frames.pendulum(), ())
    empty = Steps(np.empty(0), np.empty(0), np.empty(0), np.empty(0, bool), np.zeros(1, int))
    for view in (series, steps):
        view.apply_theme(LIGHT)
        view.grab()
        view.draw(Frame(2, {Trajectories: nothing, Steps: empty}))
        view.set_cursor(3.0)
        view.grab()
    assert series.table().columns["t"].size == 0
    assert steps.table().columns["t"].size == 0


def test_tables_hold_what_is_drawn(series: TimeSeries, steps: StepSizes) -> None:
    columns = series.table().columns
    assert list(columns) == ["trajectory", "t", "θ", "ω", "step_end"]
    assert set(columns["trajectory"]) == {1, 2, 3, 4, 5, 6}
    columns = steps.table().columns
    assert list(columns) == ["trajectory", "t", "h", "error", "accepted"]
    assert columns["h"] == pytest.approx(frames.step_sizes(frames.pendulum(), 6).h)
    steps.box.show_rectangle(((10.0, 20.0), (-2.0, 0.0)))
    seen = steps.table(visible_only=True).columns
    assert 0 < seen["t"].size < columns["t"].size
    assert seen["t"].min() >= 10.0
    assert seen["t"].max() <= 20.0


def test_step_sizes_count_accepted_and_rejected_of_the_focus(steps: StepSizes) -> None:
    reading = frames.step_sizes(frames.pendulum(), 6)
    part = slice(60, 120)
    steps.set_selected(1)
    accepted = int(reading.accepted[part].sum())
    assert [entry.text() for entry in steps.legend.entries()] == [f"{accepted} accepted", f"{60 - accepted} rejected"]


def test_step_sizes_are_drawn_in_decades(steps: StepSizes) -> None:
    low, high = steps.box.rectangle()[1]
    h = frames.step_sizes(frames.pendulum(), 6).h
    assert low < np.log10(h.min()) < np.log10(h.max()) < high
    texts: list[str] = []
    steps.readout.connect(texts.append)
    mouse.hover(steps, 15.0, -1.0)
    assert float(texts[-1].split("h = ")[1]) == pytest.approx(0.1, rel=0.03)


def test_equal_steps_give_a_flat_line_in_sight(qtbot: QtBot) -> None:
    view = StepSizes()
    example = frames.rotation()
    shown(qtbot, view, example)
    view.reset(frames.experiment(), example.system())
    t = np.arange(60) * 0.1
    view.draw(Frame(1, {Steps: Steps(t, np.full(60, 0.1), np.full(60, np.nan), np.ones(60, bool), np.array([0, 60]))}))
    low, high = view.box.rectangle()[1]
    assert low < -1.0 < high
    assert high - low < 2.0
    assert view.curve_at(view.box.mapFromView(QPointF(3.0, -1.0))) == 0


def test_of_many_components_evenly_spread_ones_are_drawn_and_told_apart(qtbot: QtBot) -> None:
    names = tuple(f"z[{place}]" for place in range(1, 33))
    many = frames.Example(names, lambda _, z: -z, dict.fromkeys(names, (0.0, 1.0)), (tuple(range(32)),), (0.0, 1.0))
    view = TimeSeries()
    shown(qtbot, view, many)
    assert [entry.text() for entry in view.legend.entries()] == ["z[1]", "z[9]", "z[17]", "z[25]"]
    assert view.chips.text("focus") == "4 of 32 components"
    assert len({component_colour(DARK, 0, place) for place in range(6)}) == 6
    view.set_cursor(0.0)
    assert sorted(view._layers.now._points[:, 1].tolist()) == pytest.approx([0.0, 8.0, 16.0, 24.0])
