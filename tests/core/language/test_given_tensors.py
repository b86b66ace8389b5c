"""A network whose tensors are given at every call against torch's own layers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.language import array_field, parse, torch_field

WIDE = """z' = W3 relu(W2 relu(W1 z + b1) + b2) + b3
z in R^2
learn W1 = normal(32, 2, seed 1)
learn b1 = uniform(32, seed 2)
learn W2 = normal(32, 32, seed 3)/6
learn b2 = uniform(32, seed 4)
learn W3 = normal(2, 32, seed 5)/6
learn b3 = uniform(2, seed 6)
y = exp(W2 b2)
"""


def network(given: dict[str, torch.Tensor]) -> torch.nn.Sequential:
    layers = [torch.nn.Linear(2, 32), torch.nn.ReLU(), torch.nn.Linear(32, 32), torch.nn.ReLU(), torch.nn.Linear(32, 2)]
    for number, layer in enumerate(layers[::2], start=1):
        layer.weight, layer.bias = (torch.nn.Parameter(given[f"{kind}{number}"].detach().clone()) for kind in "Wb")
    return torch.nn.Sequential(*layers)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(64, 2), (2,), (3, 5, 2)])
def test_the_field_and_its_slopes_are_those_of_torchs_layers(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    system = parse(WIDE)
    given = {item.name: torch.tensor(item.tensor.array(), dtype=dtype, requires_grad=True) for item in system.data}
    layers = network(given)
    z = torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(0), requires_grad=True)
    mine, wanted = torch_field(system)(0.0, z, given), layers(z)
    assert torch.equal(mine, wanted)
    slopes = torch.autograd.grad(mine.square().sum(), [z, *given.values()])
    expected = torch.autograd.grad(wanted.square().sum(), [z, *layers.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(slopes, expected, strict=True))
    stored = torch_field(system)(0.0, z.detach(), {})
    assert torch.equal(stored, mine.detach())
    assert array_field(system)(0.0, z.detach().numpy(), []) == pytest.approx(stored.numpy(), rel=1e-5, abs=1e-5)


def test_tensors_may_differ_among_samples() -> None:
    system = parse(WIDE)
    z = torch.randn(4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    factors = torch.tensor([1.0, 2.0, 0.5, -1.0], dtype=torch.float64)
    own = {item.name: torch.tensor(item.tensor.array()) for item in system.data}
    batched = {name: factors.reshape(4, *[1] * tensor.dim()) * tensor for name, tensor in own.items()}
    for given in (batched, {"b1": batched["b1"]}, {"W2": batched["W2"]}):
        found = torch_field(system)(0.0, z, given)
        for place in range(4):
            alone = {name: tensor[place] for name, tensor in given.items()}
            torch.testing.assert_close(found[place], torch_field(system)(0.0, z[place], alone), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shape", [(2,), (4, 2)])
def test_a_gradient_flow_goes_downhill_with_the_given_tensors(shape: tuple[int, ...]) -> None:
    system = parse("minimise dot(z, W z)/2 + sum(sin(b z))\nover z in R^2\nlearn W = [[2, 1], [0, 3]]\nlearn b = 1")
    z = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    own = {item.name: torch.tensor(item.tensor.array(), requires_grad=True) for item in system.data}
    found = torch_field(system)(0.0, z, own)
    torch.testing.assert_close(found.detach(), torch_field(system)(0.0, z, {}), rtol=1e-13, atol=1e-13)
    (slope,) = torch.autograd.grad(found.sum(), own["W"])
    summed = -z.reshape(-1, 2).sum(0)
    torch.testing.assert_close(slope, (summed + summed[:, None]) / 2, rtol=1e-12, atol=1e-12)


def test_numbers_met_in_inference_mode_can_be_differentiated_later() -> None:
    function = torch_field(parse("z' = 0.5 z*pi + A (z*e)\nA = eye(20)\nz in R^20"))
    z = torch.ones(3, 20)
    with torch.inference_mode():
        function(0.0, z, {})
    z.requires_grad_()
    function(0.0, z, {}).sum().backward()
    assert np.asarray(z.grad) == pytest.approx(0.5 * np.pi + np.e, rel=1e-6)
