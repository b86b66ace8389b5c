"""The view of the path of a training: colours, the path and the playhead on it, words and the table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import slice_frames as slices
import training_frames as training
from pictures import colour_near, empty_notes, shown
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import LossSlice, TrainingProgress
from core.training_state import TrainingState
from core.weight_plane import SLICE_PLANE
from explorer.theme import DARK, LIGHT
from explorer.views.slice_picture import between, slice_pixels, slice_scale
from explorer.views.training_path import TrainingPath

SIZE = (640, 460)


def view_of(qtbot: QtBot, reading: LossSlice | None) -> TrainingPath:
    frame = None if reading is None else training.frame(reading)
    return shown(qtbot, TrainingPath(), training.LearningExample(), frame, SIZE)


def progress_at(iteration: int) -> TrainingProgress:
    known = training.progress().state
    return TrainingProgress(0, TrainingState(iteration, slices.weights_at(iteration), b"", known.curves))


def test_the_path_is_drawn_with_the_newest_weights_on_it(qtbot: QtBot) -> None:
    reading = slices.bowl()
    view = view_of(qtbot, reading)
    for x, y in reading.plane.path[1:-1].tolist():
        assert colour_near(view, x, y, DARK.text, 3, 60)
    assert colour_near(view, *reading.plane.path[-1].tolist(), DARK.amber, 2, 40)
    assert [entry.text() for entry in view.legend.entries()] == ["path of the training", "begin", "present weights"]
    assert not empty_notes(view)


def test_the_playhead_moves_the_mark_along_the_path(qtbot: QtBot) -> None:
    reading = slices.bowl()
    view = view_of(qtbot, reading)
    view.set_cursor(20.0)
    view.grab()
    assert np.allclose(view._way.place(view._cursor)[0], reading.plane.path[2])
    assert colour_near(view, *reading.plane.path[2].tolist(), DARK.amber, 2, 40)
    view.set_cursor(25.0)
    assert np.allclose(view._way.place(view._cursor)[0], reading.plane.path[2:4].mean(axis=0))


def test_what_is_learnt_meanwhile_is_added_to_the_path_and_is_part_of_the_next(qtbot: QtBot) -> None:
    view = view_of(qtbot, slices.bowl())
    for iteration in (50, 55, 60):
        view.draw(training.frame(progress_at(iteration)))
    view.set_cursor(60.0)
    iterations, path = view._way.iterations, view._way.points
    assert iterations.tolist() == [*slices.ITERATIONS, 55, 60]
    plane = slices.path_plane()
    assert np.allclose(path[-1], plane.place(slices.weights_at(60)))
    assert np.allclose(view._way.place(view._cursor)[0], path[-1])
    longer = slices.bowl(slices.path_plane((*slices.ITERATIONS, 60)))
    view.draw(training.frame(longer, progress_at(60)))
    assert view._way.iterations.tolist() == [*slices.ITERATIONS, 60]


def test_a_loss_that_spans_decades_is_coloured_by_its_logarithm(qtbot: QtBot) -> None:
    tones, scale, words = slice_scale(slices.bowl())
    assert np.allclose(tones, np.log10(slices.bowl().values))
    assert scale.low == pytest.approx(np.log10(0.01), abs=0.3)
    assert words[0] == "0.0127" or words[0].startswith("0.0")
    low = float(slices.bowl().values.min())
    other, _, _ = slice_scale(slices.bowl(floor=low))
    assert other.min() == 0.0  # log1p above the lowest
    view = view_of(qtbot, slices.bowl())
    assert view.bar.ends() == words


def test_between_the_places_the_picture_is_bilinear() -> None:
    reading = slices.bowl(cells=11)
    flat = replace(reading, values=2.0 * reading.x[None, :] + reading.y[:, None] + 3.0)
    x, y = 0.3 * reading.x[0] + 0.7 * reading.x[1], 0.2 * reading.y[4] + 0.8 * reading.y[5]
    assert float(between(flat, flat.values, np.array(x), np.array(y))) == pytest.approx(2.0 * x + y + 3.0)
    assert float(between(flat, flat.values, reading.x[-1], reading.y[-1])) == pytest.approx(flat.values[-1, -1])
    assert np.isnan(between(flat, flat.values, np.array(reading.x[-1] + 1.0), np.array(y)))


def test_where_the_solver_fails_the_card_is_seen(qtbot: QtBot) -> None:
    reading = slices.bowl(lost=True)
    view = view_of(qtbot, reading)
    assert colour_near(view, 0.8 * float(reading.x[-1]), float(reading.y[1]), DARK.card, 0, 6)
    assert view.chips.text("unsolved").endswith("% unsolved")
    _, _, colours = slice_pixels(reading, LIGHT)
    assert 0.1 < (colours == np.uint32(0xFF000000 | int(LIGHT.card[1:], 16))).mean() < 0.8
    nothing = replace(reading, values=np.full_like(reading.values, np.nan), lines=(), loss=float("nan"))
    view.draw(training.frame(nothing))
    assert empty_notes(view) == ["Nowhere here can the network be solved."]
    assert view.chips.text("loss") == "not solved"


def test_chips_and_axes_tell_what_the_plane_holds(qtbot: QtBot) -> None:
    view = view_of(qtbot, slices.bowl())
    shares = slices.path_plane().shares
    assert view.chips.text("plane") == f"plane holds {100.0 * shares.sum():.3g} %"
    assert view.plot.bottom.labelText == f"direction 1, {100.0 * shares[0]:.3g} % of the path"
    assert view.chips.text("points") == "256 training points"
    exact = slices.bowl(slices.path_plane((0, 10, 20)))
    view.draw(training.frame(exact))
    assert view.chips.text("plane") == "plane holds 100 %"


def test_random_directions_are_said_to_be_so(qtbot: QtBot) -> None:
    view = view_of(qtbot, slices.lonely())
    assert view.chips.text("plane") == "random plane"
    assert view.plot.left.labelText == "random direction 2"
    assert [entry.text() for entry in view.legend.entries()] == ["present weights"]
    assert np.allclose(view._way.place(view._cursor), [[0.0, 0.0]])
    view.draw(training.frame(progress_at(70)))
    assert not len(view._way.iterations)


def test_the_mouse_reads_the_loss_and_the_iteration(qtbot: QtBot) -> None:
    reading = slices.bowl(cells=41)
    view = view_of(qtbot, reading)
    heard: list[str] = []
    view.readout.connect(heard.append)
    a, b = reading.plane.path[3].tolist()
    pixels = view.box.projection().pixels(np.array([[a, b], [0.9 * reading.x[0], 0.9 * reading.y[-1]]]))
    view._point_at(QPointF(*pixels[0].tolist()))
    assert heard[-1].startswith("iteration 30")
    value = float(heard[-1].split("loss ")[1])
    assert value == pytest.approx(0.01 + a**2 + 4.0 * b**2, rel=0.05)
    view._point_at(QPointF(*pixels[1].tolist()))
    assert heard[-1].startswith("direction 1 = ")


def test_the_view_follows_the_path_until_a_person_moves_it(qtbot: QtBot) -> None:
    view = view_of(qtbot, slices.bowl())
    assert view.viewport() is None
    longer = slices.bowl(slices.path_plane((*slices.ITERATIONS, 90)))
    view.draw(training.frame(longer))
    assert np.allclose(view.box.rectangle(), [longer.x[[0, -1]], longer.y[[0, -1]]])
    view.box.navigated.emit()
    seen = view.box.rectangle()
    view.draw(training.frame(slices.bowl()))
    assert view.box.rectangle() == seen
    asked = view.viewport()
    assert asked is not None
    assert (asked.x, asked.y) == SLICE_PLANE
    view.fit()
    assert view.viewport() is None


def test_the_table_has_the_grid_and_the_path(qtbot: QtBot) -> None:
    view = view_of(qtbot, slices.bowl())
    columns = view.table().columns
    assert list(columns) == ["iteration", "direction_1", "direction_2", "loss"]
    assert len(columns["loss"]) == 21 * 21 + 6
    assert columns["iteration"][-6:].tolist() == list(slices.ITERATIONS)
    view.box.show_rectangle(((0.0, 1.0), (0.0, 1.0)))
    assert 0 < len(view.table(visible_only=True).columns["loss"]) < 21 * 21


def test_why_there_is_none_is_told(qtbot: QtBot) -> None:
    view = view_of(qtbot, slices.bowl())
    view.draw(Frame(2, absent={LossSlice: "a single number that is learnt has no plane about it"}))
    assert empty_notes(view) == ["A single number that is learnt has no plane about it."]
    view.reset(training.LearningExample().experiment(), training.LearningExample().system())
    assert empty_notes(view) == ["The loss around the weights appears here."]
