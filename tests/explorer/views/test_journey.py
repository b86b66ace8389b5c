"""Points between known places, and the slider that moves them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.views.journey import Journey
from explorer.views.journey_slider import JourneySlider

UNEVEN = np.array([0.0, 0.1, 0.5, 2.0])


@pytest.mark.parametrize("times", [UNEVEN, -UNEVEN, 2.0 - UNEVEN], ids=["forward", "below", "backward"])
def test_a_straight_way_is_followed_exactly(times: np.ndarray) -> None:
    journey, slope = Journey(times), np.array([[1.0, -2.0], [0.5, 3.0]])
    known = slope[:, None] * times[:, None]
    for place in np.linspace(0.0, 1.0, 37):
        time = times[0] + place * (times[-1] - times[0])
        assert journey.time(place) == pytest.approx(time, abs=1e-12)
        assert journey.place(time) == pytest.approx(place)
        np.testing.assert_allclose(journey.states(known, place), slope * time, atol=1e-12)


def test_between_two_iterations_there_is_nothing() -> None:
    journey, known = Journey(np.arange(5.0), steps=True), np.arange(5.0)[None, :, None]
    assert [journey.time(place) for place in (0.0, 0.2, 0.25, 0.74, 0.75, 1.0)] == [0.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert [float(journey.states(known, place)[0, 0]) for place in (0.24, 0.99, 1.0)] == [0.0, 3.0, 4.0]


def test_a_way_of_one_place_stands_still() -> None:
    journey, known = Journey(np.array([3.0])), np.ones((2, 1, 2))
    assert journey.time(0.7) == 3.0
    assert journey.place(3.0) == 0.0
    np.testing.assert_array_equal(journey.states(known, 0.4), np.ones((2, 2)))


def test_it_goes_along_rests_at_the_end_and_begins_again(qtbot: QtBot) -> None:
    slider, moved = JourneySlider("Depth"), []
    qtbot.addWidget(slider)
    slider.offer(Journey(np.array([0.0, 2.0])), "t")
    slider.moved.connect(lambda: moved.append(slider.place))
    assert slider.words == "t = 2"
    slider.advance(1.0)
    assert moved == []  # it rests at the end
    slider.advance(0.5)
    slider.advance(0.5)
    slider.advance(1.0)
    assert moved == pytest.approx([0.0, 0.25])
    assert slider.words == "t = 0.5"
    slider.advance(10.0)
    assert slider.place == 1.0


def test_who_moves_it_holds_it(qtbot: QtBot) -> None:
    slider, moved = JourneySlider("Depth"), []
    qtbot.addWidget(slider)
    slider.offer(Journey(np.arange(5.0), steps=True), "iteration")
    slider.moved.connect(lambda: moved.append(slider.place))
    slider.show()
    slider.slider.setFocus()
    QTest.keyClick(slider.slider, Qt.Key.Key_Left)
    assert moved == pytest.approx([0.75])
    assert slider.slider.accessibleDescription() == "iteration = 3"
    slider.advance(2.0)
    assert slider.place == pytest.approx(0.75)
    QTest.mouseClick(slider._going, Qt.MouseButton.LeftButton)
    slider.advance(0.5)
    assert slider.place == pytest.approx(0.875)
    slider.begin_anew()
    assert slider.place == 1.0
