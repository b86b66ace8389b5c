"""Layers used more than once in one graph, and what changes between their call and the way back."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import core
from core.gradient_methods.forward_mode import ForwardMode

DOUBLE = torch.float64


class Cell(nn.Module):
    """z = tanh(W z / 2 + U x)."""

    size = 2

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.w, self.u = nn.Linear(2, 2).double(), nn.Linear(2, 2).double()

    def forward(self, z: Tensor, x: Tensor) -> Tensor:
        return torch.tanh(0.5 * self.w(z) + self.u(x))


def ones(rows: int, grad: bool = False) -> Tensor:
    return torch.ones(rows, 2, dtype=DOUBLE, requires_grad=grad)


@pytest.mark.parametrize("gradient", ["discrete", "backsolve"])
def test_frozen_weights_of_a_field_that_changed_before_the_way_back_are_noticed(gradient: str) -> None:
    field = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2)).double().requires_grad_(False)
    z = core.OdeLayer(field, gradient=gradient)(ones(1, grad=True))
    with torch.no_grad():
        field[0].weight.mul_(3.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


@pytest.mark.parametrize("name", ["x", "w"])
def test_data_and_frozen_weights_of_a_layer_that_changed_are_noticed(name: str) -> None:
    cell, x = Cell(), ones(3)
    cell.w.requires_grad_(False)
    z = core.EquilibriumLayer(cell)(x)
    with torch.no_grad():
        (x if name == "x" else cell.w.weight).mul_(3.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def test_the_report_is_that_of_the_last_call_whichever_is_differentiated() -> None:
    layer, flow = core.EquilibriumLayer(Cell()), core.OdeLayer(lambda z: -z)
    for one in (layer, flow):
        first, second = one(ones(3, grad=True)), one(ones(5, grad=True))
        last = one.report
        first.sum().backward()
        assert one.report is last
        assert last.backward is None
        second.sum().backward()
        assert len(one.report.outcomes) == 5
        assert one.report.backward.grads[{layer: "x", flow: "start"}[one]].shape == (5, 2)


def test_a_refused_adjoint_cannot_be_differentiated_again() -> None:
    layer = core.EquilibriumLayer(Cell(), gradient=ForwardMode(most=1), failure="ignore")
    x = ones(3, grad=True)
    with pytest.raises(
        RuntimeError, match=r"found no adjoint to differentiate again: .* of 18 input numbers, and 1 are allowed"
    ):
        torch.autograd.grad(layer(x).sum(), x, create_graph=True)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_refused_in_a_sentence(dtype: torch.dtype) -> None:
    with pytest.raises(ValueError, match=r"computes in float32 or float64, and here it is torch\.\w*float16"):
        core.EquilibriumLayer(Cell().to(dtype))(torch.ones(1, 2, dtype=dtype))


@pytest.mark.parametrize("t", [1.0, torch.tensor(1.0)])
def test_a_time_span_of_one_number_is_refused_in_a_sentence(t: object) -> None:
    with pytest.raises(TypeError, match=r"the time span of an ODE layer is begin and end"):
        core.OdeLayer(lambda z: -z, t=t)
