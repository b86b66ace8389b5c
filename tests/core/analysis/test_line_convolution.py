"""Line integral convolution against means that are known."""

from __future__ import annotations

import numpy as np

from core.analysis.line_convolution import contrast, directions, line_convolution

SHAPE = 150, 200
NOISE = np.random.default_rng(3).random(SHAPE)


def smeared(u: np.ndarray, v: np.ndarray, noise: np.ndarray = NOISE, reach: int = 12) -> np.ndarray:
    work, shares = line_convolution(directions(u, v), noise, reach), []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            assert shares[-1] == 1.0
            return np.asarray(end.value)


def correlation(values: np.ndarray, down: int, right: int) -> float:
    rows, columns = values.shape
    here, there = values[: rows - down, : columns - right], values[down:, right:]
    return float(np.corrcoef(here.ravel(), there.ravel())[0, 1])


def test_along_rows_it_is_the_mean_of_the_neighbours_up_to_the_edge() -> None:
    found = smeared(np.full(SHAPE, -1e200), np.zeros(SHAPE), reach=5)
    for column in (0, 3, 100, 199):
        expected = NOISE[:, max(0, column - 5) : column + 6].mean(axis=1)
        np.testing.assert_allclose(found[:, column], expected, rtol=1e-5)


def test_pixels_along_the_flow_are_alike_and_those_across_are_not() -> None:
    for u, v, along, across in ((1.0, 0.0, (0, 6), (6, 0)), (0.0, -3e-200, (6, 0), (0, 6)), (0.8, 0.6, (3, 4), (4, 0))):
        found = smeared(np.full(SHAPE, u), np.full(SHAPE, v))
        assert correlation(found, *along) > 0.6
        assert abs(correlation(found, *across)) < 0.1


def test_lines_are_bent_as_the_field_is() -> None:
    y, x = np.mgrid[-100.0:101.0, -100.0:101.0]
    radius = np.hypot(x, y)
    found = smeared(-y, x, radius, reach=16)
    ring = (radius > 25.0) & (radius < 60.0)
    assert abs(float((found - radius)[ring].mean())) < 0.01  # Euler's steps would leave the circles by 0.1
    assert float(np.abs(found - radius)[ring].max()) < 0.5


def test_where_the_field_rests_or_is_no_number_lines_end() -> None:
    y, x = np.mgrid[-75.0:75.0, -100.0:100.0]
    saddle = smeared(x, -y)
    assert np.isfinite(saddle).all()
    assert saddle[75, 100] == np.float32(NOISE[75, 100])
    u, v = x.copy(), -y
    u[:40], v[40:50] = np.nan, np.inf
    holed = smeared(u, v)
    assert np.isfinite(holed).all()
    assert (holed[:50] == NOISE[:50].astype(np.float32)).all()
    assert np.isfinite(smeared(0.0 * x, 0.0 * y)).all()


def test_the_contrast_is_the_same_for_every_length_and_nothing_is_shown_where_nothing_is_known() -> None:
    known = np.ones(SHAPE, dtype=bool)
    known[:30] = False
    for reach in (3, 20):
        levels = contrast(smeared(np.ones(SHAPE), np.zeros(SHAPE), reach=reach), known)
        assert (levels[:30] == 0).all()
        assert abs(float(levels[30:].mean()) - 127.5) < 2.0
        assert 50.0 < float(levels[30:].std()) < 60.0
    assert not contrast(np.ones(SHAPE), known).any()
    assert not contrast(np.ones(SHAPE), ~known & known).any()
