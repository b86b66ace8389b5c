"""Modules that use a submodule or a weight in several places: they are differentiated, and stay what they are."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import core
from core.called_module import called_module

DOUBLE = torch.float64


def linear(seed: int) -> nn.Linear:
    torch.manual_seed(seed)
    return nn.Linear(2, 2).double()


def twice() -> nn.Sequential:
    """The same layer in two places."""
    layer = linear(0)
    return nn.Sequential(layer, nn.Tanh(), layer)


def tied() -> nn.Sequential:
    """Two layers of one weight and of biases of their own."""
    first, second = linear(0), linear(1)
    second.weight = first.weight
    return nn.Sequential(first, nn.Tanh(), second)


class Wrapped(nn.Module):
    """What no network is recognised in."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, z: Tensor) -> Tensor:
        return 1.0 * self.inner(z)


class Cell(nn.Module):
    """A layer that has one linear map under two names."""

    size = 2

    def __init__(self) -> None:
        super().__init__()
        self.a = self.b = linear(0)

    def forward(self, z: Tensor, x: Tensor) -> Tensor:
        return 0.3 * torch.tanh(self.b(torch.tanh(self.a(z))) + x)


def slots(module: nn.Module) -> dict[str, Tensor]:
    return dict(module.named_parameters(remove_duplicate=False))


@pytest.mark.parametrize("module", [twice(), tied(), Wrapped(twice()), Wrapped(tied())])
def test_a_shared_weight_is_replaced_everywhere_and_then_put_back(module: nn.Module) -> None:
    before, z = slots(module), torch.ones(1, 2, dtype=DOUBLE)
    other = {name: torch.full_like(weight, 0.3) for name, weight in module.named_parameters()}
    found = called_module(module, other, (z,))
    assert found.tolist() == pytest.approx(torch.full((1, 2), 0.6 * torch.tanh(torch.tensor(0.9)) + 0.3).numpy())
    after = slots(module)
    assert after.keys() == before.keys()
    assert all(after[name] is before[name] for name in before)


@pytest.mark.parametrize("method", ["discrete", "checkpointed", "interpolating", "forward_sensitivity"])
@pytest.mark.parametrize("inner", [twice, tied])
def test_a_field_of_shared_weights(inner: type[nn.Sequential], method: str) -> None:
    module = Wrapped(inner())
    before = slots(module)
    fixed = {"t": (0.0, 1.0), "method": "rk4", "step": 0.125}
    options = {**fixed, "rtol": 1e-9} if method == "interpolating" else fixed
    found = core.gradient(
        core.field(module, 2),
        lambda z: z.square().sum(),
        ["inner.0.weight"],
        method,
        start=[1.0, 1.0],
        integrate=options,
    )
    z = torch.ones(1, 2, dtype=DOUBLE)
    for _ in range(8):
        h, f = 0.125, module
        k1 = f(z)
        k2 = f(z + h / 2 * k1)
        k3 = f(z + h / 2 * k2)
        z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + f(z + h * k3))
    (wanted,) = torch.autograd.grad(z.square().sum(), module.inner[0].weight)
    error = 1e-4 if method == "interpolating" else 1e-12
    assert found.numpy()["inner.0.weight"] == pytest.approx(wanted.numpy(), rel=error, abs=error)
    assert all(slots(module)[name] is weight for name, weight in before.items())


def test_an_equilibrium_layer_of_shared_weights_goes_on_learning() -> None:
    cell = Cell()
    layer, weight = core.EquilibriumLayer(cell, tol=1e-12), cell.a.weight
    rate = torch.optim.SGD(layer.parameters(), lr=0.5)
    x, losses = torch.ones(1, 2, dtype=DOUBLE), []
    for _ in range(3):
        rate.zero_grad()
        loss = (layer(x) - 0.1).square().sum()
        loss.backward()
        z = torch.zeros(1, 2, dtype=DOUBLE)
        for _ in range(60):
            z = cell(z, x)
        (wanted,) = torch.autograd.grad((z - 0.1).square().sum(), weight)
        assert weight.grad is not None
        assert weight.grad.numpy() == pytest.approx(wanted.numpy(), abs=1e-10)
        rate.step()
        losses.append(loss.item())
    assert losses[0] > losses[1] > losses[2]
    assert cell.a.weight is cell.b.weight is weight
