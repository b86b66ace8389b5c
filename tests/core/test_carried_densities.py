"""Densities that a text carries, as readings: what is asked of them, and what they say where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.experiment import Experiment, Integration
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


def steps(text: str, length: float = 1.0) -> object:
    """Of Euler's steps along a text."""
    return read(
        text, training=Training(loss="residual_likelihood"), integration=Integration(method="euler", step=length)
    )


def test_the_density_of_one_step_on_a_line() -> None:
    found = steps("x' = 0.9 sin(x)\nflow normal(1)\nt in [0, 1]").get(DensityLine)
    assert found.times.tolist() == [1.0, 0.0]
    base, there = found.x.T
    np.testing.assert_allclose(there + 0.9 * np.sin(there), base, atol=1e-13)
    exact = np.exp(-0.5 * base**2) / np.sqrt(2.0 * np.pi) * (1.0 + 0.9 * np.cos(there))
    np.testing.assert_allclose(found.density[:, 1], exact, rtol=1e-12)
    assert found.mass == pytest.approx(1.0, abs=1e-8)
    assert found.round_trip < 1e-13
    assert (found.steps.count, found.steps.length, found.steps.unsettled, found.steps.folded) == (1, 1.0, 0.0, 0.0)
    assert read("x' = 0.9 sin(x)\nflow normal(1)\nt in [0, 1]").get(DensityLine).steps is None


def test_the_density_of_steps_in_the_plane() -> None:
    found = steps("x' = 0.5 x\ny' = -0.3 y\nflow normal(2)\nt in [0, 1]").get(ModelDensity)
    grid = np.stack(np.meshgrid(found.x, found.y), axis=-1) * [1.5, 0.7]
    exact = -0.5 * (grid**2).sum(-1) - np.log(2.0 * np.pi) + 0.04879016416943
    np.testing.assert_allclose(found.log_density, exact, atol=1e-12)
    assert (found.steps.count, found.steps.folded) == (1, 0.0)
    assert found.samples[:, -1] == pytest.approx(found.samples[:, 0] / [1.5, 0.7], abs=1e-13)


def test_a_map_that_nothing_comes_back_from_is_drawn_around_the_base() -> None:
    found = steps("x' = 3 sin(x)\ny' = -2 y\nflow normal(2)\nt in [0, 1]").get(ModelDensity)
    assert np.isfinite(found.log_density).all()
    assert found.steps.unsettled == 1.0
    assert 0.4 < found.steps.folded < 0.7  # where 1 + 3 cos x is above 0


def test_another_method_is_refused_with_a_sentence() -> None:
    training = Training(loss="residual_likelihood")
    *_, frame = frames(Request(replace(Experiment(PLANE), training=training), BOTH))
    assert "a residual flow is a map of Euler's steps: choose the method Euler 1" in frame.error
