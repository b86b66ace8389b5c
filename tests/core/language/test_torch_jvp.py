"""f with its derivatives along directions, against autograd's Jacobian and against differences."""

from __future__ import annotations

import pytest
import torch
from differentiated_texts import NETWORK, TEXTS

from core.language import parse, torch_field, torch_jvp


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("batch", [(7,), (), (2, 3)])
def test_products_are_those_with_autograds_jacobian(text: str, batch: tuple[int, ...]) -> None:
    system, random = parse(text), torch.Generator().manual_seed(0)
    z = 0.2 + torch.rand(*batch, system.size, dtype=torch.float64, generator=random)
    v = torch.randn(3, *z.shape, dtype=torch.float64, generator=random)
    params, field = system.defaults(), torch_field(system)
    rates, products = torch_jvp(system)(0.4, z, params, v)
    torch.testing.assert_close(rates, field(0.4, z, params), rtol=1e-12, atol=1e-12)
    assert products.shape == v.shape
    points = z.reshape(-1, system.size)
    for row, point in enumerate(points):
        jacobian = torch.autograd.functional.jacobian(lambda y: field(0.4, y, params), point)
        for k in range(3):
            wanted = jacobian @ v[k].reshape(points.shape)[row]
            found = products[k].reshape(points.shape)[row]
            torch.testing.assert_close(found, wanted, rtol=1e-11, atol=1e-12)


def test_derivatives_of_products_are_those_of_differences() -> None:
    system = parse(NETWORK.replace("16", "3"))
    names = list(system.learnt)
    tensors = [torch.tensor(item.tensor.array(), requires_grad=True) for item in system.data]
    random = torch.Generator().manual_seed(1)
    z = torch.randn(4, 2, dtype=torch.float64, generator=random, requires_grad=True)
    v = torch.randn(2, 4, 2, dtype=torch.float64, generator=random, requires_grad=True)
    products = torch_jvp(system)
    assert torch.autograd.gradcheck(
        lambda z, v, *given: products(0.3, z, dict(zip(names, given, strict=True)), v), (z, v, *tensors)
    )


def test_the_dtype_is_that_of_the_states() -> None:
    system = parse(NETWORK)
    z = torch.randn(5, 2, generator=torch.Generator().manual_seed(3))
    rates, products = torch_jvp(system)(0.1, z, {}, torch.ones(1, 5, 2))
    assert rates.dtype == products.dtype == torch.float32


def test_what_has_no_products_is_told() -> None:
    for text in ("minimise x^2\nover x = 1", "z' = i*z\nz in C"):
        with pytest.raises(ValueError, match="derivatives along a direction are those of"):
            torch_jvp(parse(text))
