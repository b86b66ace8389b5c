"""Curves of very many points, and the range of very many values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.canvas.glyphs import GlyphGroup
from explorer.canvas.long_curve import LongCurve
from explorer.canvas.projection import Projection
from explorer.canvas.robust_range import robust_range

COUNT = 300_000
NUMBER = np.arange(COUNT)
RANDOM = np.random.default_rng(0)
NOISY = 10.0 ** (-8.0 * NUMBER / COUNT + RANDOM.normal(0.0, 0.2, COUNT))
WHOLE = Projection((0.0, float(COUNT)), (-9.0, 1.0), 500.0, 400.0)


def view(low: float, high: float) -> Projection:
    return replace(WHOLE, x_range=(low, high))


@pytest.mark.parametrize("limits", [(0.0, 3e5), (1e5, 2.5e5), (1e5, 1.2e5), (1e5, 1.03e5), (-1e5, 1e4), (2.9e5, 4e5)])
def test_what_is_seen_is_as_high_and_as_low_as_all_points(limits: tuple[float, float]) -> None:
    projection = view(*limits)
    seen = LongCurve(NUMBER, NOISY, 0.0).seen(projection)
    assert len(seen) <= 1300
    every = np.column_stack([NUMBER, np.log10(NOISY)])
    every = every[(every[:, 0] >= limits[0]) & (every[:, 0] <= limits[1])]
    thin, whole = projection.pixels(seen), projection.pixels(every)
    for left in range(0, 500, 10):
        there = whole[(whole[:, 0] >= left + 2) & (whole[:, 0] < left + 8)][:, 1]
        around = thin[(thin[:, 0] >= left) & (thin[:, 0] < left + 10)][:, 1]
        if there.size > 1:
            assert around.min() <= there.min()
            assert around.max() >= there.max()
    assert set(np.round(seen[:, 1], 9)) <= set(np.round(np.log10(NOISY), 9))  # nothing is made up


def test_a_smooth_curve_goes_one_way() -> None:
    seen = LongCurve(NUMBER, 10.0 ** (-NUMBER / COUNT), 0.0).seen(WHOLE)
    assert (np.diff(seen[:, 1]) <= 0).all()
    seen = LongCurve(NUMBER, 10.0 ** (NUMBER / COUNT), 0.0).seen(WHOLE)
    assert (np.diff(seen[:-2, 1]) >= 0).all()


def test_few_points_are_all_drawn() -> None:
    curve = LongCurve(NUMBER[:400], NOISY[:400], 0.0)
    assert (curve.seen(view(0.0, 400.0)) == curve.places(slice(None))).all()
    zoomed = LongCurve(NUMBER, NOISY, 0.0).seen(view(1000.5, 1300.5))
    assert zoomed[:, 0].tolist() == list(range(1000, 1302))
    assert curve.marked(view(0.0, 400.0), 11.0) is None
    assert len(LongCurve(np.empty(0), np.empty(0), 0.0).seen(WHOLE)) == 0


def test_marks_of_a_thinned_curve_keep_apart() -> None:
    curve = LongCurve(NUMBER, NOISY, 0.0)
    group = GlyphGroup("disc", curve, "#ff0000", apart=11.0)
    places = group.pixels(WHOLE)
    assert 8 <= len(places) <= 13
    assert np.diff(places[:, 0]).min() > 40.0


def test_a_zero_lies_on_the_floor_and_what_is_not_finite_is_a_gap() -> None:
    values = NOISY.copy()
    values[10_000] = 0.0
    values[100_000:150_000] = np.nan
    values[200_000] = np.inf
    curve = LongCurve(NUMBER, values, 1e-12)
    seen = curve.seen(WHOLE)
    assert np.nanmin(seen[:, 1]) == pytest.approx(-12.0)
    assert np.isnan(seen[(seen[:, 0] > 101_000) & (seen[:, 0] < 149_000), 1]).all()
    assert np.isfinite(seen[(seen[:, 0] < 99_000) | (seen[:, 0] > 151_000), 1]).all()
    assert np.nanmin(curve.heights()) == pytest.approx(-12.0)
    assert curve.last == COUNT - 1
    assert LongCurve(NUMBER, np.where(NUMBER < 777, values, np.nan), 0.0).last == 776


def test_of_several_columns_one_is_taken() -> None:
    table = np.column_stack([NOISY, 2 * NOISY])
    curve = LongCurve(NUMBER, table[:, 1], 0.0)
    assert (curve.seen(WHOLE) == LongCurve(NUMBER, 2 * NOISY, 0.0).seen(WHOLE)).all()
    heights = curve.heights()
    assert (heights.min(), heights.max()) == (np.log10(table[:, 1]).min(), np.log10(table[:, 1]).max())


def test_points_near_a_pixel() -> None:
    evaluations = np.repeat(np.arange(100), 3)
    curve = LongCurve(evaluations, np.ones(300), 0.0)
    near = curve.near(view(0.0, 100.0), 250.0, 5.0)
    assert evaluations[near].tolist() == [49] * 3 + [50] * 3 + [51] * 3


def sorted_range(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The range as it is defined."""
    order = np.argsort(values)
    share = np.cumsum(weights[order])
    low, high = np.interp(np.array([0.05, 0.95]) * share[-1], share, values[order])
    reach = 8.0 * (high - low)
    kept = values[(values >= low - reach) & (values <= high + reach)] if reach > 0 else values
    return float(kept.min()), float(kept.max())


@given(
    arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e3, 1e3)),
    st.floats(1.0, 2e3),
    st.integers(0, 2**32 - 1),
)
def test_the_range_is_that_of_its_definition(values: np.ndarray, far: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = np.append(values, random.normal(0.0, 1.0, 40))
    values = np.append(values, [far, -far][: random.integers(0, 3)])
    weights = random.uniform(0.0, 1.0, len(values)) ** 4 + 1e-9
    assert robust_range(values, weights) == sorted_range(values, weights)
    assert robust_range(values) == sorted_range(values, np.ones(len(values)))
