"""Estimates of a divergence: histograms about the exact value, what is measured and predicted, the table."""

from __future__ import annotations

from dataclasses import replace

import mouse
import numpy as np
import pytest
import training_frames as training
from pictures import colour_near, empty_notes, shown
from pytestqt.qtbot import QtBot

from core import catalogue
from core.experiment import Experiment
from core.frame import Frame
from core.readings import NoisyTraces, TraceEstimates
from core.request import Request
from core.runner import frames
from explorer.theme import DARK, LIGHT
from explorer.views.trace_estimates import TraceEstimatesView, _spread_words

TEXT = "x' = x + 2*y\ny' = 3*x + 4*y\nflow normal(2)\nstart (1, 0), (0, 1)"
A = np.array([[1.0, 2.0], [3.0, 4.0]])


def traces(jacobian: np.ndarray = A, index: int = 0) -> TraceEstimates:
    """As the engine makes them."""
    kinds = []
    for name in ("gaussian", "rademacher"):
        estimator = catalogue.trace_estimator(name)
        found = estimator.estimates(jacobian, 2000, np.random.default_rng(5))
        kinds.append(NoisyTraces(name, estimator.title, found, estimator.variance(jacobian) ** 0.5))
    return TraceEstimates(index, np.ones(len(jacobian)), float(np.trace(jacobian)), tuple(kinds))


def view_of(qtbot: QtBot, reading: TraceEstimates | None) -> TraceEstimatesView:
    frame = None if reading is None else training.frame(reading)
    return shown(qtbot, TraceEstimatesView(), training.LearningExample(TEXT), frame, size=(640, 420))


def test_the_engine_draws_for_the_trajectory_that_is_looked_at() -> None:
    text = TEXT.replace("2*y", "2*y*x")
    for focus, exact in ((0, 5.0), (1, 7.0)):
        *_, frame = frames(Request(Experiment(text), frozenset({TraceEstimates}), focus=focus))
        found = frame.get(TraceEstimates)
        assert found.index == focus
        assert found.exact == exact  # 1 + 2 y + 4
        assert [kind.name for kind in found.kinds] == ["gaussian", "rademacher"]
        for kind in found.kinds:
            assert len(kind.estimates) == 2000
            assert kind.estimates.mean() == pytest.approx(exact, abs=4.5 * kind.predicted / 2000**0.5)
    *_, again = frames(Request(Experiment(text), frozenset({TraceEstimates}), focus=1))
    assert np.array_equal(again.get(TraceEstimates).kinds[0].estimates, found.kinds[0].estimates)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"z' = -z\nz in R^500\nflow normal(500)\nstart ({', '.join(['1'] * 500)})", "up to 400 components"),
        ("x' = sqrt(x)\ny' = y\nstart (0, 1)", "no derivatives at this start"),
    ],
)
def test_why_there_are_none_is_said(text: str, sentence: str) -> None:
    *_, frame = frames(Request(Experiment(text), frozenset({TraceEstimates})))
    assert sentence in frame.absent[TraceEstimates]


def test_the_bars_are_where_the_estimates_are(qtbot: QtBot) -> None:
    """Signs give 0 or 10, about a thousand times each."""
    view = view_of(qtbot, traces())
    signs = view._outlines()[1]
    assert signs[:, 1].max() == pytest.approx(1000.0, abs=150.0)
    tall = signs[signs[:, 1] > 500.0, 0]
    assert tall.min() < 0.0 < tall.max()
    assert tall.min() < 10.0 < tall.max()
    assert ((np.abs(tall) < 1.5) | (np.abs(tall - 10.0) < 1.5)).all()
    assert colour_near(view, 5.0, 40.0, DARK.text, reach=6)
    counted = sum(line[1:-1:2, 1].sum() for line in view._outlines())
    assert 0.97 * 4000 < counted <= 4000
    view.apply_theme(LIGHT)
    assert colour_near(view, 5.0, 40.0, LIGHT.text, reach=6)


def test_measured_and_predicted_are_told(qtbot: QtBot) -> None:
    view = view_of(qtbot, traces())
    assert view.chips.text("exact") == "tr J = 5"
    assert view.chips.text("rademacher").startswith("random signs ±5")
    assert view.chips.text("rademacher").endswith("predicted 5")
    assert view.chips.text("gaussian").endswith("predicted 7.68")
    assert view.chips.text("trajectory") == ""
    view.draw(training.frame(traces(np.diag([1.0, 2.0]), index=1)))
    assert view.chips.text("rademacher") == "random signs exact"
    assert view.chips.text("trajectory") == "trajectory 2"


def test_a_wrong_prediction_would_be_a_warning() -> None:
    for kind in traces().kinds:
        assert not _spread_words(kind)[2]
        assert _spread_words(replace(kind, predicted=1.5 * kind.predicted))[2]


def test_a_trace_without_noise_is_drawn_too(qtbot: QtBot) -> None:
    view = view_of(qtbot, traces(np.zeros((2, 2))))
    (left, right), (low, high) = view.box.rectangle()
    assert left < 0.0 < right
    assert low == 0.0
    assert high > 2000.0
    assert view.chips.text("gaussian") == "normal noise exact"


def test_the_readout_counts(qtbot: QtBot) -> None:
    view, told = view_of(qtbot, traces()), []
    view.readout.connect(told.append)
    mouse.hover(view, 5.0, 100.0)
    assert told[-1].startswith("estimate ")
    assert "random signs 0" in told[-1]


def test_nothing_to_show_says_why(qtbot: QtBot) -> None:
    view = view_of(qtbot, traces())
    view.draw(Frame(2, absent={TraceEstimates: "there is no start."}))
    assert empty_notes(view) == ["There is no start."]
    assert view.table().columns == {}
    assert view.extent() is None


def test_the_table_holds_every_estimate(qtbot: QtBot) -> None:
    view = view_of(qtbot, traces())
    columns = view.table().columns
    assert columns["estimate"].shape == (4000,)
    assert set(columns["noise"]) == {"gaussian", "rademacher"}
    view.box.show_rectangle(((-1.0, 1.0), (0.0, 1.0)))
    assert 900 < len(view.table(visible_only=True).columns["estimate"]) < 2000
