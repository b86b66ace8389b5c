"""The compiled count of visits is that of numpy, whatever lies outside or is no number."""

from __future__ import annotations

import numpy as np
import pytest

from core.visit_raster import VisitRaster


def counted(x: np.ndarray, y: np.ndarray, parts: int, *, compiled: bool) -> np.ndarray:
    raster = VisitRaster((-4.0, 4.0), (-3.0, 3.0), 80, 60, compiled=compiled)
    raster.add(x, y, parts)
    raster.add(x[::-1], y[::-1], parts)
    return raster.visits.astype(np.int64)


@pytest.mark.parametrize("parts", [1, 3, 16])
@pytest.mark.parametrize("times", [2, 9, 100])
def test_both_ways_count_the_same(times: int, parts: int) -> None:
    ways = np.cumsum(np.random.default_rng(2).normal(size=(61, times, 2)) * 0.3, axis=1)
    ways[5, times // 2 :] = np.nan
    ways[7, -1], ways[8, 0], ways[9, 1:] = 1e300, -np.inf, np.inf
    fast, slow = (counted(ways[..., 0], ways[..., 1], parts, compiled=compiled) for compiled in (True, False))
    inside = np.abs(ways[..., 0]).max(axis=1) < 3.9
    assert fast.sum() > 2 * parts * (times - 1) * inside.sum() * 0.9
    # numpy reckons in float32: a place on the edge of a pixel may be counted beside it
    assert abs(fast.sum() - slow.sum()) <= 1e-3 * slow.sum()
    assert np.abs(fast - slow).sum() <= 2e-3 * slow.sum()


def test_places_may_lie_in_memory_as_they_please() -> None:
    ways = np.random.default_rng(3).uniform(-3.0, 3.0, (2, 40, 30))  # component, time, trajectory
    plain = counted(np.ascontiguousarray(ways[0].T), np.ascontiguousarray(ways[1].T), 4, compiled=True)
    assert np.array_equal(counted(ways[0].T, ways[1].T, 4, compiled=True), plain)
    single = ways.astype(np.float32)
    assert np.abs(counted(single[0].T, single[1].T, 4, compiled=True) - plain).sum() <= 20
