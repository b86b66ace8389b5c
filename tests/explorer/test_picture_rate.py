"""Pictures per second."""

from __future__ import annotations

import pytest

from explorer.picture_rate import PictureRate


@pytest.mark.usefixtures("qtbot")
def test_the_rate_is_counted_over_half_a_second_and_gone_at_rest():
    now = 0.0
    rate = PictureRate(clock=lambda: now)
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


def test_pictures_that_come_no_more_are_no_rate(qtbot):
    """A drag ends without a word: nothing else would take its rate away."""
    now = 0.0
    rate = PictureRate(clock=lambda: now)
    for _ in range(20):
        now += 0.05
        rate.count()
    assert rate.value == pytest.approx(20.0)
    with qtbot.waitSignal(rate.changed, timeout=5000):
        pass
    assert rate.value == 0.0
    with qtbot.assertNotEmitted(rate.changed, wait=1500):
        pass
