"""What layers say about sizes that do not fit, about data that hold NaN, and with cures that they can follow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

import core


class Cell(nn.Module):
    """z = tanh(W z + U x), z of 6 numbers and x of 4."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.w, self.u = nn.Linear(6, 6), nn.Linear(4, 6)
        nn.init.normal_(self.w.weight, std=0.1)

    def forward(self, z: Tensor, x: Tensor) -> Tensor:
        return torch.tanh(self.w(z) + self.u(x))


FIELD = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 3))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: core.EquilibriumLayer(Cell(), 5)(torch.randn(7, 4)),
            "z of 5 numbers and x of 4 numbers, .* rows of 6",
        ),
        (
            lambda: core.EquilibriumLayer(Cell(), 6)(torch.randn(7, 5)),
            "z of 6 numbers and x of 5 numbers, .* rows of 4",
        ),
        (lambda: core.EquilibriumLayer(Cell(), 6)(torch.randn(4)), "z of 6 numbers and x of 1 number, .* rows of 4"),
        (
            lambda: core.EquilibriumLayer(lambda z, x: z / 2 + x, 6)(torch.randn(7, 5)),
            "z of 6 numbers and x of 5 numbers, and their sizes do not fit",
        ),
        (lambda: core.OdeLayer(FIELD)(torch.randn(5, 2)), "the field was given z of 2 numbers, .* rows of 3: choose n"),
        (lambda: core.OdeLayer(FIELD)(torch.randn(5, 2, requires_grad=True)), "z of 2 numbers, .* rows of 3"),
    ],
)
def test_a_width_that_does_not_fit(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        call()
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert "32" not in str(caught.value)


def test_an_answer_of_another_width_is_told_without_padded_rows() -> None:
    with pytest.raises(ValueError, match="the layer returned rows of 5 numbers for states of 6 numbers: return one"):
        core.EquilibriumLayer(nn.Linear(6, 5), 6)(z0=torch.zeros(3, 6))


def test_an_error_of_the_cells_own_stays_as_it_is() -> None:
    def broken(_: Tensor) -> Tensor:
        raise RuntimeError("the cell is out of order")

    with pytest.raises(RuntimeError, match=r"^the cell is out of order$"):
        core.EquilibriumLayer(broken, 2)(z0=torch.zeros(1, 2))


def test_data_that_hold_nan_give_nan_and_spoil_no_other_sample() -> None:
    layer = core.EquilibriumLayer(Cell(), 6, failure="ignore")
    x = torch.randn(3, 4)
    alone = layer(x)
    x[1, 2] = torch.nan
    x.requires_grad_()
    z = layer(x)
    assert torch.isnan(z[1]).all()
    assert torch.allclose(z[[0, 2]], alone[[0, 2]], atol=1e-5)
    z[[0, 2]].sum().backward()
    assert x.grad is not None
    assert torch.isfinite(x.grad[[0, 2]]).all()
    layer(x).sum().backward()
    assert all(torch.isnan(weight.grad).all() for weight in layer.parameters())  # type: ignore[arg-type]


def test_a_cell_that_bears_nan_keeps_its_fixed_point() -> None:
    layer = core.EquilibriumLayer(lambda z, x: z / 2 + torch.nan_to_num(x), 1)
    assert layer(torch.tensor([[torch.nan], [1.0]])).flatten().tolist() == pytest.approx([0.0, 2.0], abs=1e-5)


def test_cures_can_be_followed() -> None:
    with pytest.raises(ValueError, match='take gradient="discrete", or "checkpointed"') as caught:
        core.OdeLayer(FIELD, gradient="reversible")
    assert "reversible_heun" not in str(caught.value)
    for name in ("discrete", "checkpointed"):
        core.OdeLayer(FIELD, gradient=name)(torch.zeros(1, 3, requires_grad=True)).sum().backward()
    with pytest.warns(core.OdeWarning, match="shorten t, loosen rtol") as told:
        core.OdeLayer(lambda z: z * z, t=(0.0, 2.0))(torch.ones(1, 1))
    assert "implicit" not in str(told[0].message)
