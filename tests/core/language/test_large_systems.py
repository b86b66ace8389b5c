"""Systems evaluated as whole arrays against the same systems written out in scalars."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.language import array_field, array_jacobian, parse, python_field, torch_field

TEXTS = [
    "z' = tanh(W z) - z\nW = normal(20, 20, seed 1)*gain/sqrt(20)\ngain = 0.9\nz in R^20",
    "z' = (z^T A z) z/dot(z, z) + softmax(3 z) - A^T z*cos(t)\nA = normal(20, 20)",
    "z' = z z^T b - norm(z)*shift(z, -3) + sum(z)\nb = uniform(20)",
    "Z' = A Z - Z A + Z^T*z[2] + Z Z/9\nz' = Z[3]*[1, 2, 3, 4, 5][2] + e^(-z)\nA = normal(5, 5)\nZ in R^5x5\nz in R^5",
    "z' = if(z > k, min(z, 1, k*z), max(-z, z^-2)) + (z <= 0) - mod(z, 2)\nk = 0.3\nz in R^18",
    "z' = M z + x\nx' = -x + Z\nZ = dot(v, v)/(1 + z[1]^2)\nv = [x, 2 x]\nM = [[0, -1], [1, 0]][1][2]*eye(20)",
    "z' = 1 + h\nh = atan2(k, t)\nk = 2\nz in R^17",
    "z' = R z\nR = x*eye(17)\nx' = -x",
]


@pytest.mark.parametrize("text", TEXTS)
def test_arrays_and_tensors_agree_with_scalars(text: str) -> None:
    system = parse(text)
    values = system.defaults()
    p = list(values.values())
    points = np.random.default_rng(3).normal(size=(2, 5, system.size))
    scalars = np.array([python_field(system)(0.4, point, p) for point in points.reshape(10, -1).tolist()])
    arrays = array_field(system)(0.4, points, p)
    assert arrays.shape == points.shape
    assert arrays.reshape(10, -1) == pytest.approx(scalars, rel=1e-11, abs=1e-11)
    times = np.full((2, 5), 0.4)
    assert array_field(system)(times, points, p) == pytest.approx(arrays)
    assert array_field(system)(times, points[0, 0], p)[1, 1] == pytest.approx(arrays[0, 0])
    tensors = torch_field(system)(0.4, torch.tensor(points[0]), values)
    assert tensors.numpy() == pytest.approx(arrays[0], rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("text", TEXTS[:3])
def test_jacobians_agree_with_torch(text: str) -> None:
    system = parse(text)
    values = system.defaults()
    point = np.random.default_rng(4).normal(size=system.size)
    expected = torch.func.jacrev(lambda z: torch_field(system)(0.4, z, values))(torch.tensor(point)).numpy()
    found = array_jacobian(system)(0.4, point, list(values.values()))
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-10)


def test_softmax_of_large_numbers() -> None:
    for size in (3, 20):
        system = parse(f"z' = softmax(z)\nz in R^{size}")
        z = np.full(size, 1000.0)
        assert array_field(system)(0.0, z, []) == pytest.approx(np.full(size, 1 / size))
        assert python_field(system)(0.0, z.tolist(), []) == pytest.approx([1 / size] * size)
