"""The features of a trained network at other depths, and lines that are carried with them."""

from __future__ import annotations

from dataclasses import replace

import feature_frames as features
import numpy as np
import training_frames as training
from pictures import colour_near, shown
from pytestqt.qtbot import QtBot

from core.readings import FeaturePaths, NetworkDepths
from explorer.theme import DARK
from explorer.views.feature_evolution import FeatureEvolution

MAP = "x <- x/2 + 1\ny <- y/2 + 1\nstart (0, 0)"


def view_of(qtbot: QtBot, *readings: object, text: str = training.TEXT) -> FeatureEvolution:
    return shown(qtbot, FeatureEvolution(), training.LearningExample(text), training.frame(*readings), (640, 480))


def at_depths(qtbot: QtBot, text: str = training.TEXT) -> FeatureEvolution:
    """With the slider, and what the engine then sends."""
    view = view_of(qtbot, features.turned(), text=text)
    view.depths.button.click()
    view.draw(training.frame(features.turned(), features.networks()))
    view.grab()
    return view


def test_other_depths_are_asked_for_only_where_they_are_looked_at(qtbot: QtBot) -> None:
    view = view_of(qtbot, features.turned())
    assert view.wants() == {FeaturePaths}
    assert not view.depths.slider.isVisible()
    with qtbot.waitSignal(view.wants_changed):
        view.depths.button.click()
    assert view.wants() == {FeaturePaths, NetworkDepths}
    assert view.depths.slider.isVisible()
    with qtbot.waitSignal(view.wants_changed):
        view.depths.button.click()
    assert view.wants() == {FeaturePaths}


def test_the_slider_shows_the_ways_through_so_many_layers(qtbot: QtBot) -> None:
    view, known = at_depths(qtbot), features.networks().networks
    for stop, network in enumerate(known):
        view.depths.slider.slider.go_to(stop)
        assert np.array_equal(view._picture.paths.states, network.paths.states)
        assert np.array_equal(view._picture.now, network.paths.states[:, -1])
        name = f"{network.layers} layer{'s' * (network.layers > 1)}" if network.layers else "ODE"
        assert view.chips.text("network").startswith(f"{name}: 75 % right, loss ")
        assert not view.chips.text("outcome")
    view.depths.slider.slider.go_to(0)
    view.journey.go_to(0.5)  # half of one layer's step lies on a straight line
    start = known[0].paths.states[:, 0]
    np.testing.assert_allclose(view._picture.now, 0.0 * start, atol=1e-12)
    view.depths.button.click()
    assert view._picture.paths.states.shape == features.turned().states.shape
    assert not view.chips.text("network")
    assert view.chips.text("outcome")


def test_the_limit_of_an_implicit_layer_is_its_equilibrium(qtbot: QtBot) -> None:
    view = at_depths(qtbot, MAP)
    view.depths.slider.slider.go_to(4)
    assert view.chips.text("network").startswith("equilibrium: ")
    assert view.depths.slider.slider.toolTip() == "More and more layers, then the equilibrium"
    view.reset(training.LearningExample().experiment(), training.LearningExample().system())
    assert not view.depths.slider.isEnabled()
    assert view.depths.slider.slider.toolTip() == "More and thinner layers, then the differential equation"


def test_the_chosen_depth_is_kept_while_the_weights_move(qtbot: QtBot) -> None:
    view = at_depths(qtbot)
    view.depths.slider.slider.go_to(1)
    later = features.networks(30)
    view.draw(training.frame(features.turned(), later))
    assert view.depths.slider.layers == 2
    assert view._picture.paths is later.networks[1].paths


def test_the_lines_are_carried_as_far_as_the_points(qtbot: QtBot) -> None:
    reading = features.turned()
    view = view_of(qtbot, reading)
    assert view.grid.isVisible()
    view.journey.go_to(0.0)
    at = len(reading.depth) // 2
    for place, index in ((0.0, 0), (at / (len(reading.depth) - 1), at), (1.0, -1)):
        view.journey.go_to(place)
        points = view._picture._grid._points
        np.testing.assert_allclose(points, reading.grid[:, :, index].reshape(-1, 2), atol=1e-9)
    view.grid.click()
    assert not len(view._picture._grid._points)
    view.grid.click()
    across = reading.grid[0, 1:3, -1].mean(axis=0)
    assert colour_near(view, *across.tolist(), DARK.muted, 3, 90)


def test_over_depth_and_without_a_plane_of_inputs_there_are_no_lines(qtbot: QtBot) -> None:
    view = view_of(qtbot, features.shrunk())
    assert not view.grid.isVisible()
    assert not len(view._picture._grid._points)


def test_what_has_no_other_depths_offers_none(qtbot: QtBot) -> None:
    view = view_of(qtbot, features.turned())
    assert view.depths.button.isVisible()
    view.depths.button.click()
    view.draw(training.frame(replace(features.turned(), shares=True)))  # each sample over a span of its own
    assert not view.depths.button.isVisible()
    assert view.wants() == {FeaturePaths}
    assert not view.depths.slider.isVisible()
    view.draw(training.frame(features.turned()))
    assert view.depths.button.isVisible()
