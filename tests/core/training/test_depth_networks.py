"""A trained layer as networks of other depths, against what those are by hand."""

from __future__ import annotations

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core.experiment import Experiment, Integration
from core.input_grid import LINES, POINTS, input_grid
from core.readings import FeaturePaths, NetworkDepths
from core.request import Request
from core.runner import frames
from core.training.depth_networks import LAYERS
from core.training.material import material
from core.training.session import TrainingSession
from core.training_choice import Training


def reading_of(experiment, kind=NetworkDepths, quality="full"):
    """The last one."""
    last = list(frames(Request(experiment, frozenset({kind}), quality=quality)))[-1]
    assert last.error is None
    assert kind not in last.absent
    return last.get(kind)


def trained(experiment, iterations=30):
    """The experiment with the weights after so many iterations, and the weights."""
    session = TrainingSession(experiment)
    for _ in range(iterations):
        session.advance()
    weights = {name: weight.detach() for name, weight in session.weights.items()}
    return replace(experiment, tensors={**experiment.tensors, **session.stored()}), weights


def test_of_z_prime_minus_2_z_one_layer_turns_x_round_and_the_equation_shrinks_it():
    text = "z' = W z\nz in R^1\nt in [0, 1]\nlearn W = 0*normal(1, 1, seed 1) - 2"
    training = Training(data="minus_x", loss="squares", points=20, test_points=12)
    experiment = Experiment(text, training=training, integration=Integration(rtol=1e-4, atol=1e-4))
    _, _, test = material(experiment)
    found = reading_of(experiment).networks
    assert [network.layers for network in found] == [*LAYERS, 0]
    first, last = found[0], found[-1]
    assert np.array_equal(first.paths.states[:, :, 0], np.concatenate([test.x, -test.x], axis=1))
    assert first.loss == pytest.approx(float(((-test.x - test.y) ** 2).mean()), abs=1e-15)
    for network in found[:-1]:
        factors = (1.0 - 2.0 / network.layers) ** np.arange(network.layers + 1)
        assert np.allclose(network.paths.states[:, :, 0], test.x * factors, rtol=1e-12, atol=1e-15)
        assert np.allclose(network.paths.depth, np.linspace(0.0, 1.0, network.layers + 1))
    decay = np.exp(-2.0 * last.paths.depth)
    assert np.allclose(last.paths.states[:, :, 0], test.x * decay, rtol=1e-8)
    assert last.loss == pytest.approx(float(((test.x * np.exp(-2.0) - test.y) ** 2).mean()), rel=1e-8)
    assert last.paths.grid.size == 0  # inputs on a line


def test_layers_of_euler_are_a_residual_network():
    experiment, w = trained(networks.classifier(loss="huber", kinetic=0.3))
    _, _, test = material(experiment)
    for network in reading_of(experiment).networks[:-1]:
        z, h = torch.as_tensor(test.x), 1.0 / network.layers
        for _ in range(network.layers):
            z = z + h * (torch.tanh(z @ w["W1"].T + w["b1"]) @ w["W2"].T + w["b2"])
        answers = z @ w["V"].T + w["c"]
        assert np.allclose(network.paths.states[:, -1], z, atol=1e-12)
        assert np.allclose(network.paths.answers, answers, atol=1e-12)
        targets = torch.as_tensor(2.0 * test.y - 1.0)[:, None]
        assert network.loss == pytest.approx(float(torch.nn.functional.smooth_l1_loss(answers, targets)), rel=1e-12)
        assert network.accuracy == ((answers[:, 0] > 0).numpy() == (test.y > 0)).mean()
        assert network.points == len(test.x)


def test_more_layers_come_to_the_equation_at_first_order():
    found = reading_of(trained(networks.classifier())[0]).networks
    ends = [network.paths.states[:, -1] for network in found]
    away = np.array([np.abs(end - ends[-1]).max() for end in ends[:-1]])
    assert away[-2] / away[-1] == pytest.approx(2.0, abs=0.1)


def test_layers_with_the_same_weights_are_iterations_and_come_to_the_fixed_point():
    experiment, w = trained(networks.equilibrium(loss="huber"))
    _, _, test = material(experiment)
    x, z, known = torch.as_tensor(test.x), torch.zeros(len(test.x), 6, dtype=torch.float64), []
    for _ in range(3000):
        known.append(z)
        z = torch.tanh(z @ w["W"].T + x @ w["U"].T + w["b"])
    found = reading_of(experiment).networks
    for network in found[:-1]:
        assert network.paths.states.shape[1] == network.layers + 1
        end = known[network.layers]
        assert np.allclose(network.paths.states[:, -1], end, atol=1e-12)
        answers = end @ w["V"].T + w["c"]
        assert network.accuracy == ((answers[:, 0] > 0).numpy() == (test.y > 0)).mean()
    assert np.allclose(found[-1].paths.states[:, -1], z, atol=1e-8)
    assert np.allclose(found[-1].paths.states[:, 5], known[5], atol=1e-12)


def test_lines_over_the_inputs_are_carried_as_points_are():
    experiment, w = trained(networks.classifier())
    _, _, test = material(experiment)
    grid = input_grid(test.x)
    assert grid.shape == (2 * LINES, POINTS, 2)
    assert np.ptp(grid[:LINES, :, 0], axis=1).max() == 0.0  # upright lines, then level ones
    assert np.ptp(grid[LINES:, :, 1], axis=1).max() == 0.0
    assert (grid.min(axis=(0, 1)) < test.x.min(axis=0)).all()
    network = reading_of(experiment).networks[1]
    z = torch.as_tensor(grid)
    for _ in range(2):
        z = z + 0.5 * (torch.tanh(z @ w["W1"].T + w["b1"]) @ w["W2"].T + w["b2"])
    assert np.allclose(network.paths.grid[:, :, -1], z, atol=1e-12)
    plain = reading_of(experiment, FeaturePaths)
    assert np.allclose(plain.grid[:, :, 0], grid)
    exact = reading_of(experiment).networks[-1].paths
    assert np.allclose(plain.grid[:, :, -1], exact.grid[:, :, -1], atol=1e-4)
    layer = reading_of(networks.equilibrium(), FeaturePaths)
    assert np.array_equal(layer.grid[:, :, 0], np.zeros((2 * LINES, POINTS, 6)))


def test_a_preview_asks_fewer_points_and_a_density_has_no_answers():
    found = reading_of(networks.classifier(test_points=400), quality="preview").networks
    assert {network.points for network in found} == {200}
    assert {len(network.paths.states) for network in found} == {100}
    density = list(frames(Request(networks.flow(), frozenset({NetworkDepths}))))[-1]
    assert "carries a density" in density.absent[NetworkDepths]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_chosen_precision_is_that_of_the_layers(dtype):
    experiment = replace(networks.classifier(), dtype=dtype)
    first = reading_of(experiment).networks[2].paths.states
    rounded = first.astype(np.float32).astype(np.float64)
    assert np.array_equal(first, rounded) == (dtype == "float32")
