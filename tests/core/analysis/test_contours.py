"""Zero contours against curves known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.contours import zero_contour


def grid(nx: int = 161, ny: int = 121) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    x, y = np.linspace(-2, 2, nx), np.linspace(-1.5, 1.5, ny)
    return x, y, *np.meshgrid(x, y)


def test_circle_has_its_radius_and_its_length() -> None:
    x, y, xx, yy = grid()
    segments = zero_contour(x, y, xx**2 + yy**2 - 1.0)
    assert np.abs(np.linalg.norm(segments, axis=2) - 1.0).max() < 2e-4
    assert np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1).sum() == pytest.approx(2 * np.pi, rel=1e-3)


def test_straight_line_is_exact() -> None:
    x, y, xx, yy = grid()
    segments = zero_contour(x, y, yy - 0.3 * xx - 0.123)
    assert np.abs(segments[..., 1] - 0.3 * segments[..., 0] - 0.123).max() < 1e-14
    assert np.ptp(segments[..., 0]) == pytest.approx(4.0)


def test_crossing_lines_keep_both_branches() -> None:
    x, y, xx, yy = grid(160, 120)  # the crossing lies inside a cell: a saddle pattern
    segments = zero_contour(x, y, xx * yy)
    assert np.abs(segments[..., 0] * segments[..., 1]).max() < 1e-3
    assert np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1).sum() == pytest.approx(7.0, rel=0.01)


def test_a_pole_is_no_zero() -> None:
    x, y, xx, yy = grid(160, 120)
    with np.errstate(divide="ignore"):
        assert len(zero_contour(x, y, 1.0 / (xx - 0.1234))) == 0
        assert len(zero_contour(x, y, np.tan(np.pi * xx / 3 + 0 * yy))) == 119  # the zero at 0 only


def test_steep_zeros_are_no_poles() -> None:
    x, y, xx, yy = grid(160, 120)
    segments = zero_contour(x, y, np.tanh(40 * (xx - 0.4)) + 0 * yy)
    assert len(segments) == 119
    assert np.abs(segments[..., 0] - 0.4).max() < 0.02


def test_not_a_number_leaves_a_gap() -> None:
    x, y, xx, yy = grid()
    with np.errstate(invalid="ignore"):
        segments = zero_contour(x, y, yy - np.sqrt(xx))
    assert len(segments) > 0
    assert segments[..., 0].min() >= 0.0


def test_one_sign_gives_nothing() -> None:
    x, y, xx, yy = grid()
    assert zero_contour(x, y, xx**2 + yy**2 + 1).shape == (0, 2, 2)


def test_beside_infinite_values_the_contour_goes_on_without_a_warning() -> None:
    x, y, xx, yy = grid()
    values = np.where(xx > 1, np.inf, np.where(xx < -1, -np.inf, yy - 0.123))
    with np.errstate(all="raise"):
        segments = zero_contour(x, y, values)
    assert np.abs(segments[..., 1] - 0.123).max() < 1e-14
    assert np.ptp(segments[..., 0]) == pytest.approx(2.0)
