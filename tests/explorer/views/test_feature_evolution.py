"""The features over depth: ways and points, axes, colours, the depth that plays, words and the table."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import feature_frames as features
import mouse
import numpy as np
import pytest
import training_frames as training
from pictures import empty_notes, shown
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import FeaturePaths
from explorer.theme import DARK, LIGHT
from explorer.views.feature_evolution import FeatureEvolution
from explorer.views.path_kinds import PathKinds, outcome_words

MAP = "x <- x/2 + 1\ny <- y/2 + 1\nstart (0, 0)"


def view_of(qtbot: QtBot, reading: FeaturePaths | None, text: str = training.TEXT) -> FeatureEvolution:
    """A view on the screen."""
    frame = None if reading is None else training.frame(reading)
    return shown(qtbot, FeatureEvolution(), training.LearningExample(text), frame, size=(640, 480))


def choose(view: FeatureEvolution, across: int, up: int) -> None:
    """Take other axes, by their places in the menus."""
    pickers = view.axes.pickers
    for box, place in ((pickers._across, across), (pickers._up, up)):
        box.setCurrentIndex(place)
        box.activated.emit(place)


def test_the_points_go_along_the_exact_ways(qtbot: QtBot) -> None:
    reading = features.turned()
    view = view_of(qtbot, reading)
    np.testing.assert_array_equal(view._picture.now, reading.states[:, -1])
    view.journey.go_to(0.5)
    start = reading.states[:, 0]
    angle = np.pi / 4.0
    turned = start @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    np.testing.assert_allclose(view._picture.now, turned, atol=2e-3)  # straight between 40 places
    assert view.chips.text("depth") == "t = 0.5"


def test_one_component_stands_over_depth_with_a_line_to_drag(qtbot: QtBot) -> None:
    reading = features.shrunk()
    view = view_of(qtbot, reading)
    assert (view.plot.bottom.labelText, view.plot.left.labelText) == ("t", "x")
    ways = view._picture.places
    np.testing.assert_array_equal(ways[3, :, 0], reading.depth)
    assert (np.diff(ways[..., 1], axis=0) > 0.0).all()  # solutions keep their order: they do not cross
    view.journey.go_to(0.25)
    assert view._line.t == pytest.approx(0.25)
    view.fit()
    view.grab()
    mouse.hover(view, 0.5, 0.5)  # the mouse comes from somewhere
    mouse.drag(view, (0.25, 0.5), (0.75, 0.5))
    assert view.journey.place == pytest.approx(0.75, abs=0.02)
    assert not view.journey._going.isChecked()


def test_added_components_are_offered_and_named(qtbot: QtBot) -> None:
    view = view_of(qtbot, features.turned(added=2))
    pickers = view.axes.pickers
    assert pickers.isVisible()
    names = [pickers._across.itemText(place) for place in range(pickers._across.count())]
    assert names == ["t", "x", "y", "a[1] (added)", "a[2] (added)"]
    choose(view, 0, 3)
    assert view.plot.left.labelText == "a[1] (added)"
    np.testing.assert_array_equal(view._picture.places[0, :, 1], features.turned(added=2).states[0, :, 2])
    view.draw(training.frame(features.turned(added=2, turns=0.5)))
    assert view.plot.left.labelText == "a[1] (added)"  # while it learns the axes stay
    view.draw(training.frame(features.turned()))
    assert view.plot.left.labelText == "y"
    assert not np.isfinite(view._line.t)


def test_of_a_layer_depth_is_the_number_of_an_iteration(qtbot: QtBot) -> None:
    reading = features.iterated()
    view = view_of(qtbot, reading, MAP)
    view.journey.go_to(0.5)
    np.testing.assert_array_equal(view._picture.now, reading.states[:, 5])
    assert view.chips.text("depth") == "iteration = 5"
    assert view.axes._symbols == ("iteration", "x", "y")  # data fill none of them, so none was added


def test_colours_are_those_of_classes_else_of_targets() -> None:
    kinds = PathKinds.of(features.turned())
    assert kinds.names == ("class 0", "class 1")
    assert kinds.colour(DARK, 0) == DARK.series[0]
    assert PathKinds.of(features.shrunk()).names == ("target −1", "target 1")
    many = PathKinds.of(features.iterated())
    assert len(many.names) == 6
    assert many.ordered
    assert len({many.colour(LIGHT, kind) for kind in range(6)}) == 6
    targets = features.iterated().targets[:, 0]
    ranges = [targets[many.members == kind] for kind in range(6)]
    assert all(low.max() <= high.min() for low, high in pairwise(ranges))
    alone = PathKinds.of(replace(features.shrunk(), targets=np.full((60, 1), np.nan)))
    assert alone.names == ("test points",)


def test_how_good_the_answers_are_is_told(qtbot: QtBot) -> None:
    reading = features.turned()
    view = view_of(qtbot, replace(reading, answers=reading.answers - 0.5))
    count = int(((reading.answers[:, 0] > 0.5) == reading.labels).sum())
    assert view.chips.text("outcome") == f"{count} of 200 right"
    assert [entry.text() for entry in view.legend.entries()] == ["class 0", "class 1", "wrong"]
    assert view._picture.wrong is not None
    assert view._picture.wrong.sum() == 200 - count
    shrunk = features.shrunk()
    error = np.sqrt(np.mean((shrunk.answers - shrunk.targets) ** 2))
    assert outcome_words(shrunk)[0] == f"error {error:.3g}"


def test_it_moves_while_the_window_plays(qtbot: QtBot) -> None:
    view = view_of(qtbot, None)
    view.advance(3.0)
    view.draw(training.frame(features.turned()))
    for _ in range(30):
        view.advance(0.1)
    assert 0.3 < view.journey.place < 0.6
    before = view._picture.now
    view.draw(training.frame(features.turned(turns=0.3)))
    assert not np.array_equal(view._picture.now, before)  # other weights, the same depth
    view.reset(training.LearningExample().experiment(), training.LearningExample().system())
    assert view.journey.place == 1.0
    assert view.table().columns == {}


def test_the_readout_tells_what_a_point_is(qtbot: QtBot) -> None:
    reading = features.shrunk(points=9)
    view, told = view_of(qtbot, reading), []
    view.readout.connect(told.append)
    mouse.hover(view, 1.0, float(reading.states[8, -1, 0]))
    assert told[-1].endswith("test point 9   answer 0.368   should be −1")


def test_why_there_are_no_ways_is_said(qtbot: QtBot) -> None:
    view = view_of(qtbot, features.turned())
    view.draw(Frame(2, absent={FeaturePaths: "no data set is chosen"}))
    assert empty_notes(view) == ["No data set is chosen."]
    view.draw(training.frame(features.turned()))
    assert empty_notes(view) == []


def test_the_table_holds_every_point_of_every_way(qtbot: QtBot) -> None:
    reading = features.turned(added=1)
    view = view_of(qtbot, reading)
    columns = view.table().columns
    assert list(columns) == ["path", "class", "depth", "x", "y", "a[1]"]
    np.testing.assert_array_equal(columns["a[1]"].reshape(200, 40), reading.states[..., 2])
    view.box.show_rectangle(((0.0, 1.0), (0.0, 1.0)))
    seen = view.table(visible_only=True).columns
    assert 0 < len(seen["x"]) < len(columns["x"])
    assert seen["x"].min() >= 0.0


def test_two_hundred_ways_are_drawn_and_moved_in_time(qtbot: QtBot) -> None:
    view, spent = view_of(qtbot, None), []
    for turn in range(6):
        reading = features.turned(turns=0.25 + 0.01 * turn, added=1)
        begin = time.thread_time()
        view.draw(training.frame(reading))
        middle = time.thread_time()
        view.journey.go_to(0.1 * turn)
        spent.append((middle - begin, time.thread_time() - middle))
    assert min(first for first, _ in spent) < 0.016
    assert min(second for _, second in spent) < 0.016
