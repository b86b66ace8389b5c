"""The density of one component on its way: curve, base, ticks, words, what is lost, the table."""

from __future__ import annotations

from dataclasses import replace

import density_frames as densities
import mouse
import numpy as np
import pytest
import training_frames as training
from pictures import colour_near, empty_notes, shown
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import DensityLine, EulerSteps, ModelDensity
from explorer.theme import DARK, LIGHT
from explorer.views.density import Density
from explorer.views.density_line import DensityLineView

TEXT = "x' = -x\nflow normal(1)\nstart (1)\nt in [0, 1]"


def normal(x: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * (x / deviation) ** 2) / ((2.0 * np.pi) ** 0.5 * deviation)


def grown() -> DensityLine:
    """x' = -x, followed back from t = 1: deviations grow from 1 to e."""
    times, base = np.linspace(1.0, 0.0, 11), np.linspace(-5.0, 5.0, 401)
    deviation = np.exp(1.0 - times)
    x = base[:, None] * deviation
    samples = np.random.default_rng(3).standard_normal((200, 1)) * deviation
    return DensityLine(times, x, normal(x, deviation), samples, 0.9999994, 2e-9)


def lossy() -> DensityLine:
    """The same, of which the upper half runs to infinity half-way."""
    known = grown()
    x, density, samples = known.x.copy(), known.density.copy(), known.samples.copy()
    for gone in (x, density):
        gone[200:, 5:] = np.nan
    samples[samples[:, 0] > 0.0, 5:] = np.nan
    return replace(known, x=x, density=density, samples=samples, mass=0.5)


def view_of(qtbot: QtBot, reading: DensityLine | None, text: str = TEXT) -> DensityLineView:
    frame = None if reading is None else training.frame(reading)
    return shown(qtbot, DensityLineView(), training.LearningExample(text), frame, size=(640, 480))


def test_which_systems_it_is_about() -> None:
    one, plain = (training.LearningExample(text).system() for text in (TEXT, "x' = -x"))
    assert DensityLineView.serves(one)
    assert not DensityLineView.serves(plain)
    assert 1 in DensityLineView.components
    assert 2 not in DensityLineView.components
    assert Density.serves(one)
    assert 1 not in Density.components


def test_the_curve_and_the_base_are_where_they_belong(qtbot: QtBot) -> None:
    view = view_of(qtbot, grown())
    assert colour_near(view, 0.0, float(normal(0.0, np.e)), DARK.accent)
    (left, right), (low, high) = view.box.rectangle()
    assert left < -4.0
    assert right > 4.0
    assert low < 0.0 < 0.4 < high
    view.journey.go_to(0.0)
    assert colour_near(view, 0.0, float(normal(0.0, 1.0)), DARK.accent)
    assert view.chips.text("time") == "t = 1"
    assert view._samples.places() == pytest.approx(grown().samples[:, 0])
    view.apply_theme(LIGHT)
    assert colour_near(view, 0.0, float(normal(0.0, 1.0)), LIGHT.accent)


def test_between_two_known_times_it_is_in_between(qtbot: QtBot) -> None:
    view, known = view_of(qtbot, grown()), grown()
    view.journey.go_to(0.55)
    assert view._now[:, 0] == pytest.approx(0.5 * (known.x[:, 5] + known.x[:, 6]))


def test_what_is_lost_is_told(qtbot: QtBot) -> None:
    view = view_of(qtbot, grown())
    assert view.chips.text("mass") == "mass 1"
    assert view.chips.text("round").startswith("there and back 2")
    view.draw(training.frame(lossy()))
    assert view.chips.text("mass") == "mass 0.5"
    assert len(view._samples.places()) < 150


def test_steps_are_told(qtbot: QtBot) -> None:
    assert view_of(qtbot, grown()).chips.text("steps") == ""
    view = view_of(qtbot, replace(grown(), steps=EulerSteps(1, 1.0, 323, 4e-15, 0.0, 0.0)))
    assert view.chips.text("steps") == "1 Euler step"


def test_the_readout_tells_the_density(qtbot: QtBot) -> None:
    view, told = view_of(qtbot, grown()), []
    view.readout.connect(told.append)
    mouse.hover(view, 0.0, 0.1)
    assert told[-1].startswith("x = ")
    assert "density 0.14" in told[-1]


def test_it_moves_while_the_window_plays(qtbot: QtBot) -> None:
    view = view_of(qtbot, grown())
    for _ in range(30):
        view.advance(0.1)
    assert 0.3 < view.journey.place < 0.6


def test_it_shows_what_the_text_asks_for(qtbot: QtBot) -> None:
    view = view_of(qtbot, grown(), f"{TEXT}\nview x [-2, 3]")
    assert view.box.rectangle()[0] == (-2.0, 3.0)
    view.fit()
    assert view.box.rectangle()[0] == (-2.0, 3.0)


def test_why_there_is_no_density_is_said(qtbot: QtBot) -> None:
    view = view_of(qtbot, grown())
    view.draw(Frame(2, absent={DensityLine: "the text carries no density"}))
    assert empty_notes(view) == ["The text carries no density."]
    assert view.table().columns == {}


def test_the_table_holds_every_moment(qtbot: QtBot) -> None:
    columns = view_of(qtbot, grown()).table().columns
    assert set(columns) == {"t", "x", "density"}
    begin = columns["t"] == 1.0
    assert columns["density"][begin] == pytest.approx(normal(columns["x"][begin], 1.0))
    view = view_of(qtbot, grown())
    view.box.show_rectangle(((0.0, 1.0), (0.0, 1.0)))
    assert 0 < len(view.table(visible_only=True).columns["t"]) < len(columns["t"])


def test_a_plane_density_without_data_has_no_test_points(qtbot: QtBot) -> None:
    reading = replace(densities.without_truth(), data=np.empty((0, 2)), likelihood=float("nan"))
    view = shown(qtbot, Density(), training.LearningExample(), training.frame(reading), size=(640, 480))
    assert [entry.text() for entry in view.legend.entries()] == ["samples"]
    assert view.chips.text("likelihood") == ""
    assert isinstance(view.table().columns["density"], np.ndarray)
    assert view.wanted == frozenset({ModelDensity})
    (left, right), _ = view.box.rectangle()
    assert left < reading.samples[:, -1, 0].min() < reading.samples[:, -1, 0].max() < right
