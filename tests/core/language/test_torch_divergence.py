"""f with its divergence and its Jacobian against autograd's Jacobian, and its derivatives against differences."""

from __future__ import annotations

import pytest
import torch

from core.language import parse, torch_divergence, torch_field, torch_jacobian
from core.language.emit_torch import torch_library
from core.language.torch_tangents import torch_tangents

NETWORK = """z' = W3 tanh(W2 tanh(W1 z + b1 + s*t) + b2) + b3
z in R^2
learn W1 = normal(16, 2, seed 1)
learn b1 = normal(16, seed 2)
learn s = normal(16, seed 3)
learn W2 = normal(16, 16, seed 4)/4
learn b2 = normal(16, seed 5)
learn W3 = normal(2, 16, seed 6)/4
learn b3 = normal(2, seed 7)
"""
TEXTS = [
    NETWORK,
    "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1.5",
    "x' = sin(x*y) + exp(-x^2)/(2 + cos(y)) + t\ny' = sqrt(1 + x^2)*log(3 + sin(y))\nz' = abs(z)*z + 2^z - z^-3",
    "z' = tanh(W z + b) - z\nz in R^3\nW = normal(3, 3, seed 1)\nb = [1, 2, 3]\nx' = dot(z, z)*x - norm(z) + sum(z)",
    "z' = relu(A z) + softplus(z) + sigmoid(B z + z)*z + erf(z)\nz in R^4\nA = normal(4, 4)\nB = normal(4, 4, seed 2)",
    "z' = (z^T A z) z/dot(z, z) + softmax(3 z) - A^T z*cos(t)\nA = normal(5, 5)\nz in R^5",
    "z' = z z^T b - norm(z)*shift(z, -3) + sum(z) + diag(z) b\nb = uniform(6)\nz in R^6",
    "Z' = A Z - Z A + Z^T*z[2] + Z Z/9\nz' = Z[3]*[1, 2, 3][2] + e^(-z)\nA = normal(3, 3)\nZ in R^3x3\nz in R^3",
    "z' = conv(A, tanh(conv(z, B z, 3, 3)), 3, 3) + conv([1, t], z)*conv(z, w)\nz in R^9\nA = normal(1, 9)\n"
    "B = normal(9, 9, seed 2)\nw = uniform(9)",
    "z' = reshape(softmax(H A H^T) H, 6) + conv(reshape(H, 6), z)\nH = reshape(z, 3, 2)\nA = normal(2, 2)\nz in R^6",
    "z' = if(z > k, min(z, 1, k*z), max(-z, z^-2)) + (z <= 0) - mod(z, 2)\nk = 0.3\nz in R^4",
    "z' = M z + x\nx' = -x + Z\nZ = dot(v, v)/(1 + z[1]^2)\nv = [x, 2 x, 1]\nM = [[0, -1], [x, 0]]\nz in R^2",
    "z' = 1 + h\nh = atan2(k, t)\nk = 2\nz in R^3",
    "z' = R z + softmax(R)[1]\nR = x*eye(3)\nx' = -pi*x",
    "z' = M b\nz in R^2\nM = [[z[1], 2], [3, z[2]^2]]\nb = [1, 2]",
    "z <- cos(z) + z^1.5\nz in R^2",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("batch", [(7,), (), (2, 3)])
def test_the_trace_is_that_of_autograds_jacobian(text: str, batch: tuple[int, ...]) -> None:
    system = parse(text)
    z = 0.2 + torch.rand(*batch, system.size, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    params = system.defaults()
    f, trace = torch_divergence(system)(0.4, z, params)
    rates, jacobians = torch_jacobian(system)(0.4, z, params)
    assert torch.equal(rates, f)
    assert jacobians.shape == (*batch, system.size, system.size)
    field = torch_field(system)
    torch.testing.assert_close(f, field(0.4, z, params), rtol=1e-12, atol=1e-12)
    assert trace.shape == batch
    jacobians = jacobians.reshape(-1, system.size, system.size)
    for point, found, whole in zip(z.reshape(-1, system.size), trace.reshape(-1), jacobians, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda y: field(0.4, y, params), point)
        torch.testing.assert_close(found, jacobian.trace(), rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(whole, jacobian, rtol=1e-12, atol=1e-12)


def test_its_derivatives_by_states_and_tensors_are_those_of_differences() -> None:
    system = parse(NETWORK.replace("16", "3"))
    names = list(system.learnt)
    tensors = [torch.tensor(item.tensor.array(), requires_grad=True) for item in system.data]
    z = torch.randn(4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    divergence = torch_divergence(system)
    assert torch.autograd.gradcheck(
        lambda z, *given: divergence(0.3, z, dict(zip(names, given, strict=True))), (z, *tensors)
    )
    assert torch.autograd.gradgradcheck(lambda z: divergence(0.3, z, {})[1], (z,))


@pytest.mark.parametrize("text", TEXTS[1:7])
def test_derivatives_through_every_operation(text: str) -> None:
    system = parse(text)
    z = 0.2 + torch.rand(3, system.size, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    times = torch.linspace(0.1, 0.6, 3, dtype=torch.float64)
    given = {name: torch.tensor(value, dtype=torch.float64) for name, value in system.defaults().items()}
    inputs = [tensor.requires_grad_() for tensor in (z, *given.values())]
    divergence = torch_divergence(system)
    assert torch.autograd.gradcheck(
        lambda z, *values: divergence(times, z, dict(zip(given, values, strict=True))), tuple(inputs)
    )


def test_the_dtype_is_that_of_the_states() -> None:
    system = parse(NETWORK)
    z = torch.randn(5, 2, generator=torch.Generator().manual_seed(3))
    f, trace = torch_divergence(system)(0.1, z, {})
    wanted = torch_divergence(system)(0.1, z.double(), {})
    assert f.dtype == trace.dtype == torch.float32
    torch.testing.assert_close(trace.double(), wanted[1], rtol=1e-4, atol=1e-5)
    assert torch.equal(f, torch_field(system)(0.1, z, {}))


def test_tensors_may_differ_among_samples() -> None:
    system = parse("z' = tanh(W z + b)\nz in R^2\nlearn W = eye(2)\nlearn b = [1, 2]")
    random = torch.Generator().manual_seed(4)
    z, b = (torch.randn(3, 2, dtype=torch.float64, generator=random) for _ in range(2))
    w = torch.randn(3, 2, 2, dtype=torch.float64, generator=random)
    f, trace = torch_divergence(system)(0.0, z, {"W": w, "b": b})
    expected = torch.tanh((w @ z[..., None])[..., 0] + b)
    torch.testing.assert_close(f, expected)
    torch.testing.assert_close(trace, ((1 - expected**2) * w.diagonal(dim1=-2, dim2=-1)).sum(-1))


def test_every_operation_has_tangents_and_powers_of_negative_numbers_too() -> None:
    assert set(torch_tangents().operations) == set(torch_library().operations)
    z = torch.tensor([[-2.0, -1.0]], dtype=torch.float64)
    _, trace = torch_divergence(parse("z' = z^-3\nz in R^2"))(0.0, z, {})
    assert trace.tolist() == [pytest.approx(-3 / 16 - 3)]


def test_what_has_no_divergence_is_told() -> None:
    for text in ("minimise x^2\nover x = 1", "z' = i*z\nz in C"):
        with pytest.raises(ValueError, match="a divergence is that of"):
            torch_divergence(parse(text))
