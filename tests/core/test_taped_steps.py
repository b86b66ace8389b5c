"""A layer whose steps are of one size writes its tape while it follows them: the same numbers, and one way there."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import core
from core.budget import Budget
from core.catalogue import integrator
from core.ode_path import choose_controller
from core.taped_steps import equal_steps

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits
DOUBLE = torch.float64


class Driven(nn.Module):
    """z' = tanh(W z + u t), with one of its numbers frozen; it counts its calls."""

    def __init__(self, dtype: torch.dtype = DOUBLE) -> None:
        super().__init__()
        random = torch.Generator().manual_seed(0)
        self.W = nn.Parameter(torch.randn(3, 3, generator=random, dtype=DOUBLE).to(dtype))
        self.u = nn.Parameter(torch.randn(3, generator=random, dtype=DOUBLE).to(dtype))
        self.scale = nn.Parameter(torch.tensor(1.5, dtype=dtype), requires_grad=False)
        self.calls = 0

    def forward(self, t: Tensor, z: Tensor) -> Tensor:
        self.calls += 1
        return self.scale * torch.tanh(z @ self.W.T + self.u * t)


def starts(rows: int, dtype: torch.dtype = DOUBLE) -> Tensor:
    return torch.randn(rows, 3, generator=torch.Generator().manual_seed(1), dtype=DOUBLE).to(dtype)


def layer(field: nn.Module, **options: object) -> core.OdeLayer:
    return core.OdeLayer(field, **{"method": "rk4", "step": 0.15, "path": "torch", **options})  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [torch.float32, DOUBLE])
@pytest.mark.parametrize("rows", [1, 31, 64])
@pytest.mark.parametrize("method", ["rk4", "dopri5", "heun_2"])
@pytest.mark.parametrize("t", [(0.0, 1.0), (2.0, 0.9)])
def test_states_are_to_the_bit_those_without_a_tape(
    dtype: torch.dtype, rows: int, method: str, t: tuple[float, float]
) -> None:
    follow, z0 = layer(Driven(dtype), method=method, t=t), starts(rows, dtype)
    found, taped = follow(z0), follow.report
    with torch.no_grad():
        wanted = follow(z0)
    assert torch.equal(found.detach(), wanted)
    assert taped.outcomes == follow.report.outcomes
    assert taped.path == follow.report.path == "torch"
    np.testing.assert_array_equal(taped.evaluations, follow.report.evaluations)
    np.testing.assert_array_equal(taped.accepted, follow.report.accepted)


@pytest.mark.parametrize("at", [None, (0.0, 0.2, 0.45, 1.0)])
@pytest.mark.parametrize("rows", [5, 32])
def test_the_gradient_is_that_of_steps_taken_once_more(at: tuple[float, ...] | None, rows: int) -> None:
    """A second way back, for which the tape is gone, takes them."""
    field, z0 = Driven(), starts(rows).requires_grad_()
    follow = layer(field, at=at)
    found, of = follow(z0), (z0, field.W, field.u)
    there, v = field.calls, torch.linspace(1.0, 2.0, found.numel(), dtype=DOUBLE).view(found.shape)
    first = torch.autograd.grad(found, of, v, retain_graph=True)
    assert field.calls == there == 4 * 7  # of 0.15, but for the last
    assert follow.report.backward.evaluations == 0
    second = torch.autograd.grad(found, of, v)
    assert field.calls == 2 * there
    for mine, again in zip(first, second, strict=True):
        torch.testing.assert_close(mine, again, rtol=1e-13, atol=1e-14)


def test_weights_that_are_frozen_or_unused_get_what_they_should() -> None:
    field, z0 = Driven(), starts(3)
    field.idle = nn.Parameter(torch.ones(2, dtype=DOUBLE))
    layer(field)(z0).sum().backward()
    assert field.scale.grad is None
    assert not field.idle.grad.any()
    assert field.W.grad.any()


def test_trajectories_that_end_early_are_told_by_the_loop() -> None:
    class Square(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Parameter(torch.ones((), dtype=DOUBLE))

        def forward(self, z: Tensor) -> Tensor:
            return self.a * z**2

    z0 = torch.tensor([[0.5], [9.0]], dtype=DOUBLE)
    follow = layer(Square(), t=(0.0, 1.0), step=0.05, failure="ignore")
    found = follow(z0)
    assert torch.isfinite(found[0]).all()
    assert torch.isnan(found[1]).all()
    assert [outcome.success for outcome in follow.report.outcomes] == [True, False]


@pytest.mark.parametrize("budget", [Budget(steps=6), Budget(evaluations=27), Budget(seconds=1e-9)])
def test_a_budget_that_does_not_suffice_is_the_loops_to_tell(budget: Budget) -> None:
    follow = layer(Driven(), budget=budget, failure="ignore")
    follow(starts(2))
    assert not any(outcome.success for outcome in follow.report.outcomes)


@pytest.mark.parametrize("span", [(0.0, 1.0), (1.0, -0.3), (0.0, 1.005), (0.0, 0.01), (5.0, 5.999)])
def test_ends_of_equal_steps_are_those_of_the_loop(span: tuple[float, float]) -> None:
    controller = choose_controller(integrator("rk4"), 1e-6, 1e-9, 0.1)
    run = core.integrate(core.field(lambda z: -z, 1), [1.0], span, "rk4", step=0.1, path="torch")
    assert equal_steps(span, controller, 100) == run.t.tolist()


def test_steps_that_are_too_many_or_too_small_or_not_equal_are_none() -> None:
    tableau = integrator("dopri5")
    assert equal_steps((0.0, 1.0), choose_controller(tableau, 1e-6, 1e-9, 0.1), 9) is None
    assert equal_steps((1e9, 1e9 + 1.0), choose_controller(tableau, 1e-6, 1e-9, 1e-8), 10**9) is None
    assert equal_steps((0.0, 1.0), choose_controller(tableau, 1e-6, 1e-9, None), 100) is None
