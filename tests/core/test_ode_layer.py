"""A neural differential equation as a torch module: its states, its gradients, and what it says when it fails."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import core
from core.gradient_methods.backsolve import Backsolve

DOUBLE = torch.float64
torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits
FIXED = {"method": "rk4", "step": 0.125}


class Pendulum(nn.Module):
    """x' = v, v' = -a sin(x) - b v + c cos(t): one number per weight."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = (nn.Parameter(torch.tensor(value, dtype=DOUBLE)) for value in (1.3, 0.2, 0.5))

    def forward(self, t: Tensor, z: Tensor) -> Tensor:
        x, v = z[:, :1], z[:, 1:]
        return torch.cat([v, -self.a * torch.sin(x) - self.b * v + self.c * torch.cos(t)], 1)


def network(dtype: torch.dtype = DOUBLE) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 2)).to(dtype)


def starts(rows: int = 4, dtype: torch.dtype = DOUBLE) -> Tensor:
    return torch.randn(rows, 2, generator=torch.Generator().manual_seed(1), dtype=DOUBLE).to(dtype)


def classical(field: nn.Module, z: Tensor, steps: int = 8, h: float = 0.125) -> Tensor:
    """Kutta's method, on torch's own tape; the states at the end of every step (B, T, n)."""
    states = []
    for step in range(steps):
        t = torch.full_like(z[:, :1], step * h)

        def slope(by: float, at: Tensor, t: Tensor = t) -> Tensor:
            return field(at) if isinstance(field, nn.Sequential) else field(t + by, at)

        k1 = slope(0.0, z)
        k2 = slope(h / 2, z + h / 2 * k1)
        k3 = slope(h / 2, z + h / 2 * k2)
        k4 = slope(h, z + h * k3)
        z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        states.append(z)
    return torch.stack(states, 1)


@pytest.mark.parametrize("make", [network, Pendulum])
@pytest.mark.parametrize("at", [None, (0.25, 0.5, 1.0)])
def test_against_torchs_own_tape(make: type[nn.Module], at: tuple[float, ...] | None) -> None:
    field, z0 = make(), starts().requires_grad_()
    layer = core.OdeLayer(field, at=at, **FIXED)
    wanted = classical(field, z0)
    wanted = wanted[:, -1] if at is None else wanted[:, [1, 3, 7]]
    found = layer(z0)
    assert found.detach().numpy() == pytest.approx(wanted.detach().numpy(), rel=1e-12)
    weights = (z0, *field.parameters())
    v = torch.linspace(1.0, 2.0, wanted.numel(), dtype=DOUBLE).view(wanted.shape)
    for mine, true in zip(torch.autograd.grad(found, weights, v), torch.autograd.grad(wanted, weights, v), strict=True):
        assert mine.numpy() == pytest.approx(true.numpy(), rel=1e-11, abs=1e-13)
    assert layer.report.backward.evaluations > 0


@pytest.mark.parametrize("make", [network, Pendulum])
@pytest.mark.parametrize("at", [None, (0.3, 0.9)])
def test_gradcheck(make: type[nn.Module], at: tuple[float, ...] | None) -> None:
    field, z0 = make(), starts(3).requires_grad_()
    layer = core.OdeLayer(field, at=at, t=(0.9, 0.1) if at is None else (0.0, 1.0), **FIXED)
    assert torch.autograd.gradcheck(lambda z0, *_: layer(z0), (z0, *field.parameters()), atol=1e-7)


def test_adaptive_steps_have_the_derivative_of_the_flow() -> None:
    """z' = A z: dz(1)/dz0 = e^A."""
    field = nn.Sequential(nn.Linear(2, 2, bias=False)).to(DOUBLE)
    field[0].weight.data = torch.tensor([[-0.5, 2.0], [-1.0, 0.3]], dtype=DOUBLE)
    z0 = starts().requires_grad_()
    layer = core.OdeLayer(field, rtol=1e-11, atol=1e-12)
    flow = torch.linalg.matrix_exp(field[0].weight.detach())
    (found,) = torch.autograd.grad(layer(z0), z0, torch.ones_like(z0))
    assert found.numpy() == pytest.approx((torch.ones_like(z0) @ flow).numpy(), rel=1e-9)
    assert layer.report.evaluations.shape == (4,)
    assert (layer.report.accepted > 3).all()


@pytest.mark.parametrize("gradient", ["backsolve", Backsolve(tightening=0.1)])
def test_other_gradient_methods(gradient: object) -> None:
    field, z0 = Pendulum().requires_grad_(False), starts().requires_grad_()
    (exact,) = torch.autograd.grad(core.OdeLayer(field, rtol=1e-10)(z0).square().sum(), z0)
    layer = core.OdeLayer(field, rtol=1e-10, gradient=gradient)
    (found,) = torch.autograd.grad(layer(z0).square().sum(), z0)
    assert found.numpy() == pytest.approx(exact.numpy(), rel=1e-5, abs=1e-7)
    assert 0.0 < layer.report.backward.gap < 1e-6


def test_with_and_without_a_tape_it_is_the_same() -> None:
    for field in (network(), Pendulum()):
        for at in (None, (0.0, 0.4, 1.0)):
            layer = core.OdeLayer(field, at=at)
            followed = layer(starts())
            assert followed.requires_grad
            with torch.no_grad():
                plain = layer(starts())
            assert not plain.requires_grad
            assert plain.numpy() == pytest.approx(followed.detach().numpy(), rel=1e-12)
    frozen = network().requires_grad_(False)
    assert not core.OdeLayer(frozen)(starts()).requires_grad
    assert core.OdeLayer(frozen)(starts().requires_grad_()).requires_grad


def test_shapes_and_spans() -> None:
    layer = core.OdeLayer(lambda z: -z, t=(0.0, 2.0), rtol=1e-10)
    z0 = torch.ones(2, 3, 4, dtype=DOUBLE)
    assert layer(z0).shape == (2, 3, 4)
    assert float(layer(z0)[1, 2, 3]) == pytest.approx(math.exp(-2.0), rel=1e-8)
    assert float(layer(z0, t=(1.0, 0.0))[0, 0, 0]) == pytest.approx(math.e, rel=1e-8)
    assert float(layer(z0, t=(0.0, torch.tensor(1.0)))[0, 0, 0]) == pytest.approx(1 / math.e, rel=1e-8)
    several = core.OdeLayer(lambda z: -z, 4, at=np.array([0.0, 1.0]))
    assert several(z0).shape == (2, 3, 2, 4)
    assert torch.equal(several(z0)[:, :, 0], z0)


def test_single_precision_stays_single() -> None:
    field, z0 = network(torch.float32), starts(dtype=torch.float32).requires_grad_()
    layer = core.OdeLayer(field, rtol=1e-5, atol=1e-5)
    z = layer(z0)
    z.sum().backward()
    assert z.dtype == z0.grad.dtype == field[0].weight.grad.dtype == torch.float32
    double = core.OdeLayer(network())
    (wanted,) = torch.autograd.grad(double(starts()).sum(), double.field[0].weight)
    assert field[0].weight.grad.numpy() == pytest.approx(wanted.numpy(), rel=1e-3, abs=1e-4)


def test_it_learns() -> None:
    torch.manual_seed(0)
    layer = core.OdeLayer(nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2)), rtol=1e-3, atol=1e-3)
    z0 = starts(32, torch.float32)
    target = z0 @ torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    optimiser = torch.optim.Adam(layer.parameters(), 0.03)
    losses = []
    for _ in range(60):
        optimiser.zero_grad()
        loss = (layer(z0) - target).square().mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]
    assert {name for name, _ in layer.named_parameters()} == {
        *("field.0.weight", "field.0.bias", "field.2.weight", "field.2.bias")
    }


def test_a_weight_that_was_changed_before_the_way_back_is_noticed() -> None:
    field = network()
    z = core.OdeLayer(field)(starts())
    with torch.no_grad():
        field[0].weight += 1.0
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def test_trajectories_that_do_not_come_are_told() -> None:
    z0 = torch.tensor([[0.5], [3.0], [0.1]], dtype=DOUBLE)

    def explodes(z: Tensor) -> Tensor:
        return z * z

    layer = core.OdeLayer(explodes)
    with pytest.warns(core.OdeWarning, match="1 of 3 trajectories did not come to t = 1; trajectory 1 "):
        z = layer(z0)
    assert torch.isnan(z).ravel().tolist() == [False, True, False]
    assert z[0].item() == pytest.approx(1.0, rel=1e-5)
    assert [outcome.success for outcome in layer.report.outcomes] == [True, False, True]
    with pytest.raises(core.OdeError, match="1 of 3 trajectories"):
        core.OdeLayer(explodes, failure="raise")(z0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        start = z0.clone().requires_grad_()
        core.OdeLayer(explodes, failure="ignore")(start)[0].sum().backward()
    assert start.grad[0].item() == pytest.approx(4.0, rel=1e-4)  # d/dz z / (1 - z)


def test_a_way_back_that_lost_its_way_is_told() -> None:
    layer = core.OdeLayer(lambda z: -30.0 * (z - 1.0), gradient="backsolve", rtol=1e-4)
    z = layer(torch.zeros(1, 1, dtype=DOUBLE).requires_grad_())
    with pytest.warns(core.OdeWarning, match="not to be trusted"):
        z.sum().backward()


def test_a_second_derivative_is_refused_and_not_wrong() -> None:
    z0 = starts().requires_grad_()
    with pytest.raises(RuntimeError, match="can be differentiated once"):
        torch.autograd.grad(core.OdeLayer(network())(z0).sum(), z0, create_graph=True)


def test_what_does_not_fit_is_named() -> None:
    field = network()
    with pytest.raises(ValueError, match=r"no integration method 'dopri6'"):
        core.OdeLayer(field, method="dopri6")
    with pytest.raises(ValueError, match=r"no gradient method 'discret'.*discrete"):
        core.OdeLayer(field, gradient="discret")
    with pytest.raises(ValueError, match="differentiates an implicit layer"):
        core.OdeLayer(field, gradient="implicit")
    with pytest.raises(TypeError, match=r"no option 'tighening'.*tightening"):
        core.OdeLayer(field, gradient="backsolve", tighening=0.1)
    with pytest.raises(TypeError, match="made already"):
        core.OdeLayer(field, gradient=Backsolve(), tightening=0.1)
    with pytest.raises(ValueError, match="failure must be one of"):
        core.OdeLayer(field, failure="shout")
    with pytest.raises(ValueError, match="give a fixed step"):
        core.OdeLayer(field, method="rk4")
    with pytest.raises(ValueError, match="inside the span"):
        core.OdeLayer(field, at=(0.5, 2.0))
    with pytest.raises(ValueError, match="get no gradient: detach"):
        core.OdeLayer(field)(starts(), t=(0.0, torch.tensor(1.0, requires_grad=True)))
    with pytest.raises(ValueError, match=r"has \(2,\)"):
        core.OdeLayer(field)(starts()[0])
    with pytest.raises(ValueError, match="states of 3 numbers, and z0 has 2"):
        core.OdeLayer(field, 3)(starts())
    with pytest.raises(ValueError, match="weights are"):
        core.OdeLayer(field)(starts(dtype=torch.float32))
    with pytest.raises(TypeError, match="floating-point"):
        core.OdeLayer(field)(torch.ones(2, 2, dtype=torch.int64))
    assert "t=(0, 1), method=dopri5, gradient=discrete" in repr(core.OdeLayer(field))
