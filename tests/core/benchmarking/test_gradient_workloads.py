"""What the gradients of the benchmarks of layers are held against is true, by torch's own tape."""

from __future__ import annotations

import pytest
import torch

from core.benchmarks import equilibrium_layer, neural_ode, neural_ode_gradient

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits


def test_the_gradient_of_the_neural_differential_equation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against 300 steps of Kutta's method."""
    for module in (neural_ode, neural_ode_gradient):
        monkeypatch.setattr(module, "BATCH", 3)
    network = neural_ode.network("float64").requires_grad_(True)
    z, h = torch.from_numpy(neural_ode.starts()), 1 / 300
    for _ in range(300):
        k1 = network(z)
        k2 = network(z + h / 2 * k1)
        k3 = network(z + h / 2 * k2)
        k4 = network(z + h * k3)
        z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    wanted = torch.autograd.grad(0.5 * z.square().sum(), tuple(network.parameters()))
    found = neural_ode_gradient.by_weights(1.0)
    assert found == pytest.approx(torch.cat([part.ravel() for part in wanted]).numpy(), rel=1e-6, abs=1e-9)


def test_the_gradient_of_the_equilibrium_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the layer unrolled until nothing changes."""
    monkeypatch.setattr(equilibrium_layer, "BATCH", 4)
    W, U, x = (torch.from_numpy(array) for array in equilibrium_layer.drawn())
    W.requires_grad_()
    U.requires_grad_()
    z = torch.zeros(4, equilibrium_layer.UNITS, dtype=torch.float64)
    for _ in range(300):
        z = torch.tanh(z @ W.T + x @ U.T)
    wanted = torch.autograd.grad(0.5 * z.square().sum() / 4, (W, U))
    found = equilibrium_layer.by_weights()
    assert found == pytest.approx(torch.cat([part.ravel() for part in wanted]).numpy(), rel=1e-9, abs=1e-12)
