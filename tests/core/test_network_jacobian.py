"""The Jacobian of a dense network, written out, is that of torch's tape."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import core
from core.callable_field import network_of
from core.network_jacobian import network_jacobian
from core.torch_callable import differentiated

CHAINS = [
    (nn.Linear(3, 3),),
    (nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 5, bias=False), nn.ReLU(), nn.Linear(5, 3)),
    (nn.SiLU(), nn.Linear(3, 7), nn.Sigmoid(), nn.Identity(), nn.Linear(7, 3), nn.Tanh()),
]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("layers", CHAINS)
def test_against_a_tape(layers: tuple[nn.Module, ...], dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    module = nn.Sequential(*layers).to(dtype)
    for weight in module.parameters():
        nn.init.normal_(weight)
    z = torch.randn(6, 3, dtype=dtype) * 2.0
    wanted = differentiated(module, z).double().numpy()
    field = core.field(module, 3)
    network = network_of(field)
    assert network is not None
    near = 1e-13 if dtype == torch.float64 else 1e-5
    found = network_jacobian(network, z.double().numpy())
    np.testing.assert_allclose(found, wanted, rtol=0, atol=near * np.abs(wanted).max())
    points = z.double().numpy().reshape(2, 3, 3)
    np.testing.assert_array_equal(field.jacobian()(0.0, points), found.reshape(2, 3, 3, 3))


def test_weights_are_read_anew_and_numbers_out_of_range_raise_no_warning() -> None:
    module = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 2)).to(torch.float32)
    jacobian = core.field(module, 2).jacobian()
    before = jacobian(0.0, np.ones((1, 2)))
    with torch.no_grad():
        module[2].weight.mul_(2.0)
    np.testing.assert_allclose(jacobian(0.0, np.ones((1, 2))), 2.0 * before, rtol=1e-6)
    assert np.isfinite(jacobian(0.0, np.full((1, 2), 1e30))).all()
