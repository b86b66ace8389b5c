"""Data sets with classes or targets: where their points are, and which belongs to which."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest

from core import catalogue


def drawn(name: str, count: int = 4000, **options: float | str) -> tuple[np.ndarray, np.ndarray]:
    points = catalogue.data_set(name, options).draw(count, 9)
    assert points.y is not None
    return points.x, points.y


def test_circles_are_a_disc_and_an_annulus_uniform_in_area() -> None:
    stats = pytest.importorskip("scipy.stats")
    x, y = drawn("circles")
    radius, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    rounding = 1e-15
    assert radius[y == 0].max() <= 0.5 + rounding
    assert 1.0 - rounding <= radius[y == 1].min()
    assert radius[y == 1].max() <= 1.5 + rounding
    np.testing.assert_array_equal(y, (radius**2 > 0.625).astype(int))  # what a plane does with |x|^2 beside x
    assert stats.kstest(radius[y == 0] ** 2 / 0.25, "uniform").pvalue > 0.001
    assert stats.kstest((radius[y == 1] ** 2 - 1.0) / 1.25, "uniform").pvalue > 0.001
    assert stats.kstest(angle, stats.uniform(-pi, 2.0 * pi).cdf).pvalue > 0.001
    assert stats.binomtest(int((y == 0).sum()), len(y), 1.0 / 3.0).pvalue > 0.001


def test_circles_follow_their_options() -> None:
    x, y = drawn("circles", disc=1.0, inner=1.0, outer=2.0, share=0.9)
    radius = np.hypot(*x.T)
    assert radius[y == 0].max() <= 1.0 + 1e-15 <= radius[y == 1].min() + 2e-15
    assert radius.max() <= 2.0 + 1e-15
    assert 0.87 < (y == 0).mean() < 0.93


def test_minus_x_is_minus_x() -> None:
    x, y = drawn("minus_x")
    np.testing.assert_array_equal(y, -x)
    assert set(x.ravel().tolist()) == {-1.0, 1.0}
    assert abs(x.mean()) < 0.05
    x, y = drawn("minus_x", continuous="on")
    np.testing.assert_array_equal(y, -x)
    assert -1.0 < x.min() < -0.99
    assert 0.99 < x.max() < 1.0


def test_moons_without_noise_are_half_circles() -> None:
    x, y = drawn("moons", noise=0.0)
    upper, lower = x[y == 0], (1.0, 0.5) - x[y == 1]
    for half in (upper, lower):
        np.testing.assert_allclose(np.hypot(*half.T), 1.0, atol=1e-15)
        assert half[:, 1].min() >= 0.0
    assert 0.45 < y.mean() < 0.55


def test_both_moons_are_the_same_curves_with_the_same_noise() -> None:
    """One seed takes the same places on them: the density's are twice as large, and shifted."""
    plain = catalogue.data_set("moons", {"noise": 0.2}).draw(100, 4)
    scaled = catalogue.data_set("density_moons", {"noise": 0.2}).draw(100, 4)
    np.testing.assert_allclose(scaled.x, 2.0 * plain.x + (-1.0, -0.2), atol=1e-14)


def test_two_spirals_without_noise_are_spirals_and_each_other_turned() -> None:
    x, y = drawn("two_spirals", noise=0.0, turns=1.25)
    first = np.where((y == 0)[:, None], x, -x)
    angle = 3.0 * np.hypot(*first.T)
    assert 2.4 * pi < angle.max() <= 2.5 * pi + 1e-12
    np.testing.assert_allclose(
        first, np.stack([-angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 3.0, atol=1e-13
    )
    assert np.median(angle / angle.max()) == pytest.approx(np.sqrt(0.5), abs=0.02)


def test_exclusive_or_is_one_or_the_other() -> None:
    x, y = drawn("xor", noise=0.0)
    np.testing.assert_array_equal(np.abs(x), 1.0)
    np.testing.assert_array_equal(y, (x[:, 0] * x[:, 1] < 0).astype(int))
    corners = np.unique(x, axis=0, return_counts=True)[1]
    assert len(corners) == 4
    assert corners.min() > 900
    x, y = drawn("xor")
    assert (y == (x[:, 0] * x[:, 1] < 0)).mean() > 0.999
    assert np.std(np.abs(x) - 1.0) == pytest.approx(0.2, rel=0.03)


def test_a_pinwheel_turned_back_is_normal_along_and_across_its_arms() -> None:
    stats = pytest.importorskip("scipy.stats")
    data_set = catalogue.data_set("pinwheel", {"width": 0.01, "length": 0.2, "arms": 3})
    x = data_set.draw(3000, 3).x / 2.0
    along = np.hypot(*x.T)  # but for the width, of which the second order is left
    bent = np.arctan2(x[:, 1], x[:, 0]) + 0.25 * np.exp(along)
    arm = np.rint(bent / (2.0 * pi / 3.0))
    across = along * np.sin(bent - arm * 2.0 * pi / 3.0)
    assert np.bincount(arm.astype(int) % 3).min() > 900
    assert stats.kstest((along - 1.0) / 0.2, "norm").pvalue > 0.001
    assert across.std() == pytest.approx(0.01, rel=0.1)


def test_a_checkerboard_has_points_on_dark_squares_alone() -> None:
    x = catalogue.data_set("checkerboard").draw(4000, 9).x
    square = np.floor(x / 2.0).astype(int)
    assert set(np.unique(square)) == {-2, -1, 0, 1}
    assert (square.sum(axis=1) % 2 == 0).all()
    assert np.unique(square, axis=0, return_counts=True)[1].min() > 420
