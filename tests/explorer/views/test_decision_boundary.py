"""The decision boundary: colours, marks, rings, counts in words, the readout, the viewport and the table."""

from __future__ import annotations

import time

import decision_frames as decisions
import mouse
import numpy as np
import pytest
import training_frames as training
from pictures import colour_near, empty_notes, shown
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import INPUT_PLANE, DecisionMap
from core.request import Viewport
from explorer.theme import DARK, LIGHT, Theme
from explorer.views.class_marks import class_colour, class_glyph
from explorer.views.decision_boundary import DecisionBoundary
from explorer.views.decision_picture import decision_pixels, point_groups, ring_group
from explorer.views.decision_words import answer_words, count_words


def view_of(qtbot: QtBot, reading: DecisionMap | None) -> DecisionBoundary:
    """A view on the screen."""
    frame = None if reading is None else training.frame(reading)
    return shown(qtbot, DecisionBoundary(), training.LearningExample(), frame, size=(640, 480))


def channels(pixels: np.ndarray) -> np.ndarray:
    """Red, green and blue of 0xffrrggbb."""
    return np.stack([(pixels >> shift) & 0xFF for shift in (16, 8, 0)], axis=-1).astype(int)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_two_classes_are_blue_and_orange_and_pale_between(theme: Theme) -> None:
    colours = channels(decision_pixels(decisions.disc(), theme))
    inside, outside, border = colours[64, 64], colours[2, 2], colours[64, 64 + 32]
    assert inside[2] > inside[0]
    assert outside[0] > outside[2]
    card = channels(np.array(int(theme.card[1:], 16)))
    assert np.abs(border - card).max() < 20


@pytest.mark.parametrize("classes", [3, 10])
def test_every_class_has_its_own_colour_that_is_paler_where_it_hardly_wins(classes: int) -> None:
    reading = decisions.nearest(classes)
    colours = channels(decision_pixels(reading, DARK))
    winner = reading.answers.argmax(axis=-1)
    ordered = np.sort(reading.answers, axis=-1)
    margin = ordered[..., -1] - ordered[..., -2]
    card = channels(np.array(int(DARK.card[1:], 16)))
    strongest = []
    for label in range(classes):
        own, sure = colours[winner == label], margin[winner == label]
        away = np.abs(own - card).sum(axis=-1)
        assert away[sure.argmax()] > 3 * away[sure.argmin()]
        strongest.append(own[away.argmax()])
    apart = [np.abs(a - b).sum() for place, a in enumerate(strongest) for b in strongest[:place]]
    assert min(apart) > 20
    marks = {(class_colour(DARK, label), class_glyph(label)) for label in range(classes)}
    assert len(marks) == len({class_colour(DARK, label) for label in range(classes)}) == classes


def test_test_points_are_filled_and_what_is_wrong_is_ringed() -> None:
    reading = decisions.nearest(3)
    groups = point_groups(reading, DARK)
    for hollow in (True, False):
        count = sum(len(group.points) for group in groups if group.hollow is hollow)
        assert count == (reading.test != hollow).sum()
    ring = ring_group(reading, DARK)
    np.testing.assert_array_equal(ring.points, reading.points[~reading.right])
    assert ring.hollow
    assert ring.radius > groups[0].radius


def test_of_very_many_points_those_that_are_wrong_are_all_drawn() -> None:
    reading = decisions.nearest(3, points=9000)
    drawn = np.concatenate([group.points for group in point_groups(reading, DARK)])
    wrong = reading.points[~reading.right]
    assert len(wrong) < len(drawn) < len(wrong) + 800
    assert {tuple(place) for place in wrong.tolist()} <= {tuple(place) for place in drawn.tolist()}


def test_how_many_are_right_is_told_in_words(qtbot: QtBot) -> None:
    reading = decisions.circles(60)
    view = view_of(qtbot, reading)
    right = int((reading.right & reading.test).sum())
    assert view.chips.text("test") == f"test {right} of 150 right"
    assert count_words(reading, test=False)[1].startswith("Of the 150 training points in this picture ")
    assert [entry.text() for entry in view.legend.entries()] == ["class 0", "class 1", "learnt from", "wrong"]
    view.draw(training.frame(decisions.unlabelled(reading)))
    assert view.chips.text("test") == ""


def test_the_readout_tells_class_and_score(qtbot: QtBot) -> None:
    view, told = view_of(qtbot, decisions.disc()), []
    view.readout.connect(told.append)
    mouse.hover(view, 0.0, 0.0)
    assert "class 0   score −2.2" in told[-1]
    view.draw(training.frame(decisions.circles()))
    x, y = decisions.circles().points[200].tolist()
    mouse.hover(view, x, y)
    assert "test point of class" in told[-1]
    assert "right" in told[-1]
    three = decisions.nearest(3)
    assert answer_words(three, 2.0, 0.6).startswith("class 0   score −")
    assert "ahead of class" in answer_words(three, 2.0, 0.6)
    assert answer_words(three, 50.0, 0.0) == ""


def test_a_border_is_drawn_where_the_answer_is_nought(qtbot: QtBot) -> None:
    view = view_of(qtbot, decisions.disc())
    view.box.show_rectangle(((-3.0, 3.0), (-3.0, 3.0)))
    assert colour_near(view, 1.5, 0.0, DARK.text)
    assert colour_near(view, 0.0, -1.5, DARK.text)
    assert not colour_near(view, 0.5, 0.0, DARK.text)


def test_a_zoom_asks_for_another_map(qtbot: QtBot) -> None:
    view, asked = view_of(qtbot, decisions.circles()), []
    view.viewport_changed.connect(lambda: asked.append(view.viewport()))
    view.look_at(Viewport(*INPUT_PLANE, (-0.5, 0.5), (0.0, 1.0)))
    assert asked[-1].x_range == (-0.5, 0.5)
    assert (asked[-1].x, asked[-1].y) == INPUT_PLANE
    view.draw(training.frame(decisions.circles(100)))
    assert view.box.rectangle() == ((-0.5, 0.5), (0.0, 1.0))  # the same data: it stays
    view.fit()
    (left, right), (low, high) = view.box.rectangle()
    assert left < -2.0 < 2.0 < right
    unit = (right - left) / view.box.width()
    assert (high - low) / view.box.height() == pytest.approx(unit, rel=1e-6)  # a circle looks like one


def test_why_there_is_no_map_is_said(qtbot: QtBot) -> None:
    view = view_of(qtbot, decisions.circles())
    view.draw(Frame(2, absent={DecisionMap: "the inputs are no plane: they have 784 numbers"}))
    assert empty_notes(view) == ["The inputs are no plane: they have 784 numbers."]
    assert view.table().columns == {}
    view.draw(training.frame(decisions.circles(100)))
    assert empty_notes(view) == []


def test_the_table_holds_the_map_and_the_data(qtbot: QtBot) -> None:
    reading = decisions.nearest(3, cells=40)
    view = view_of(qtbot, reading)
    columns = view.table().columns
    grid = columns["what"] == "map"
    assert grid.sum() == 1600
    np.testing.assert_array_equal(columns["answer 2"][grid].reshape(40, 40), reading.answers[..., 2])
    np.testing.assert_array_equal(columns["class"][~grid], reading.labels)
    view.box.show_rectangle(((0.0, 1.0), (0.0, 1.0)))
    seen = view.table(visible_only=True).columns
    assert 0 < len(seen["x"]) < 100
    assert 0.0 <= seen["x"].min() <= seen["x"].max() <= 1.0


@pytest.mark.parametrize("reading", [decisions.circles(), decisions.nearest(10)], ids=["two", "ten"])
def test_a_map_is_drawn_in_time(qtbot: QtBot, reading: DecisionMap) -> None:
    view, spent = view_of(qtbot, reading), []
    for _ in range(6):
        view.draw(training.frame(decisions.disc(cells=8)))
        begin = time.thread_time()
        view.draw(training.frame(reading))
        spent.append(time.thread_time() - begin)
    assert min(spent) < 0.016
