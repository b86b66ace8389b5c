"""Densities that a text carries, as readings: what is asked of them, and what they say where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.experiment import Experiment
from core.readings import DensityLine, ModelDensity
from core.request import Request, Viewport
from core.runner import frames
from core.training_choice import Training

BOTH = frozenset({DensityLine, ModelDensity})
PLANE = "x' = y\ny' = -x\nflow normal(2)"


def read(text: str, **changes: object) -> object:
    *_, frame = frames(Request(replace(Experiment(text), **changes), BOTH))
    assert frame.error is None
    return frame


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("x' = -x", ("no density: write a line flow normal(1)", "no density: write a line flow normal(2)")),
        ("x' = -x\nflow normal(1)", ("", "of 1 components, and is drawn of two")),
        (PLANE, ("of 2 components, and here it is drawn of one", "")),
        ("z' = -z\nz in R^3\nflow normal(3)", ("of 3 components", "of 3 components")),
    ],
)
def test_one_and_two_components_are_drawn(text: str, sentences: tuple[str, str]) -> None:
    frame = read(text)
    for reading, sentence in zip((DensityLine, ModelDensity), sentences, strict=True):
        assert (frame.get(reading) is None) == bool(sentence)
        assert sentence in frame.absent.get(reading, "")


def test_a_rotation_carries_the_base_to_itself() -> None:
    found = read(PLANE).get(ModelDensity)
    grid = np.stack(np.meshgrid(found.x, found.y), axis=-1)
    np.testing.assert_allclose(found.log_density, -0.5 * (grid**2).sum(-1) - np.log(2.0 * np.pi), atol=1e-4)
    assert found.data.shape == (0, 2)
    assert found.true_log_density is None
    assert found.round_trip < 1e-4


def test_learnt_tensors_without_data_carry_a_density_too() -> None:
    text = "z' = W tanh(z)\nz in R^2\nflow normal(2)\nlearn W = normal(2, 2, seed 1)"
    found = read(text, dtype="float32").get(ModelDensity)
    assert np.isfinite(found.log_density).all()
    assert np.isnan(found.likelihood)


def test_data_of_another_size_are_refused_with_a_sentence() -> None:
    text = "z' = W tanh(z)\nz in R^2\nflow normal(2)\nlearn W = normal(2, 2, seed 1)"
    frame = read(text, training=Training(data="minus_x", loss="likelihood"))
    assert "the data have 1 components, and the flow 2" in frame.absent[ModelDensity]


def test_a_preview_is_coarser() -> None:
    experiment, viewport = Experiment(PLANE), Viewport("x", "y", (-2.0, 2.0), (-1.0, 1.0))
    *_, frame = frames(Request(experiment, BOTH, viewport, quality="preview"))
    found = frame.get(ModelDensity)
    assert found.log_density.shape == (40, 40)
    assert (found.x.min(), found.y.max()) == pytest.approx((-1.95, 0.975))
    assert np.isnan(found.round_trip)
    *_, frame = frames(Request(Experiment("x' = -x\nflow normal(1)"), BOTH, quality="preview"))
    assert len(frame.get(DensityLine).x) == 201
