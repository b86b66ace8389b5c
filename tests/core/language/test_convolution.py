"""Convolutions against torch's with circular padding, and other shapes of the same numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

import core
from core.language import FormulaError, array_field, array_jacobian, parse, python_field, torch_field

DRAWN = torch.Generator().manual_seed(0)


def circular(kernels: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    """torch's convolution, padded so that a kernel's middle, the earlier one of two, meets every place."""
    sides = [((size - 1) // 2, size - 1 - (size - 1) // 2) for size in reversed(kernels.shape[2:])]
    padded = functional.pad(z, [side for pair in sides for side in pair], mode="circular")
    return (functional.conv1d if kernels.ndim == 3 else functional.conv2d)(padded, kernels)


def drawn(*shape: int, dtype: torch.dtype) -> torch.Tensor:
    return torch.randn(*shape, dtype=dtype, generator=DRAWN).requires_grad_()


CASES = [
    *[(f"conv(K, z)\nz in R^7\nlearn K = ones({size})", (1, 1, size), (1, 7)) for size in (1, 2, 3, 4, 7)],
    ("conv(K, z)\nz in R^4x6\nlearn K = ones(3, 2)", (1, 1, 3, 2), (1, 4, 6)),
    ("conv(K, z)\nz in R^4x6\nlearn K = ones(4, 5)", (1, 1, 4, 5), (1, 4, 6)),
    ("conv(K, z, 5)\nz in R^10\nlearn K = ones(2, 6)", (2, 2, 3), (2, 5)),
    ("conv(K, z, 5)[1]*conv(K, z, 5)\nz in R^5\nlearn K = ones(4)", (1, 1, 4), (1, 5)),
    ("conv(K, z, 4, 6)\nz in R^72\nlearn K = ones(3, 27)", (3, 3, 3, 3), (3, 4, 6)),
    ("conv(K, z, 3, 2)\nz in R^12\nlearn K = ones(2, 8)", (2, 2, 2, 2), (2, 3, 2)),
]


@pytest.mark.parametrize(("text", "kernel", "value"), CASES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-13), (torch.float32, 2e-5)])
def test_values_and_gradients_are_those_of_torch(text, kernel, value, dtype, tolerance) -> None:
    system = parse(f"z' = {text}")
    weight, points = drawn(*kernel, dtype=dtype), drawn(5, *value, dtype=dtype)
    expected = circular(weight, points).reshape(5, -1)
    if "[1]*" in text:
        expected = expected[:, :1] * expected
    (item,) = system.data
    found = torch_field(system)(0.0, points.reshape(5, -1), {"K": weight.reshape(item.shape)})
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
    weights = torch.randn(found.shape, dtype=dtype, generator=DRAWN)
    for one, other in zip(
        torch.autograd.grad((found * weights).sum(), (weight, points), retain_graph=True),
        torch.autograd.grad((expected * weights).sum(), (weight, points)),
        strict=True,
    ):
        torch.testing.assert_close(one, other, rtol=20 * tolerance, atol=20 * tolerance)


EVERYWHERE = [
    "z' = conv([1, -2, k], z) + conv(z, [1, 2, 3, 4])*t\nz in R^4\nk = 0.5",
    "Z' = sin(conv(K, Z)) + conv(Z, conv([[k, 2]], reshape(ones(6), 2, 3)))\nZ in R^2x3\nK = normal(2, 2, seed 1)\nk=3",
    "z' = conv(A, tanh(conv(K, z, 3, 3) + conv(b, ones(9), 3, 3)), 3, 3)\nz in R^9\nK = normal(2, 9, seed 1)\n"
    "b = normal(2, 1, seed 2)\nA = normal(1, 18, seed 3)",
    "z' = reshape(softmax(H H^T/2) H, 12)\nH = reshape(z, 4, 3)\nz in R^12",
    "z' = conv(K, z, 20)*z\nz in R^40\nK = normal(2, 6, seed 1)",
]


@pytest.mark.parametrize("text", EVERYWHERE)
def test_numbers_arrays_and_tensors_agree(text: str) -> None:
    system = parse(text)
    values = system.defaults()
    p = list(values.values())
    points = np.random.default_rng(3).normal(size=(5, system.size))
    arrays = array_field(system)(0.4, points, p)
    scalars = np.array([python_field(system)(0.4, point, p) for point in points.tolist()])
    assert arrays == pytest.approx(scalars, rel=1e-12, abs=1e-12)
    field = torch_field(system)
    assert field(0.4, torch.tensor(points), values).numpy() == pytest.approx(arrays, rel=1e-12, abs=1e-12)
    slopes = torch.func.jacrev(lambda z: field(0.4, z, values))(torch.tensor(points[0]))
    assert array_jacobian(system)(0.4, points[0], p) == pytest.approx(slopes.numpy(), rel=1e-11, abs=1e-11)


def test_what_it_makes_of_numbers() -> None:
    z = np.array([1.0, 10.0, 100.0, 1000.0])
    second = parse("z' = conv([1, -2, 1], z)\nz in R^4")
    assert array_field(second)(0.0, z, ()).tolist() == [1008.0, 81.0, 810.0, -1899.0]
    assert array_field(parse("z' = conv([1, 2], z)\nz in R^4"))(0.0, z, ()).tolist() == [21.0, 210.0, 2100.0, 1002.0]
    laid = parse("z' = reshape(A, 6)*z\nA = reshape([1, 2, 3, 4, 5, 6], 3, 2)\nz in R^6")
    assert array_field(laid)(0.0, np.ones(6), ()).tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    turned = parse("z' = reshape(reshape(z, 2, 3)^T, 6)\nz in R^6")
    assert array_field(turned)(0.0, np.arange(6.0), ()).tolist() == [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]


@pytest.mark.parametrize("path", ["kernel", "torch", "numpy"])
def test_heat_on_a_ring_decays_as_its_waves_do(path: str) -> None:
    n, k = 12, 2
    system = parse(f"u' = conv([1, -2, 1], u)\nu in R^{n}")
    wave = np.cos(2 * math.pi * k * np.arange(n) / n)
    run = core.integrate(system, wave, (0.0, 1.0), rtol=1e-10, atol=1e-12, path=path)
    expected = wave * math.exp(-4 * math.sin(math.pi * k / n) ** 2)
    assert run.z[-1] == pytest.approx(expected, abs=1e-9)


def test_complex_numbers_are_convolved_as_numbers() -> None:
    system = parse("z' = conv([1, 2i], z) + reshape(reshape(z, 1, 3), 3)\nz in C^3")
    z = np.array([1 + 2j, 3 - 1j, -2 + 0.5j])
    rate = 2 * z + 2j * np.roll(z, -1)
    found = array_field(system)(0.0, np.stack([z.real, z.imag], 1).ravel(), ())
    assert found == pytest.approx(np.stack([rate.real, rate.imag], 1).ravel())


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("z' = conv(2, z)", 6, "two vectors, or two matrices"),
        ("z' = conv(eye(2), z)", 6, "two vectors, or two matrices"),
        ("z' = conv(ones(7), z)", 6, "kernel of 7 is larger than the 6"),
        ("z' = conv(ones(3), reshape(z, 2, 3), 3)", 6, "one after the other, as one vector"),
        ("z' = conv(ones(3), z, 4)", 6, "vector of 6 is not made of channels of 4"),
        ("z' = conv(ones(3), z, 0)", 6, "not made of channels of 0"),
        ("z' = conv(ones(3), z, 3)", 6, "3 numbers in a row of the kernel are not 2 kernels"),
        ("z' = conv(ones(1, 3), z, 2, 3)", 6, "are not 1 squares of one size"),
        ("z' = conv(ones(1, 9), z, 2, 3)", 6, "kernel of 3 x 3 is larger than the 2 x 3"),
        ("z' = conv(ones(3), z, z[1])", 23, "a size must be a whole number"),
        ("z' = z*sum(conv(ones(300), ones(300)))", 12, "more than 40000 products"),
        ("z' = reshape(z, 4, 2)[1]", 6, "a vector of 6 does not fill 4 x 2"),
        ("z' = reshape(2, 1)", 6, "a scalar does not fill 1"),
        ("z' = reshape(z, -6)", 6, "does not fill -6"),
        ("z' = conv(z)", 6, "takes 2 to 4 arguments"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(text: str, column: int, words: str) -> None:
    with pytest.raises(FormulaError, match=words) as caught:
        parse(f"{text}\nz in R^6")
    assert (caught.value.line, caught.value.column) == (1, column)
