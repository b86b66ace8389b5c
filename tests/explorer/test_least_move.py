"""The smallest move of sliders against numpy's pseudo-inverse, at ends, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from core.experiment import SliderRange
from explorer.least_move import least_move
from explorer.slider_scale import SliderScale


def test_it_is_the_pseudo_inverse_where_nothing_is_in_the_way():
    random = np.random.default_rng(3)
    effects, wanted, now = random.normal(size=(2, 5)), 0.05 * random.normal(size=2), np.full(5, 0.5)
    np.testing.assert_allclose(
        least_move(effects, wanted, now, now), now + np.linalg.pinv(effects) @ wanted, atol=1e-14
    )


def test_no_other_move_that_does_the_same_is_shorter():
    effects, now = np.array([[3.0, 4.0, 0.0]]), np.array([0.5, 0.5, 0.5])
    moved = least_move(effects, np.array([1.0]), now, now) - now
    np.testing.assert_allclose(moved, [0.12, 0.16, 0.0], atol=1e-15)  # (3, 4, 0) / 25
    assert moved[2] == 0.0
    for along in ([4.0, -3.0, 0.0], [0.0, 0.0, 1.0]):  # what moves nothing
        assert moved @ along == pytest.approx(0.0, abs=1e-15)


def test_it_counts_from_where_the_drag_began():
    effects, first, now = np.array([[1.0, 1.0]]), np.array([0.5, 0.5]), np.array([0.8, 0.4])
    # back to where the root was first: 0.2 less in the sum
    np.testing.assert_allclose(least_move(effects, np.array([-0.2]), now, first), first, atol=1e-15)


def test_a_slider_at_its_end_leaves_the_rest_to_the_others():
    effects, now = np.array([[4.0, 1.0]]), np.array([0.9, 0.2])
    # (4, 1) would carry the first to 0.9 + 0.8 · 4/17; it stops at 1 and does 0.4 of 0.8
    np.testing.assert_allclose(least_move(effects, np.array([0.8]), now, now), [1.0, 0.6], atol=1e-15)
    assert least_move(effects, np.array([9.0]), now, now).tolist() == [1.0, 1.0]
    assert least_move(effects, np.array([-9.0]), now, now).tolist() == [0.0, 0.0]


def test_what_cannot_be_reached_is_approached_in_least_squares():
    effects, now = np.array([[1.0], [2.0]]), np.array([0.1])
    assert least_move(effects, np.array([1.0, 0.0]), now, now)[0] == pytest.approx(0.1 + 1 / 5)
    assert least_move(np.zeros((2, 1)), np.array([1.0, 0.0]), now, now).tolist() == [0.1]


def test_a_scale_has_its_ends_its_slope_and_seven_digits():
    plain = SliderScale("a", "a", SliderRange(-1.0, 3.0))
    assert (plain.position(0.0), plain.value(0.25), plain.slope(0.0)) == (0.25, 0.0, 4.0)
    assert plain.value(1 / 3) == 0.3333333
    assert (plain.value(-0.1), plain.value(1.1), plain.position(9.0)) == (-1.0, 3.0, 1.0)
    log = SliderScale("b", "b", SliderRange(0.01, 100.0, log=True))
    assert (log.position(1.0), log.value(0.5)) == (pytest.approx(0.5), 1.0)
    step = 1e-6
    rise = 0.01 * 1e4 ** (0.5 + step) - 1.0
    assert log.slope(1.0) == pytest.approx(rise / step, rel=1e-5)
