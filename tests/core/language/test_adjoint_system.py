"""The continuous adjoint of a formula, as a formula, against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import core
from core.language import array_field, torch_field
from core.language.adjoint_system import adjoint_system

TEXTS = (
    "x' = a*x^3 + c*y^3\ny' = b*x^3 + d*y^3\na = -0.1\nb = 2\nc = -2\nd = -0.1",
    "y' = -k*(y - cos(t))\nk = 50",
    "x' = sin(x*y)/(1 + exp(-a*x)) + sqrt(x^2 + b)\n"
    "y' = atan2(y, x + a) + log(2 + y^2)^b - tanh(t*x)\na = 0.7\nb = 1.3",
    "x' = max(x, a*y) + abs(y) + if(x > b, x*y, a)\n"
    "y' = min(x, y)*relu(x - b) + mod(x, a + 2) + softplus(y)\na = 0.5\nb = 0.2",
    "s = x*y + p\nx' = s*s/(1 + s^2)\ny' = erf(s) - asinh(x)*cosh(y)\np = 0.3",
    "z' = A z + b*tanh(z)\nz in R^3\nA = [[0, 1, 0], [-1, 0, 2], [0, -2, -0.5]]\nb = 0.4",
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_the_vector_jacobian_product(text: str) -> None:
    system = core.parse(text)
    names, size = tuple(system.defaults()), system.size
    adjoint = adjoint_system(system, names)
    assert adjoint.size == 2 * size + len(names)
    generator = np.random.default_rng(1)
    values = tuple(system.defaults().values())
    for _ in range(5):
        z, a = generator.normal(size=(2, size))
        g = generator.normal(size=len(names))
        t = float(generator.normal())
        found = array_field(adjoint)(t, np.concatenate([z, a, g]), values)
        inputs = [torch.tensor(z, requires_grad=True)]
        inputs += [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in values]
        rates = torch_field(system)(t, inputs[0][None], dict(zip(names, inputs[1:], strict=True)))[0]
        pulled = torch.autograd.grad(rates, inputs, torch.tensor(a), allow_unused=True)
        wanted = [np.zeros(()) if gradient is None else gradient.numpy() for gradient in pulled]
        assert found[:size] == pytest.approx(rates.detach().numpy(), rel=1e-12)
        assert found[size : 2 * size] == pytest.approx(-wanted[0], rel=1e-11, abs=1e-12)
        assert found[2 * size :] == pytest.approx([-float(gradient) for gradient in wanted[1:]], rel=1e-11, abs=1e-12)


def test_only_what_is_asked_for_and_in_that_order() -> None:
    system = core.parse(TEXTS[0])
    adjoint = adjoint_system(system, ("d", "a"))
    rates = array_field(adjoint)(0.0, np.array([2.0, 3.0, 0.5, 0.25, 0.0, 0.0]), (-0.1, 2, -2, -0.1))
    assert rates[4:] == pytest.approx((-0.25 * 27, -0.5 * 8))
    assert adjoint_system(system, ()).size == 4


def test_equal_questions_share_their_answer() -> None:
    system = core.parse(TEXTS[1])
    assert adjoint_system(system, ("k",)) is adjoint_system(system, ("k",))
    assert adjoint_system(system, ("k",)).key != adjoint_system(system, ()).key
