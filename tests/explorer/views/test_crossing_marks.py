"""Crossings in the time series: rings, a warning, and words under the mouse."""

from __future__ import annotations

from dataclasses import replace

import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, shown
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import Crossings, Trajectories
from explorer.theme import DARK
from explorer.view import Table
from explorer.views.crossing_marks import with_crossings
from explorer.views.time_series import TimeSeries

DECAY = frames.decay()
CURVES = frames.trajectories(DECAY, backward=0.0)
FOUND = Crossings(
    "Euler 1",
    2,
    np.array([[0, 1], [0, 1]]),
    np.array([1.5, 3.25]),
    np.array([0.5, -0.5]),
    np.array([0.09, 0.09]),
    np.array([0.25, 0.125]),
    np.array([False, False]),
)


@pytest.fixture
def series(qtbot: QtBot) -> TimeSeries:
    view = shown(qtbot, TimeSeries(), DECAY, None, (620, 420))
    view.draw(Frame(1, {Trajectories: CURVES, Crossings: FOUND}, final=True))
    view.grab()
    return view


def test_a_ring_stands_at_every_crossing_and_the_first_is_told(series: TimeSeries) -> None:
    for t, value in ((1.5, 0.5), (3.25, -0.5)):
        assert colour_near(series, t, value, DARK.rose, reach=4)
    assert series.chips.text("crossings") == "1 and 2 cross at t = 1.5, 2 crossings"
    assert series.chips._hints["crossings"].startswith(
        "Euler 1, step 0.09: trajectories 1 and 2 cross at t = 1.5, then are 0.25 apart. Solutions of a field"
    )
    assert "crossings" in series.chips._warnings


def test_the_mouse_says_who_crosses(series: TimeSeries) -> None:
    texts: list[str] = []
    series.readout.connect(texts.append)
    mouse.hover(series, 3.25, -0.5)
    assert texts[-1] == "Euler 1, step 0.09: trajectories 1 and 2 cross at t = 3.25, then are 0.125 apart"
    mouse.hover(series, 4.0, 0.9)
    assert texts[-1].startswith("t = ")


def test_what_is_within_the_tolerances_is_told_quietly_and_comes_after_its_curves(series: TimeSeries) -> None:
    series.draw(Frame(2, {Trajectories: frames.trajectories(DECAY, backward=0.0)}, final=True))
    assert series.chips.text("crossings") == ""
    quiet = replace(FOUND, within=np.array([True, True]))
    series.draw(Frame(2, {Crossings: quiet}, final=True))
    series.grab()
    assert series.chips.text("crossings") == "crossings within the tolerances"
    assert "crossings" not in series.chips._warnings
    assert not colour_near(series, 1.5, 0.5, DARK.rose, reach=4)


def test_the_data_say_how_often_a_trajectory_crosses_others(series: TimeSeries) -> None:
    three = replace(FOUND, compared=3, pairs=np.array([[0, 1], [2, 1]]), within=np.array([False, True]))
    owner = np.array([1, 2, 3, 4])
    assert with_crossings(Table({"trajectory": owner[:3]}), FOUND).columns["crossings"][:2].tolist() == [2, 2]
    assert with_crossings(Table({"trajectory": owner[:3]}), three).columns["crossings"].tolist() == [1, 1, 0]
    four = with_crossings(Table({"trajectory": owner}), three)
    np.testing.assert_array_equal(four.columns["crossings"], [1, 1, 0, np.nan])
    columns = series.table().columns
    assert len(columns["crossings"]) == len(columns["t"])
    series.draw(Frame(2, {Trajectories: frames.trajectories(DECAY, backward=0.0)}, final=True))
    assert "crossings" not in series.table().columns


def test_it_is_asked_for_where_there_is_one_component(series: TimeSeries) -> None:
    assert Crossings in series.wants()
    series.reset(frames.experiment(), frames.rotation().system())
    assert Crossings not in series.wants()
    assert series.chips.text("crossings") == ""
