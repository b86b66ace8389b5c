"""Solves that begin at the sample's last fixed point."""

from __future__ import annotations

import pickle
from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core.presets import load_preset
from core.training import equilibrium_learner
from core.training.session import TrainingSession


def trained(experiment, steps, state=None):
    """A session after some iterations."""
    session = TrainingSession(experiment, state)
    for _ in range(steps):
        session.advance()
    return session


def fixed_points(session):
    """Of all training points with the weights at hand, by a loop."""
    w = {name: weight.detach() for name, weight in session.weights.items()}
    x = torch.as_tensor(session._train.x).to(w["W"])
    z = x.new_zeros(len(x), 6)
    for _ in range(2000):
        z = torch.tanh(z @ w["W"].T + x @ w["U"].T + w["b"])
    return z


@pytest.mark.parametrize("optimiser", ["adam", "lbfgs"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_training_that_is_taken_up_goes_on_to_the_bit(dtype, optimiser):
    experiment = replace(networks.equilibrium(warm_start=True, noise=0.02, optimiser=optimiser), dtype=dtype)
    experiment = replace(experiment, root=replace(experiment.root, tolerance=1e-5))
    whole = trained(experiment, 11).state()
    rest = trained(experiment, 6, pickle.loads(pickle.dumps(trained(experiment, 5).state()))).state()
    assert whole.weights == rest.weights
    assert whole.solved == rest.solved
    assert whole.optimiser == rest.optimiser
    assert np.array_equal(whole.curves.loss, rest.curves.loss)
    assert np.array_equal(whole.curves.forward, rest.curves.forward)


def test_what_is_kept_are_the_fixed_points_of_the_samples():
    still = trained(networks.equilibrium(warm_start=True, rate=1e-5, points=40, batch=16), 3)
    kept = still.learner.solved
    assert kept.shape == (40, 6)
    assert not kept.requires_grad
    assert float((kept - fixed_points(still)).abs().max()) < 1e-3
    half = trained(networks.equilibrium(warm_start=True, points=40, batch=16), 1)
    assert int((half.learner.solved != 0.0).any(dim=1).sum()) == 16


def test_the_loss_is_the_same_up_to_the_tolerance():
    cold, warm = (trained(networks.equilibrium(warm_start=on), 20).state().curves for on in (False, True))
    assert np.abs(cold.loss - warm.loss).max() < 1e-7
    assert warm.forward[3:].mean() < 0.95 * cold.forward[3:].mean()
    assert np.array_equal(cold.forward[:3], warm.forward[:3])  # nobody was seen before


def test_test_points_are_solved_from_nothing():
    session = trained(networks.equilibrium(warm_start=True), 5)
    before = session.learner.solved.clone()
    session.look()
    session.learner.answers(session._test.x)
    assert torch.equal(before, session.learner.solved)


def test_points_of_another_number_begin_at_nothing():
    state = trained(networks.equilibrium(warm_start=True), 5).state()
    fewer = TrainingSession(networks.equilibrium(warm_start=True, points=30), state)
    assert fewer.learner.solved.shape == (30, 6)
    assert not fewer.learner.solved.any()
    assert TrainingSession(networks.equilibrium(), state).state().solved is None
    fewer.advance()


def test_too_many_points_are_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(equilibrium_learner, "MOST_NUMBERS", 239)
    with pytest.raises(ValueError, match="learn from fewer points"):
        TrainingSession(networks.equilibrium(warm_start=True, points=40))
    TrainingSession(networks.equilibrium(warm_start=True, points=39))
    TrainingSession(networks.equilibrium(points=40))


@pytest.mark.parametrize(
    ("changes", "iterations", "share"), [({"rate": 2e-4}, 110, 0.85), ({"rate": 2e-4, "batch": 1347}, 12, 0.7)]
)
def test_digits_take_fewer_iterations(changes, iterations, share):
    experiment, _ = load_preset("digits_equilibrium")
    counts = []
    for on in (False, True):
        training = replace(experiment.training, warm_start=on, **changes)
        curves = trained(replace(experiment, training=training), iterations).state().curves
        counts.append(curves.forward[-iterations // 3 :].mean())
    assert counts[1] < share * counts[0], counts
