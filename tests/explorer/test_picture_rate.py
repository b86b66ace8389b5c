"""Pictures per second."""

from __future__ import annotations

import pytest

from explorer.picture_rate import PictureRate


def test_the_rate_is_counted_over_half_a_second_and_gone_at_rest():
    now = 0.0
    rate = PictureRate(lambda: now)
    rate.count()
    for _ in range(24):
        now += 0.02
        rate.count()
    assert rate.value == 0.0  # not half a second yet
    now += 0.02
    rate.count()
    assert rate.value == pytest.approx(50.0)
    rate.rest()
    assert rate.value == 0.0
