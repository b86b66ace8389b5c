"""The plots over the iterations of a training: lines, the scale on the right, words, the cursor, tables."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import training_frames as training
from pictures import empty_notes, shown
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.language import parse
from core.readings import TrainingProgress
from core.training_state import LearningCurves as Curves
from explorer.canvas.learning_lines import running_mean
from explorer.canvas.training_card import TrainingCard
from explorer.learning_systems import carries_density, learns, learns_answers
from explorer.theme import LIGHT
from explorer.views.evaluations import Evaluations
from explorer.views.gradient_norms import GradientNorms
from explorer.views.learning_curves import LearningCurves

EVERY = (LearningCurves, Evaluations, GradientNorms)


def learning(qtbot: QtBot, made: type[TrainingCard], progress: TrainingProgress | None = None) -> TrainingCard:
    """A view of two circles that are learnt."""
    example = training.LearningExample()
    view = shown(qtbot, made(), example, size=(620, 300))
    view.reset(example.experiment(), example.system())
    view.draw(training.frame(progress or training.progress()))
    view.grab()
    return view


def test_which_systems_learn() -> None:
    plain, layer = training.LearningExample().system(), parse("z' = W z\nz in R^2\nlearn W = uniform(2, 2, seed 1)")
    flow = parse("z' = W z\nz in R^2\nflow normal(2)\nlearn W = uniform(2, 2, seed 1)")
    given = parse("z' = -z\nz in R^2\nflow normal(2)")
    told = [(learns(one), learns_answers(one), carries_density(one)) for one in (plain, layer, flow, given)]
    assert told == [(False, False, False), (True, True, False), (True, False, True), (False, False, True)]
    assert not any(made.serves(plain) for made in EVERY)


def test_the_loss_of_batches_and_test_points_and_the_accuracy_are_where_they_were_measured(qtbot: QtBot) -> None:
    view = learning(qtbot, LearningCurves)
    curves = training.progress().state.curves
    lines = {line.name: line for line in view.lines_of(curves)}
    assert list(lines) == ["batches", "test points", "test points right, %"]
    heights = view.lines.heights()
    np.testing.assert_allclose(heights.max(), np.log10(max(curves.loss.max(), curves.test_loss.max())))
    assert view.plot.right is not None
    assert view.plot.right.isVisible()
    low, high = view.plot.right.range
    assert low < 100.0 * curves.accuracy.min()
    assert 100.0 < high < 106.0
    assert view.chips.text("accuracy") == "100 % right"
    assert view.chips.text("loss").startswith("test loss 0.0")


def test_a_likelihood_stands_on_a_linear_axis_with_the_truth_as_its_target(qtbot: QtBot) -> None:
    example = training.LearningExample(loss="likelihood")
    view = shown(qtbot, LearningCurves(), example, size=(620, 300))
    view.reset(example.experiment(), example.system())
    view.draw(training.frame(training.density_progress()))
    assert not view.plot.left.logarithmic
    assert view.lines.level_heights() == [2.7]
    assert view.chips.text("gap").endswith(" above the true density's")
    assert view.plot.right is not None
    assert not view.plot.right.isVisible()  # nothing is classified
    low, high = view.box.rectangle()[1]
    assert low < 2.7 < 3.9 < high
    view.reset(training.LearningExample().experiment(), example.system())
    view.draw(training.frame(training.progress()))
    assert view.plot.left.logarithmic


def test_why_it_ended_is_told(qtbot: QtBot) -> None:
    view = learning(qtbot, LearningCurves, training.progress(end="The loss is no number: take a smaller rate."))
    assert view.chips.text("end") == "The loss is no number"
    assert view.chips._hints["end"].endswith("smaller rate.")


def test_the_spectral_radius_has_its_line_at_one_and_a_warning_above_it(qtbot: QtBot) -> None:
    view = learning(qtbot, Evaluations, training.implicit(top=0.9))
    assert view.chips.text("radius") == "radius 0.9"
    assert "radius" not in view.chips._warnings
    assert view.plot.right is not None
    assert view.plot.right.range[1] > 1.0
    view.draw(training.frame(training.implicit(top=1.2)))
    assert "radius" in view.chips._warnings
    view.draw(training.frame(training.progress()))
    assert not view.plot.right.isVisible()
    assert view.chips.text("forward") == "forward 50"
    assert [entry.text() for entry in view.legend.entries()] == ["forward", "backward"]


def test_every_tensor_has_a_line_a_mark_and_a_name(qtbot: QtBot) -> None:
    view = learning(qtbot, GradientNorms)
    assert [entry.text() for entry in view.legend.entries()] == ["W1", "b1", "w2", "b2"]
    assert len({entry.swatch for entry in view.legend.entries()}) == 4
    norms = training.progress().state.curves.gradient_norms
    assert view.readout_at(7.2, np.log10(norms[7, 2])).startswith("iteration 7   w2 ")
    np.testing.assert_array_equal(view.table().columns["b1"][:400], norms[:, 1])


def test_many_names_leave_a_low_card_to_its_plot(qtbot: QtBot) -> None:
    known = training.progress().state
    wide = replace(known, curves=replace(known.curves, gradient_norms=np.tile(known.curves.gradient_norms, 6)))
    view = learning(qtbot, GradientNorms, TrainingProgress(0, wide))
    assert view.legend.entries()[5].text() == "tensor 6"
    view.resize(330, 200)
    assert not view.legend.isVisible()
    view.resize(700, 500)
    assert view.legend.isVisible()


@pytest.mark.parametrize("made", EVERY)
def test_the_cursor_is_an_iteration(qtbot: QtBot, made: type[TrainingCard]) -> None:
    view, moved = learning(qtbot, made), []
    view.cursor_moved.connect(moved.append)
    view.move_cursor(123.0)
    view.set_cursor(200.0)
    assert moved == [123.0]
    assert view.cursor_line.t == 200.0
    assert np.isnan(view.start_line.t)
    (left, right), _ = view.box.rectangle()
    assert left <= 0.0 < 400.0 <= right < 420.0


@pytest.mark.parametrize("made", EVERY)
def test_a_name_hides_its_line_and_the_axes_grow_with_the_training(qtbot: QtBot, made: type[TrainingCard]) -> None:
    view, whole = learning(qtbot, made), training.progress()
    before = len(view.lines.heights())
    view.legend.entries()[0].click()
    assert len(view.lines.heights()) < before
    view.draw(training.frame(training.progress(50)))
    view.fit()
    view.draw(training.frame(whole))
    assert view.box.rectangle()[0][1] > 399.0
    view.apply_theme(LIGHT)
    assert not view.legend.entries()[0].isChecked()


@pytest.mark.parametrize("made", EVERY)
def test_a_table_has_a_row_for_every_iteration(qtbot: QtBot, made: type[TrainingCard]) -> None:
    view, curves = learning(qtbot, made), training.progress().state.curves
    columns = view.table().columns
    np.testing.assert_array_equal(columns["iteration"], np.arange(401))  # the last look is after the last step
    assert {len(column) for column in columns.values()} == {401}
    view.box.show_rectangle(((10.0, 20.0), (0.0, 1.0)))
    assert view.table(visible_only=True).columns["iteration"].tolist() == list(range(10, 21))
    if made is LearningCurves:
        np.testing.assert_array_equal(columns["loss"][:400], curves.loss)
        np.testing.assert_array_equal(columns["running_mean"][:400], running_mean(curves.loss))
        np.testing.assert_array_equal(columns["accuracy"][curves.tested], curves.accuracy)
        assert np.isnan(columns["accuracy"][1])


@pytest.mark.parametrize("made", EVERY)
def test_why_nothing_is_learnt_is_said_in_the_card(qtbot: QtBot, made: type[TrainingCard]) -> None:
    example = training.LearningExample()
    view = shown(qtbot, made(), example)
    view.draw(Frame(1, absent={TrainingProgress: "no data set is chosen"}))
    assert empty_notes(view) == ["No data set is chosen."]
    view.reset(example.experiment(), example.system())
    assert empty_notes(view) == [made.waiting]


@pytest.mark.parametrize("made", EVERY)
def test_five_thousand_iterations_are_drawn_in_time(qtbot: QtBot, made: type[TrainingCard]) -> None:
    view, known = learning(qtbot, made), training.progress().state
    random, count = np.random.default_rng(0), 5000
    noise = np.exp(random.standard_normal((count, 6)) - np.arange(count)[:, None] / 1000.0)
    curves = Curves(
        noise[:, 0], noise[:, 1], noise[:, 2], noise[:, 3], noise, np.arange(count), np.arange(0, count, 50),
        noise[::50, 4], noise[::50, 5].clip(0.0, 1.0), noise[::50, 3], np.zeros(count),
    )  # fmt: skip
    spent = []
    for _ in range(5):
        frame = training.frame(TrainingProgress(0, replace(known, iteration=count, curves=curves)))
        begin = time.thread_time()
        view.draw(frame)
        spent.append(time.thread_time() - begin)
    assert min(spent) < 0.016


@pytest.mark.parametrize(("made", "ghosts"), [(LearningCurves, 1), (Evaluations, 2), (GradientNorms, 0)])
def test_curves_of_the_line_that_was_left_stay_in_grey_where_they_can_be_told(qtbot: QtBot, made, ghosts) -> None:
    view = learning(qtbot, made)
    before, entries = len(view.lines._known), len(view.legend.entries())
    view.show_ghost(training.progress().state.curves)
    drawn = [line.colour for line, _, _ in view.lines._known.values()]
    assert len(drawn) == before + ghosts
    assert drawn.count(view.theme.faint) == ghosts
    assert len(view.legend.entries()) == entries
    view.show_ghost(None)
    assert len(view.lines._known) == before
