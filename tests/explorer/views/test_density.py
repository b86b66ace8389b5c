"""The learnt density: colours linear in it, the truth and the difference, samples on their way, words, the table."""

from __future__ import annotations

import time
from dataclasses import replace

import density_frames as densities
import mouse
import numpy as np
import pytest
import training_frames as training
from pictures import empty_notes, shown
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import EulerSteps, ModelDensity
from explorer.theme import DARK, LIGHT
from explorer.views.density import Density
from explorer.views.density_picture import WORDS, density_scale, density_values
from explorer.views.density_words import density_chips, place_words, steps_told

VIEWED = f"{training.TEXT}\nview x [-4, 4], y [-3, 3]"


def view_of(qtbot: QtBot, reading: ModelDensity | None, text: str = training.TEXT) -> Density:
    """A view on the screen."""
    frame = None if reading is None else training.frame(reading)
    return shown(qtbot, Density(), training.LearningExample(text), frame, size=(760, 520))


def test_colours_are_linear_in_the_density_and_end_no_later_than_those_of_the_truth() -> None:
    reading = densities.stretched()  # which has its mass in fewer places than the truth
    scale = density_scale(reading, "learnt")
    assert scale == density_scale(reading, "true")
    assert scale.low == 0.0
    peak = 1.0 / (2.0 * np.pi * 1.2 * 0.5)
    assert 0.9 * peak < scale.high < peak
    middle = density_values(reading, "learnt")[64, 64]
    np.testing.assert_allclose(middle, 1.0 / np.pi, rtol=1e-2)
    levels = scale.levels(np.array([0.0, scale.high / 2, scale.high]))
    assert levels.tolist() == [0, 128, 255]
    flat = densities.stretched(learnt=(3.0, 2.0))
    assert density_scale(flat, "learnt").high < 0.15 * density_scale(flat, "true").high


def test_the_difference_is_learnt_minus_true() -> None:
    reading = densities.stretched()
    both = density_values(reading, "learnt") - density_values(reading, "true")
    np.testing.assert_array_equal(density_values(reading, "difference"), both)
    scale = density_scale(reading, "difference")
    assert scale.diverging
    assert scale.low == -scale.high
    alone = densities.without_truth()
    for word in WORDS:
        np.testing.assert_array_equal(density_values(alone, word), density_values(reading, "learnt"))


def test_the_switch_is_there_where_the_truth_is_known(qtbot: QtBot) -> None:
    view = view_of(qtbot, densities.stretched())
    assert view._which.isVisible()
    view._which.buttons()[2].click()
    assert view.bar.ends()[0].startswith("−")
    view.draw(training.frame(densities.without_truth()))
    assert not view._which.isVisible()
    assert view.bar.ends()[0] == "0"
    assert view.chips.text("gap") == "true density unknown"
    view.draw(training.frame(replace(densities.without_truth(), likelihood=float("nan"))))
    assert view.chips.text("gap") == ""  # of no data


def test_the_gap_to_the_truth_is_told_in_words(qtbot: QtBot) -> None:
    reading = densities.stretched()
    view = view_of(qtbot, reading)
    gap = reading.true_likelihood - reading.likelihood
    exact = np.log(1.0 / 1.2) + 0.5 * (1.2**2 - 1.0)  # the divergence of normal distributions, by their deviations
    assert gap == pytest.approx(exact, abs=0.05)
    assert view.chips.text("gap") == f"{gap:.2g} nats below the truth"
    assert "Kullback-Leibler" in view.chips._hints["gap"]
    assert view.chips.text("mass") == "mass 1"
    assert view.chips.text("round") == "there and back 3·10⁻⁷"
    wrong = density_chips(replace(reading, mass=1.3, round_trip=0.2, likelihood=reading.true_likelihood + 0.1))
    assert wrong["mass"].warning
    assert wrong["round"].warning
    assert wrong["gap"].text == "0.1 nats above the truth"
    assert not density_chips(replace(reading, mass=0.6))["mass"].warning  # the rest lies outside of the picture


def test_a_density_of_steps_says_so_and_how_they_are_inverted(qtbot: QtBot) -> None:
    steps = EulerSteps(16, 0.0625, 28, 3e-15, 0.0, 0.0)
    view = view_of(qtbot, replace(densities.stretched(), steps=steps))
    assert view.chips.text("steps") == "16 Euler steps"
    assert "h = 0.0625" in view.chips._hints["steps"]
    assert "at most 28 iterations a step, which leave 3·10⁻¹⁵ at most" in view.chips._hints["steps"]
    assert view_of(qtbot, densities.stretched()).chips.text("steps") == ""
    lost = steps_told(replace(steps, unsettled=0.25))
    assert (lost.text, lost.warning) == ("16 Euler steps, 25 % not inverted", True)
    assert "does not settle for 25 % of the samples; h f must stretch by less than 1" in lost.hint
    folded = steps_told(replace(steps, count=1, unsettled=0.25, folded=0.004))
    assert (folded.text, folded.warning) == ("1 Euler step, folded", True)
    assert "At 0.4 % of the places looked at a step turns space over" in folded.hint
    assert not steps_told(replace(steps, folded=float("nan"))).warning


def test_samples_go_from_the_base_to_the_data(qtbot: QtBot) -> None:
    reading = densities.stretched()
    view = view_of(qtbot, reading)
    np.testing.assert_array_equal(view._now, reading.samples[:, -1])
    view.journey.go_to(0.0)
    np.testing.assert_array_equal(view._now, reading.samples[:, 0])
    view.journey.go_to(0.5)
    exact = reading.samples[:, 0] * np.exp(0.5 * np.log([1.0, 0.5]))
    np.testing.assert_allclose(view._now, exact, atol=1e-3)
    assert view.chips.text("time") == "t = 0.5"
    backward = replace(reading, times=reading.times[::-1].copy())  # a clock that runs down
    view.draw(training.frame(backward))
    view.journey.go_to(0.25)
    assert view.chips.text("time") == "t = 0.75"


def test_it_moves_while_the_window_plays(qtbot: QtBot) -> None:
    view = view_of(qtbot, densities.stretched())
    for _ in range(30):
        view.advance(0.1)
    assert 0.3 < view.journey.place < 0.6


def test_a_name_hides_what_it_names(qtbot: QtBot) -> None:
    view = view_of(qtbot, densities.stretched())
    for entry, marks in zip(view.legend.entries(), (view._samples, view._data), strict=True):
        assert len(marks._groups[0].points)
        entry.click()
        assert not len(marks._groups[0].points)
    view.apply_theme(LIGHT)
    view.draw(training.frame(densities.ring()))
    assert not len(view._samples._groups[0].points)


def test_the_readout_tells_both_densities(qtbot: QtBot) -> None:
    view, told = view_of(qtbot, densities.stretched()), []
    view.readout.connect(told.append)
    mouse.hover(view, 0.0, 0.0)
    assert told[-1].startswith("x = ")
    assert "density 0.31" in told[-1]
    assert ", true 0.26" in told[-1]
    assert place_words(densities.stretched(), 9.0, 0.0) == ""


def test_it_shows_what_the_text_asks_for_else_the_data(qtbot: QtBot) -> None:
    view = view_of(qtbot, densities.stretched(), VIEWED)
    assert view.box.rectangle() == ((-4.0, 4.0), (-3.0, 3.0))
    view.fit()
    assert view.box.rectangle() == ((-4.0, 4.0), (-3.0, 3.0))
    view = view_of(qtbot, densities.stretched())
    data = densities.stretched().data
    (left, right), _ = view.box.rectangle()
    assert left < data[:, 0].min() < data[:, 0].max() < right
    found = view.viewport()
    assert found is not None
    assert (found.x, found.y, found.x_range) == ("x", "y", (left, right))


def test_why_there_is_no_density_is_said(qtbot: QtBot) -> None:
    view = view_of(qtbot, densities.stretched())
    view.draw(Frame(2, absent={ModelDensity: "the data have three numbers each"}))
    assert empty_notes(view) == ["The data have three numbers each."]
    assert view.table().columns == {}


def test_the_table_holds_the_map_the_samples_and_the_data(qtbot: QtBot) -> None:
    reading = densities.stretched(cells=32)
    view = view_of(qtbot, reading)
    columns = view.table().columns
    kinds, counts = np.unique(columns["what"], return_counts=True)
    assert dict(zip(kinds.tolist(), counts.tolist(), strict=True)) == {"data": 300, "map": 1024, "sample": 400}
    on_map = columns["what"] == "map"
    np.testing.assert_allclose(columns["density"][on_map].reshape(32, 32), np.exp(reading.log_density))
    view.box.show_rectangle(((0.0, 1.0), (0.0, 1.0)))
    assert 0 < len(view.table(visible_only=True).columns["x"]) < 300


def test_a_map_is_drawn_in_time(qtbot: QtBot) -> None:
    view, spent = view_of(qtbot, None), []
    view.apply_theme(DARK)
    for _ in range(6):
        reading = densities.stretched()
        begin = time.thread_time()
        view.draw(training.frame(reading))
        spent.append(time.thread_time() - begin)
    assert min(spent) < 0.016
