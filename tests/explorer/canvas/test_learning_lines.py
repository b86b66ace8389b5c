"""Running means are exact, and a second scale is moved along x only."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.canvas.axis import Axis
from explorer.canvas.glyphs import GlyphGroup, Glyphs
from explorer.canvas.learning_lines import WINDOW, LearningLine, LearningLines, running_mean
from explorer.canvas.plain_curve import PlainCurve
from explorer.canvas.projection import Projection
from explorer.canvas.second_scale import SecondScale
from explorer.theme import DARK


def plain_window(count: int) -> int:
    """The largest power of two that is no more than an eighth of so many."""
    return max([1, *(1 << power for power in range(6) if 8 << power <= count)])


def plain_mean(values: np.ndarray) -> np.ndarray:
    """The same, value by value."""
    half = plain_window(len(values)) // 2
    first = max(half - 1, 0)
    around = [values[max(0, place - first) : place + half + 1] for place in range(len(values))]
    return np.array([np.nanmean(part) if np.isfinite(part).any() else np.nan for part in around])


def test_a_running_mean_is_that_of_the_values_around() -> None:
    values = np.random.default_rng(0).standard_normal(400)
    for count in (0, 1, 2, 15, 16, 17, 63, 64, 200, 255, 256, 400):
        np.testing.assert_allclose(running_mean(values[:count]), plain_mean(values[:count]), atol=1e-15)


def test_what_is_no_number_is_left_out_and_a_large_value_is_forgotten() -> None:
    values = np.full(400, 1e-9)
    values[:3] = 1e12, np.inf, np.nan
    mean = running_mean(values)
    assert mean[0] > 1e10
    np.testing.assert_allclose(mean[WINDOW:], 1e-9, rtol=1e-12)
    assert np.isnan(running_mean(np.full(50, np.nan))).all()


def test_a_plain_curve_keeps_its_values() -> None:
    values = np.random.default_rng(1).standard_normal(20_000) - 3.0
    curve = PlainCurve(np.arange(20_000), values, 1.0)
    np.testing.assert_array_equal(curve.places(slice(5, 9))[:, 1], values[5:9])
    seen = curve.seen(Projection((0.0, 20_000.0), (-8.0, 0.0), 300, 100))
    assert len(seen) < 2_000
    assert seen[:, 1].min() == values.min()
    assert seen[:, 1].max() == values.max()


@pytest.mark.usefixtures("qtbot")
def test_a_second_scale_takes_its_height_from_its_own_axis() -> None:
    axis, marks = Axis("right", DARK), Glyphs(DARK)
    marks.set_groups((GlyphGroup("disc", np.array([[5.0, 50.0]]), DARK.text),))
    scale = SecondScale(DARK, axis, marks)
    scale.set_projection(Projection((0.0, 10.0), (-3.0, 3.0), 100, 80))
    scale.set_limits(0.0, 100.0)
    assert marks.projection is not None
    np.testing.assert_allclose(marks.projection.pixels(np.array([5.0, 50.0])), [50.0, 40.0])
    scale.set_projection(Projection((0.0, 20.0), (-1.0, 0.0), 100, 80))
    np.testing.assert_allclose(marks.projection.pixels(np.array([5.0, 50.0])), [25.0, 40.0])
    assert axis.range == [0.0, 100.0]


@pytest.mark.usefixtures("qtbot")
def test_lines_on_a_linear_axis_may_be_negative_and_zeros_have_a_place_on_a_logarithmic_one() -> None:
    lines = LearningLines(DARK, Axis("right", DARK))
    values = np.array([1.0, 0.0, 1e-3, -1.0])
    line = LearningLine("a", DARK.accent, "disc", np.arange(4), values, mean=False)
    lines.paint(DARK, [line])
    np.testing.assert_allclose(np.sort(lines.heights()), [-4.0, -3.0, 0.0])
    lines.logarithmic = False
    lines.paint(DARK, [line])
    np.testing.assert_allclose(lines.heights(), values)
