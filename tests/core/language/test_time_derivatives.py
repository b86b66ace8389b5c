"""Time derivatives of solutions against backpropagation through the right-hand side, and of known solutions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from differentiated_texts import NETWORK, TEXTS
from torch import Tensor

import core
from core.field_derivatives import CallableDerivatives, FormulaDerivatives
from core.language import parse, torch_field, torch_time_derivatives
from core.language.emit_torch import torch_library
from core.language.torch_jets import torch_jets

Function = Callable[[Tensor, Tensor], Tensor]


def along_solutions(function: Function, rates: Function) -> Function:
    """Its total derivative by the time, by going back twice."""

    def derivative(t: Tensor, z: Tensor) -> Tensor:
        direction = torch.ones_like(t), rates(t, z)
        found: Tensor = torch.autograd.functional.jvp(function, (t, z), direction, create_graph=True)[1]
        return found

    return derivative


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_they_are_those_of_backpropagation(text: str, order: int) -> None:
    system = parse(text)
    random = torch.Generator().manual_seed(0)
    z = 0.2 + torch.rand(5, system.size, dtype=torch.float64, generator=random)
    t = 0.1 + torch.rand(5, dtype=torch.float64, generator=random)
    params, field = system.defaults(), torch_field(system)

    def rates(t: Tensor, z: Tensor) -> Tensor:
        return field(t, z, params)

    wanted = rates
    found = torch_time_derivatives(system)(t, z, params, order)
    for one in found:
        torch.testing.assert_close(one, wanted(t, z), rtol=1e-9, atol=1e-10)
        wanted = along_solutions(wanted, rates)
    assert len(found) == order


def test_of_the_oscillator_they_come_round() -> None:
    z = torch.tensor([[0.3, -0.8], [1.0, 0.5]], dtype=torch.float64)
    found = torch_time_derivatives(parse("x' = y\ny' = -x"))(0.0, z, {}, 8)
    turned = z
    for one in found:
        turned = torch.stack([turned[:, 1], -turned[:, 0]], dim=1)
        torch.testing.assert_close(one, turned, rtol=0.0, atol=0.0)


def test_one_time_or_one_of_each_sample() -> None:
    """z = t^4 has 4 t^3, 12 t^2, 24 t, 24 and 0."""
    times = torch.linspace(0.5, 2.0, 4, dtype=torch.float64)
    z = torch.zeros(4, 1, dtype=torch.float64)
    for t in (2.0, torch.tensor(2.0), times):
        s = torch.as_tensor(t, dtype=torch.float64).expand(4)
        wanted = 4 * s**3, 12 * s**2, 24 * s, 24 + 0 * s, 0 * s
        found = torch_time_derivatives(parse("x' = 4 t^3"))(t, z, {}, 5)
        for one, other in zip(found, wanted, strict=True):
            torch.testing.assert_close(one[:, 0], other)


def test_their_derivatives_by_states_and_tensors_are_those_of_differences() -> None:
    system = parse(NETWORK.replace("16", "3"))
    names = list(system.learnt)
    tensors = [torch.tensor(item.tensor.array(), requires_grad=True) for item in system.data]
    random = torch.Generator().manual_seed(1)
    z = torch.randn(3, 2, dtype=torch.float64, generator=random, requires_grad=True)
    derivatives = torch_time_derivatives(system)
    assert torch.autograd.gradcheck(
        lambda z, *given: derivatives(0.3, z, dict(zip(names, given, strict=True)), 3), (z, *tensors)
    )


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("shared", [False, True])
def test_a_callable_has_the_same_as_its_formula(order: int, shared: bool) -> None:
    system = parse("z' = tanh(W z + t*[1, -1, 2])*z[1] + softmax(z) + sin(2 t)\nz in R^3\nW = normal(3, 3, seed 1)")
    formula = FormulaDerivatives(system, {}, {})
    generic = CallableDerivatives(core.field(lambda t, z: formula.rates(t[:, 0], z), 3))
    random = torch.Generator().manual_seed(0)
    z = torch.randn(4, 3, dtype=torch.float64, generator=random)
    t = torch.tensor([0.3], dtype=z.dtype).expand(4) if shared else torch.rand(4, dtype=z.dtype, generator=random)
    found = formula.time_derivative(t, z, order)
    torch.testing.assert_close(found, generic.time_derivative(t, z, order), rtol=1e-9, atol=1e-10)


def test_every_operation_has_jets_and_the_dtype_is_that_of_the_states() -> None:
    assert set(torch_jets().operations) == set(torch_library().operations)
    z = torch.randn(5, 2, generator=torch.Generator().manual_seed(3))
    assert all(one.dtype == torch.float32 for one in torch_time_derivatives(parse(NETWORK))(0.1, z, {}, 3))


def test_what_has_no_time_derivatives_is_told() -> None:
    for text in ("minimise x^2\nover x = 1", "z' = i*z\nz in C"):
        with pytest.raises(ValueError, match="time derivatives are those of"):
            torch_time_derivatives(parse(text))
