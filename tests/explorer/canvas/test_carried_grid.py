"""A grid on its way with a flow, between the times at which it is known."""

from __future__ import annotations

from dataclasses import replace

import flow_map_frames as maps
import numpy as np
import pytest

from explorer.canvas.carried_grid import CarriedGrid
from explorer.canvas.projection import Projection

BOX = Projection((-2.0, 2.0), (-2.0, 2.0), 400.0, 400.0)


def test_between_two_times_points_are_on_their_ways() -> None:
    reading = maps.shrinking()
    grid = CarriedGrid(reading)
    starts = reading.places[0].astype(float)
    for t in (0.0, 0.05, 2.13, 6.0):
        picture = grid.at(t, BOX)
        turn = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])
        np.testing.assert_allclose(picture.points, np.exp(-0.5 * t) * starts @ turn.T, atol=2e-6)
        np.testing.assert_allclose(picture.log_det, -t, atol=1e-12)
        assert (len(picture.cells), picture.left_out) == (16, 0.0)
        assert len(picture.begin) == 10 * 32  # every line, and none from one line to the next


def test_a_cell_is_all_around_it() -> None:
    reading = maps.shrinking()
    grid = CarriedGrid(reading)
    assert grid.sizes.tolist() == [4 * 9] * 16  # every side has its ends
    for place, outline in enumerate(np.split(grid.corners, np.cumsum(grid.sizes)[:-1])):
        x, y = reading.places[0][outline].astype(float).T
        area = 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
        assert area == pytest.approx(1.0)
        assert (x.min(), y.min()) == (-2.0 + place % 4, -2.0 + place // 4)


def test_what_has_ended_leaves_a_gap_and_never_a_long_line() -> None:
    reading = maps.blowing_up()
    grid = CarriedGrid(reading)
    whole = grid.at(0.0, BOX)
    assert (len(whole.cells), whole.left_out) == (16, 0.0)
    later = grid.at(1.0, BOX)
    ends = later.points[np.stack([later.begin, later.begin + 1])]
    assert np.abs(ends[1] - ends[0]).max() <= 0.6  # 60 pixels
    assert ends[..., 0].max() < 20.0
    assert 0 < len(later.cells) < 16
    assert later.left_out > 0.0
    assert np.isfinite(later.points).all()
    assert set(later.cells % 4) == {0, 1}  # the left half goes on


def test_it_is_on_its_way_from_the_start_of_the_span_in_either_direction() -> None:
    grid = CarriedGrid(maps.shrinking())
    assert [grid.begins_by(t) for t in (-0.1, 0.0, 3.0, 9.0)] == [False, True, True, True]
    back = CarriedGrid(replace(maps.shrinking(), times=-maps.shrinking().times))
    assert [back.begins_by(t) for t in (0.1, 0.0, -3.0)] == [False, True, True]
    np.testing.assert_array_equal(grid.at(9.0, BOX).points, grid.at(6.0, BOX).points)
