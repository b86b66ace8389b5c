"""Unrolled gradients: the error falls with the spectral radius, and so does what reaches earlier layers."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import mouse
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, GradientChoice
from core.frame import Frame
from core.readings import LayerGradients, TermErrors
from explorer.theme import DARK, LIGHT
from explorer.views.gradient_marks import method_colour
from explorer.views.unrolled_layers import UnrolledLayers

RATE = 0.6736120291832148


@pytest.fixture(scope="module")
def reading() -> LayerGradients:
    """Of z = cos(z) + x: the k-step gradient is off by exactly rho^k."""
    k = np.arange(1, 26)
    layers = frames.gradients(maps.layer(4))
    return replace(layers, radius=RATE, unrolled_error=RATE**k, layer_norm=3.0 * RATE ** (25.0 - k))


@pytest.fixture
def view(qtbot: QtBot, reading: LayerGradients) -> UnrolledLayers:
    return shown(qtbot, UnrolledLayers(), maps.layer(4), frames.frame(reading), (560, 420))


def norms(view: UnrolledLayers) -> None:
    QTest.mouseClick(view._picture.buttons()[1], mouse.LEFT)
    view.grab()


def test_the_line_passes_through_the_errors(view: UnrolledLayers, reading: LayerGradients) -> None:
    for k in (1, 7, 25):
        assert colour_near(view, k, np.log10(reading.unrolled_error[k - 1]), method_colour(DARK, "unrolled"), 1, 20)


def test_the_prediction_is_rho_to_the_k(view: UnrolledLayers, reading: LayerGradients) -> None:
    other = replace(reading, unrolled_error=np.full(25, 0.5))
    view.draw(frames.frame(other))
    view.box.show_rectangle(((0.0, 26.0), (-6.0, 0.0)))
    seen = [colour_near(view, k, k * np.log10(RATE), DARK.text, 2, 60) for k in np.linspace(2, 20, 60)]
    assert sum(seen) > 40  # dashed


def test_the_measured_rate_is_told_beside_the_expected_one(view: UnrolledLayers) -> None:
    assert view.chips.text("rate") == "rate 0.6736"
    assert view.chips.text("radius") == "ρ = 0.6736"
    norms(view)
    assert view.chips.text("rate") == "rate 0.6736"
    assert view.plot.left.labelText == "|dL / dzₖ|"


def test_rounding_is_no_rate(view: UnrolledLayers, reading: LayerGradients) -> None:
    errors = np.maximum(0.1 ** np.arange(1.0, 26.0), 3e-16)
    view.draw(frames.frame(replace(reading, unrolled_error=errors)))
    assert view.chips.text("rate") == "rate 0.1"


def test_a_radius_above_one_grows_and_warns(view: UnrolledLayers, reading: LayerGradients) -> None:
    k = np.arange(1, 26)
    view.draw(frames.frame(replace(reading, radius=1.2, unrolled_error=1.2**k)))
    assert view.chips.text("rate") == "rate 1.2"
    assert count(pixels(view.chips), DARK.rose, 60) > 10


def test_layers_are_bars_that_end_at_their_norms(view: UnrolledLayers, reading: LayerGradients) -> None:
    norms(view)
    top = float(np.log10(reading.layer_norm[11]))
    below, above = (
        colour_near(view, 12, top - 0.5, DARK.card, 1, 10),
        colour_near(view, 12, top + 0.3, DARK.card, 1, 10),
    )
    assert (below, above) == (False, True)
    (_, right), (low, high) = view.box.rectangle()
    assert right == 26
    assert low < np.log10(reading.layer_norm.min()) < np.log10(3.0) < high


def test_the_chosen_depth_is_marked(qtbot: QtBot, reading: LayerGradients) -> None:
    view = UnrolledLayers()
    shown(qtbot, view, maps.layer(4))
    view.reset(Experiment(text="", gradient=GradientChoice(unrolled=7)), maps.layer(4).system())
    assert np.isnan(view._chosen.t)
    view.draw(frames.frame(reading))
    assert view._chosen.t == 7.0


def test_an_exact_zero_leaves_a_gap_and_nothing_breaks(view: UnrolledLayers, reading: LayerGradients) -> None:
    errors = reading.unrolled_error.copy()
    errors[10:] = 0.0
    view.draw(frames.frame(replace(reading, unrolled_error=errors)))
    view.fit()
    view.grab()
    assert view.box.rectangle()[1][0] > -3
    view.draw(frames.frame(replace(reading, unrolled_error=np.zeros(5), layer_norm=np.empty(0))))
    view.grab()
    assert view.chips.text("rate") == ""


def test_the_mouse_reads_a_depth(view: UnrolledLayers) -> None:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, 5.1, -2.0)
    assert texts[-1] == f"k = 5   relative error {RATE**5:.3g}   predicted {RATE**5:.3g}"
    norms(view)
    mouse.hover(view, 25.0, 0.0)
    assert texts[-1] == "k = 25   |dL/dz| 3   predicted 3"


def test_the_table_holds_both_pictures(view: UnrolledLayers, reading: LayerGradients) -> None:
    columns = view.table().columns
    assert list(columns) == ["k", "unrolled_error", "predicted_error", "layer_norm"]
    assert columns["predicted_error"] == pytest.approx(reading.unrolled_error)
    view.box.show_rectangle(((3.5, 6.5), (-5.0, 0.0)))
    assert view.table(visible_only=True).columns["k"].tolist() == [4, 5, 6]


def test_nothing_yet_then_data_then_another_theme(qtbot: QtBot, reading: LayerGradients) -> None:
    view = shown(qtbot, UnrolledLayers(), maps.layer(4))
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    norms(view)
    view.draw(Frame(1))
    view.draw(frames.frame(reading))
    assert empty_notes(view) == []
    view.apply_theme(LIGHT)
    assert count(pixels(view), LIGHT.accent, 20) > 20
    assert count(pixels(view), DARK.accent) == 0


def depth(view: UnrolledLayers) -> None:
    QTest.mouseClick(view._picture.buttons()[2], mouse.LEFT)
    view.grab()


@pytest.fixture
def deep(qtbot: QtBot, reading: LayerGradients) -> UnrolledLayers:
    both = frames.frame(reading, frames.depths(RATE))
    view = shown(qtbot, UnrolledLayers(), maps.layer(4), both, (560, 420))
    depth(view)
    return view


def test_depth_shows_output_and_gradient_beside_their_rates(deep: UnrolledLayers) -> None:
    errors = frames.depths(RATE).gradient_error
    assert [entry.text() for entry in deep.legend.entries()] == ["gradient", "output", "K ρᴷ", "ρᴷ"]
    for k in (1, 12, 30):
        assert colour_near(deep, k, np.log10(errors[k]), DARK.accent, 2, 20)
        assert colour_near(deep, k, k * np.log10(RATE), DARK.teal, 2, 20)
    (left, right), (low, high) = deep.box.rectangle()
    assert (left, right) == (0.0, 31.0)
    assert low < 30 * np.log10(RATE) < np.log10(errors.max()) < high
    assert deep.plot.bottom.labelText == "layers K"
    assert deep.chips.text("radius") == "ρ = 0.6736"
    assert np.isnan(deep._chosen.t)


def test_depth_predictions_are_powers_of_the_radius(deep: UnrolledLayers, reading: LayerGradients) -> None:
    flat = replace(frames.depths(RATE), distance=np.full(31, 0.5), gradient_error=np.full(31, 1e-3))
    deep.draw(frames.frame(reading, flat))
    deep.box.show_rectangle(((0.0, 31.0), (-6.0, 1.0)))
    k = np.linspace(2, 28, 80)
    lag = [colour_near(deep, each, np.interp(each, np.arange(1, 31), _lag()), DARK.text, 2, 60) for each in k]
    plain = [colour_near(deep, each, each * np.log10(RATE), DARK.muted, 2, 60) for each in k]
    assert sum(lag) > 45  # dashed
    assert sum(plain) > 45


def _lag() -> np.ndarray:
    k = np.arange(1.0, 31.0)
    return np.log10(k) + k * np.log10(RATE)


def test_depth_is_read_and_listed(deep: UnrolledLayers) -> None:
    texts: list[str] = []
    deep.readout.connect(texts.append)
    mouse.hover(deep, 7.1, -2.0)
    error, power = frames.depths(RATE).gradient_error[7], RATE**7
    expected = f"K = 7   relative gradient error {error:.3g}   |z − z*| of the start's {power:.3g}"
    assert texts[-1] == f"{expected}   K ρᴷ {7 * power:.3g}   ρᴷ {power:.3g}"
    columns = deep.table().columns
    assert list(columns) == ["depth", "gradient_error", "distance", "radius_to_the_depth"]
    assert columns["distance"] == pytest.approx(2.0 * columns["radius_to_the_depth"])
    deep.box.show_rectangle(((3.5, 6.5), (-5.0, 0.0)))
    assert deep.table(visible_only=True).columns["depth"].tolist() == [4, 5, 6]


def test_why_depths_cannot_be_compared_is_said(deep: UnrolledLayers, reading: LayerGradients) -> None:
    note = "the layers lead elsewhere: not to the fixed point that the solver found"
    deep.draw(frames.frame(reading, replace(frames.depths(RATE), note=note)))
    assert deep.chips.text("note") == "the layers lead elsewhere"
    nothing = replace(frames.depths(RATE), distance=np.empty(0), gradient_error=np.empty(0), radius=np.nan, note="none")
    deep.draw(frames.frame(reading, nothing))
    deep.grab()
    assert len(empty_notes(deep)) == 1
    assert (deep.chips.text("note"), deep.chips.text("radius")) == ("none", "")
    QTest.mouseClick(deep._picture.buttons()[0], mouse.LEFT)
    assert deep.chips.text("note") == ""


def test_a_start_at_the_fixed_point_has_no_share_of_the_way(deep: UnrolledLayers, reading: LayerGradients) -> None:
    one = replace(frames.depths(RATE), distance=np.zeros(1), gradient_error=np.ones(1))
    deep.draw(frames.frame(reading, one))
    deep.fit()
    deep.grab()
    assert np.isfinite(deep.box.rectangle()).all()


def test_other_truncated_methods_are_drawn_at_their_terms(qtbot: QtBot) -> None:
    terms = TermErrors("neumann", "Neumann series", np.array([1, 4, 16]), np.array([0.2, 0.05, 1e-4]), 0.4)
    reading = replace(frames.gradients(maps.layer(10)), by_terms=(terms,))
    view = shown(qtbot, UnrolledLayers(), maps.layer(10), frames.frame(reading))
    names = [entry.text() for entry in view.legend.entries()]
    assert names == ["last k from the start", "Neumann series", "ρᵏ", "Neumann series, predicted"]
    assert colour_near(view, 4.0, np.log10(0.05), method_colour(DARK, "neumann"), 2, 60)
    column = view.table().columns["neumann_error"]
    assert column[3] == 0.05
    assert np.isnan(column[4])
