"""Batches and their noise are functions of the seed and the iteration."""

import numpy as np
import pytest

from core.training.batches import batch_at, noise_at


@pytest.mark.parametrize(("count", "size"), [(10, 3), (47, 16), (5, 5), (4, 9), (6, 1)])
def test_every_pass_sees_every_point_once(count, size):
    batches = -(-count // min(size, count))
    for epoch in range(3):
        seen = [batch_at(epoch * batches + place, count, size, 7) for place in range(batches)]
        assert sorted(np.concatenate(seen)) == list(range(count))
        assert all(len(batch) == min(size, count) for batch in seen[:-1])


def test_passes_and_seeds_have_orders_of_their_own():
    first = [batch_at(k, 100, 10, 0) for k in range(20)]
    assert not np.array_equal(np.concatenate(first[:10]), np.concatenate(first[10:]))
    assert not np.array_equal(first[0], batch_at(0, 100, 10, 1))
    again = [batch_at(k, 100, 10, 0) for k in reversed(range(20))]
    assert all(np.array_equal(one, other) for one, other in zip(first, reversed(again), strict=True))


def test_noise_has_its_deviation_and_hangs_on_the_iteration():
    noise = noise_at(3, (50_000, 2), 0.25, 0)
    assert noise.std() == pytest.approx(0.25, rel=0.01)
    assert abs(noise.mean()) < 4 * 0.25 / np.sqrt(noise.size)
    assert np.array_equal(noise, noise_at(3, (50_000, 2), 0.25, 0))
    assert not np.array_equal(noise, noise_at(4, (50_000, 2), 0.25, 0))
    assert not np.array_equal(noise, noise_at(3, (50_000, 2), 0.25, 1))
