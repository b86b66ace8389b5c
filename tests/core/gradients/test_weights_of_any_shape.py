"""Weights of a module that are no plain arrays: of no axes, transposed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import core
from core.gradient_problem import input_tensor

DOUBLE = torch.float64
METHODS = ["discrete", "checkpointed", "backsolve", "interpolating", "quadrature", "forward_sensitivity"]


class Decay(nn.Module):
    """z' = -a z^2, solved by z0 / (1 + a z0 t)."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(0.5, dtype=DOUBLE))

    def forward(self, z: Tensor) -> Tensor:
        return -self.a * z * z


class Transposed(nn.Module):
    """z' = z W^T - z with a weight that is a view of its transpose."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.tensor([[0.2, 0.3], [-0.4, 0.1]], dtype=DOUBLE).T)

    def forward(self, z: Tensor) -> Tensor:
        return torch.tanh(z @ self.w) - z


def half_square(z: Tensor) -> Tensor:
    return 0.5 * z.square().sum()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("rows", "n"), [(1, 1), (2, 1), (2, 2), (1, 32)])
def test_a_weight_of_no_axes(method: str, rows: int, n: int) -> None:
    start = np.linspace(0.1, 2.0, rows * n).reshape(rows, n)
    options = {"t": (0.0, 1.0), "rtol": 1e-8, "atol": 1e-10}
    field, columns = core.field(Decay(), n), {"columns": 33} if method == "forward_sensitivity" else {}
    card = core.gradient(field, half_square, ["a", "start"], method, start=start, integrate=options, **columns)
    found = card.numpy()
    end = start / (1.0 + 0.5 * start)
    assert found["a"] == pytest.approx((end * -(end**2)).sum(), rel=1e-5)
    assert found["start"] == pytest.approx(end / (1.0 + 0.5 * start) ** 2, rel=1e-5)


def test_the_norm_of_the_backward_solve_changes_nothing_for_a_weight() -> None:
    options = {"start": [1.0, 0.3], "integrate": {"t": (0.0, 1.0)}}
    full, semi = (
        core.gradient(core.field(Decay(), 2), half_square, ["a"], "backsolve", norm=norm, **options)
        for norm in ("full", "seminorm")
    )
    assert full.flat() == pytest.approx(semi.flat(), rel=1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_a_transposed_weight(method: str) -> None:
    module, options = Transposed(), {"t": (0.0, 1.0), "method": "rk4", "step": 0.1}
    found = core.gradient(core.field(module, 2), half_square, ["w"], method, start=[1.0, 2.0], integrate=options)

    def loss(w: np.ndarray) -> float:
        with torch.no_grad():
            module.w.copy_(torch.as_tensor(w))
        end = core.integrate(core.field(module, 2), [1.0, 2.0], **options).z[-1]
        return float(0.5 * (end**2).sum())

    weight, h, wanted = module.w.detach().numpy().copy(), 1e-6, np.empty((2, 2))
    for place in np.ndindex(2, 2):
        step = np.zeros((2, 2))
        step[place] = h
        wanted[place] = (loss(weight + step) - loss(weight - step)) / (2.0 * h)
    assert found.numpy()["w"] == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("method", ["implicit", "forward_mode"])
def test_differences_see_the_elements_of_a_transposed_weight(method: str) -> None:
    layer = core.layer(Transposed(), 2)
    cards = core.compare_gradients(layer, half_square, ["w"], [method])
    assert cards[0].grads["w"].shape == (2, 2)
    assert cards[0].relative_error < 1e-6


def test_an_input_shares_no_memory_with_the_weight() -> None:
    weight = torch.ones(3, 2, dtype=DOUBLE).T
    found = input_tensor(weight, "cpu", "float64")
    found.view(-1)[0] = 5.0
    assert weight.sum() == 6.0
