"""What iterations of the presets that learn are held against is true, and ours comes to it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.benchmarking.plain_learner import PlainLearner
from core.benchmarks import learning
from core.presets import load_preset

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits


@pytest.mark.parametrize("name", sorted(learning.ALLOWED))
def test_ours_learns_from_the_loss_and_the_gradients_of_the_equation(name: str) -> None:
    true, call = learning.by_kutta(name), learning.ours(name).call
    assert learning.largest_error(call(), true) <= learning.ALLOWED[name]
    assert learning.largest_error(call(), true) <= learning.ALLOWED[name]  # from the same weights again


@pytest.mark.parametrize("name", ["augmented_minus_x", "eight_gaussians_flow"])
def test_the_reference_is_the_derivative_of_its_loss(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Along one direction in all weights, by a central difference of the loss."""
    monkeypatch.setattr(learning, "STEPS", 16)
    found, shift = learning.by_kutta(name), [0.0]
    build = PlainLearner.__init__

    def moved(self: PlainLearner, *arguments: object) -> None:
        build(self, *arguments)  # type: ignore[arg-type]
        random = np.random.default_rng(0)
        with torch.no_grad():
            for weight in self.weights.values():
                weight.add_(torch.from_numpy(random.standard_normal(weight.shape)), alpha=shift[0])

    monkeypatch.setattr(PlainLearner, "__init__", moved)
    losses = []
    for shift[0] in (1e-5, -1e-5):
        losses.append(learning.by_kutta(name)[0])
    shapes = [weight.shape for weight in PlainLearner(load_preset(name)[0], "float64").weights.values()]
    random = np.random.default_rng(0)
    direction = np.concatenate([random.standard_normal(shape).ravel() for shape in shapes])
    assert (losses[0] - losses[1]) / 2e-5 == pytest.approx(found[1:] @ direction, rel=1e-6)
