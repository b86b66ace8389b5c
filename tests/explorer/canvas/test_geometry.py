"""The numbers behind the items: projection, clipping, look-up, nearest curve, ticks, interpolation."""

from __future__ import annotations

import frames
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.canvas.colour import blend, faded
from explorer.canvas.curve_strokes import CurveStrokes
from explorer.canvas.dashes import dashes
from explorer.canvas.grid_field import GridField
from explorer.canvas.interpolation import states_at
from explorer.canvas.lines import polyline_begins, visible_lines
from explorer.canvas.nearest import nearest_curve, nearest_point
from explorer.canvas.number_text import eigenvalue_text, number_text
from explorer.canvas.projection import Projection
from explorer.canvas.robust_range import robust_range
from explorer.canvas.ticks import base_of, decade_texts, decade_ticks, linear_text, linear_ticks
from explorer.canvas.view_history import ViewHistory
from explorer.theme import DARK

finite = st.floats(-1e6, 1e6)


def test_projection_maps_corners_and_back() -> None:
    projection = Projection((-1.0, 3.0), (10.0, 20.0), 400.0, 200.0)
    corners = projection.pixels(np.array([[-1.0, 20.0], [3.0, 10.0], [1.0, 15.0]]))
    assert corners.tolist() == [[0.0, 0.0], [400.0, 200.0], [200.0, 100.0]]
    assert projection.data(corners).tolist() == [[-1.0, 20.0], [3.0, 10.0], [1.0, 15.0]]


@given(finite, finite, finite, finite)
def test_a_visible_line_lies_in_reach_and_on_the_given_line(x0: float, y0: float, x1: float, y1: float) -> None:
    lines = visible_lines(np.array([[x0, y0]]), np.array([[x1, y1]]), 300.0, 200.0)
    assert (np.abs(lines) <= 600.0 + 1e-6).all()
    scale = max(abs(x1 - x0), abs(y1 - y0), 1.0)
    for px, py in lines.reshape(-1, 2):
        assert abs((px - x0) * (y1 - y0) - (py - y0) * (x1 - x0)) <= 1e-6 * scale**2


def test_lines_outside_or_not_finite_are_dropped_and_crossing_ones_kept() -> None:
    begin = np.array([[-50.0, 10.0], [np.nan, 1.0], [-1e9, 100.0], [10.0, 10.0], [0.0, np.inf]])
    end = np.array([[-20.0, 90.0], [5.0, 5.0], [1e9, 100.0], [20.0, 20.0], [10.0, 10.0]])
    lines = visible_lines(begin, end, 300.0, 200.0)
    assert lines == pytest.approx(np.array([[-600.0, 100.0, 600.0, 100.0], [10.0, 10.0, 20.0, 20.0]]), abs=1e-6)


def test_polylines_do_not_run_into_each_other() -> None:
    assert polyline_begins(np.array([0, 3, 3, 5])).tolist() == [0, 1, 3]
    assert polyline_begins(np.array([0])).tolist() == []
    assert polyline_begins(np.array([0, 0, 4, 4])).tolist() == [0, 1, 2]


def test_a_bilinear_look_up_is_exact_for_bilinear_functions() -> None:
    x, y = np.linspace(-1, 2, 7), np.linspace(0, 5, 11)
    across, up = np.meshgrid(x, y)
    field = GridField(x, y, 2 * across - up + across * up, 3 + 0 * up)
    points = np.random.default_rng(3).uniform((-1, 0), (2, 5), (200, 2))
    found = field.at(points)
    assert found[:, 0] == pytest.approx(2 * points[:, 0] - points[:, 1] + points[:, 0] * points[:, 1])
    assert found[:, 1] == pytest.approx(3.0)
    corners = field.at(np.array([[-1.0, 0.0], [2.0, 5.0]]))
    assert corners[:, 0].tolist() == pytest.approx([-2.0, 9.0])


def test_outside_the_grid_and_beside_a_hole_nothing_is_known() -> None:
    x = np.linspace(0, 4, 5)
    values = np.ones((5, 5))
    values[2, 2] = np.nan
    field = GridField(x, x, values, values)
    found = field.at(np.array([[-0.1, 1.0], [4.1, 1.0], [1.0, 9.0], [1.5, 1.5], [0.5, 0.5], [np.nan, 1.0]]))
    assert np.isnan(found).all(axis=1).tolist() == [True, True, True, True, False, True]
    with pytest.raises(ValueError, match="2 x 2"):
        GridField(x[:1], x, values[:, :1], values[:, :1])


def test_the_nearest_curve_is_found_between_its_points() -> None:
    points = np.array([[0.0, 0.0], [100.0, 0.0], [0.0, 50.0], [100.0, 50.0], [np.nan, 50.0]])
    offsets = np.array([0, 2, 5])
    assert nearest_curve(points, offsets, (50.0, 6.0), 8.0) == (0, 6.0)
    assert nearest_curve(points, offsets, (50.0, 47.0), 8.0) == (1, 3.0)
    assert nearest_curve(points, offsets, (50.0, 25.0), 8.0) is None
    assert nearest_curve(np.empty((0, 2)), np.array([0]), (0.0, 0.0), 8.0) is None
    assert nearest_point(points, (99.0, 1.0), 5.0) == 1
    assert nearest_point(points, (50.0, 20.0), 5.0) is None


def test_states_at_a_time_are_those_of_the_closed_form() -> None:
    curves = frames.trajectories(frames.rotation(), [(1.0, 0.0), (0.0, 2.0)])
    states = states_at(curves, 1.234)
    assert states[0] == pytest.approx([np.cos(1.234), -np.sin(1.234)], abs=1e-4)
    assert states[1] == pytest.approx([2 * np.sin(1.234), 2 * np.cos(1.234)], abs=2e-4)
    assert states_at(curves, 6.0)[0] == pytest.approx([np.cos(6.0), -np.sin(6.0)], abs=1e-6)
    assert states_at(curves, -3.0)[0] == pytest.approx([np.cos(-3.0), -np.sin(-3.0)], abs=1e-6)


def test_a_curve_that_does_not_reach_a_time_is_nowhere() -> None:
    curves = frames.trajectories(frames.rotation(), [(1.0, 0.0), (0.0, 2.0)])
    assert np.isnan(states_at(curves, 6.5)).all()
    assert np.isnan(states_at(curves, -3.5)).all()
    assert states_at(frames.trajectories(frames.rotation(), ()), 1.0).shape == (0, 2)


def test_strokes_tell_forward_from_backward_and_put_emphasis_on_top() -> None:
    curves = frames.trajectories(frames.rotation(), [(1.0, 0.0), (0.0, 2.0)])
    strokes = CurveStrokes(curves)
    groups = strokes.groups(DARK, frozenset())
    assert sum(group.begin.size for group in groups) == len(curves.t) - 2
    behind = [group for group in groups if group.stroke.opacity < 1]
    assert sum(group.begin.size for group in behind) == 2 * 150
    strong = strokes.groups(DARK, frozenset({1}))[-1]
    assert strong.stroke.colour == DARK.colour_of(1)
    assert strong.stroke.weight > groups[-1].stroke.weight
    assert strong.begin.size == curves.offsets[2] - curves.offsets[1] - 1


def test_dashes_cover_their_share_of_the_curve() -> None:
    pieces = dashes(np.array([[0.0, 0.0], [95.0, 0.0]]), 6.0, 4.0)
    length = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    assert length.sum() == pytest.approx(59.0)
    assert pieces[:, 2].max() == 95.0
    later = dashes(np.array([[0.0, 0.0], [95.0, 0.0]]), 6.0, 4.0, 8.0)
    assert later[::2, 0].tolist() == [8.0, 18.0, 28.0, 38.0, 48.0, 58.0, 68.0, 78.0, 88.0]


def test_numbers_of_a_narrow_range_are_differences_from_a_round_one() -> None:
    assert base_of(3.0, 4.0) == 0.0
    assert base_of(-1e-9, 1e-9) == 0.0
    assert base_of(3.56994567, 3.56994569) == 3.56994568
    assert base_of(-2.0000011, -2.0000009) == -2.000001
    low, high = 3.5699456718 - 1e-10, 3.5699456718 + 1e-10
    assert low - (high - low) < base_of(low, high) < high + (high - low)


@pytest.mark.parametrize(
    ("low", "high", "count", "step", "texts"),
    [
        (-2.0, 2.0, 5, 1.0, ["−2", "−1", "0", "1", "2"]),
        (-3.0, 3.0, 2.5, 2.0, ["−2", "0", "2"]),
        (0.0, 1.0, 2, 0.5, ["0", "0.5", "1.0"]),
        (0.0, 1.0, 5, 0.2, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (1e6, 2e6, 3, 5e5, ["1.0·10⁶", "1.5·10⁶", "2.0·10⁶"]),
        (0.0, 3e-6, 3, 1e-6, ["0", "1·10⁻⁶", "2·10⁻⁶", "3·10⁻⁶"]),
    ],
)
def test_linear_ticks(low: float, high: float, count: float, step: float, texts: list[str]) -> None:
    found, values = linear_ticks(low, high, count)
    assert found == pytest.approx(step)
    assert [linear_text(value, found) for value in values] == texts


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 12))
def test_ticks_lie_inside_and_are_not_more_than_wanted(low: float, width: float, count: int) -> None:
    step, values = linear_ticks(low, low + width, count)
    assert len(values) <= 1.6 * count + 2
    slack = 1e-6 * step + 1e-9 * abs(low)
    assert all(low - slack <= value <= low + width + slack for value in values)
    _, two = linear_ticks(low, low + width, count / 3, least=2)
    assert 2 <= len(two) <= 1.6 * count + 2
    assert linear_ticks(1.0, 1.0, 3) == (1.0, [])
    assert linear_ticks(0.0, float("inf"), 3) == (1.0, [])


@pytest.mark.parametrize(
    ("low", "high", "count", "texts"),
    [
        (12.0, 88.0, 1.2, ["20", "80"]),
        (41.0, 59.0, 1.0, ["45", "55"]),
        (3.0, 97.0, 1.5, ["20", "60"]),
        (0.0, 1.2, 1.2, ["0", "1"]),
    ],
)
def test_a_number_alone_on_a_low_axis_has_another_beside_it(low, high, count, texts) -> None:
    step, values = linear_ticks(low, high, count, least=2)
    assert [linear_text(value, step) for value in values] == texts


def test_decades() -> None:
    assert decade_texts(decade_ticks(-6.2, 0.1, 10)[1]) == [
        "10⁻⁶",
        "10⁻⁵",
        "10⁻⁴",
        "10⁻³",
        "10⁻²",
        "10⁻¹",
        "10⁰",
    ]
    assert decade_texts(decade_ticks(-12.0, 0.0, 4)[1]) == ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"]
    assert decade_texts(decade_ticks(-3.4, -0.6, 1.5)[1]) == ["10⁻³", "10⁻²", "10⁻¹"]
    assert decade_texts(decade_ticks(-6.3, 1.2, 1.25)[1]) == ["10⁻⁶", "10⁰"]
    assert decade_texts(decade_ticks(-5.3, 2.2, 1.05)[1]) == ["10⁻⁵", "10²"]
    assert decade_texts(decade_ticks(-1.8, -0.6, 4)[1]) == ["0.02", "0.05", "0.1", "0.2"]
    assert decade_texts(decade_ticks(0.2, 1.1, 4)[1]) == ["2", "5", "10"]
    assert decade_texts(decade_ticks(-3.8, -2.6, 4)[1]) == ["2·10⁻⁴", "5·10⁻⁴", "10⁻³", "2·10⁻³"]
    assert decade_texts(decade_ticks(-1.6, -0.05, 4)[1]) == ["0.05", "0.1", "0.2", "0.5"]
    assert decade_texts(decade_ticks(-1.6, -0.05, 1)[1]) == ["10⁻¹"]
    assert decade_texts(decade_ticks(-0.28, -0.03, 4)[1]) == ["0.6", "0.7", "0.8", "0.9"]
    assert decade_texts(decade_ticks(-0.28, -0.03, 1)[1]) == ["0.6", "0.8"]
    assert decade_texts(decade_ticks(0.43, 0.62, 4)[1]) == ["3", "4"]


def test_history_is_that_of_a_browser() -> None:
    now = [0.0]
    history = ViewHistory(lambda: now[0])
    a, b, c = (((float(k), k + 1.0), (0.0, 1.0)) for k in range(3))
    assert history.back(a) is None
    history.leave(a)
    now[0] += 5
    history.leave(b)
    assert history.back(c) == b
    assert history.back(b) == a
    assert history.forward(a) == b
    history.leave(b)
    assert history.forward(c) is None


def test_turns_of_the_wheel_in_quick_succession_are_one_move() -> None:
    now = [0.0]
    history = ViewHistory(lambda: now[0])
    for k in range(10):
        now[0] += 0.1
        history.leave(((float(k), k + 1.0), (0.0, 1.0)))
    assert history.back(((99.0, 100.0), (0.0, 1.0))) == ((0.0, 1.0), (0.0, 1.0))
    assert history.back(((0.0, 1.0), (0.0, 1.0))) is None


def test_a_range_leaves_out_what_runs_away() -> None:
    values = np.concatenate([np.linspace(-1, 1, 1000), [1e12, np.inf, np.nan]])
    assert robust_range(values) == (-1.0, 1.0)
    assert robust_range(np.full(3, 4.0)) == (4.0, 4.0)
    assert robust_range(np.array([np.nan])) is None


def test_eigenvalues_read_as_pairs() -> None:
    assert eigenvalue_text(np.array([0.5 + 0.866j, 0.5 - 0.866j])) == ("λ = 0.5 ± 0.866i",)
    assert eigenvalue_text(np.array([1j, -1j])) == ("λ = ± 1i",)
    assert eigenvalue_text(np.array([1.0 + 0j, -2.0 + 0j])) == ("λ = 1", "λ = −2")
    assert eigenvalue_text(np.arange(6) + 0j)[-1] == "and 3 more"
    assert number_text(-0.0001234) == "−0.0001234"


def test_colours_are_mixed_and_faded() -> None:
    assert blend("#000000", "#ffffff", 0.5) == "#808080"
    assert blend("#102030", "#ffffff", 0.0) == "#102030"
    assert faded("#102030", 0.5).alpha() in (127, 128)
    assert faded("#102030", 7.0).alpha() == 255
