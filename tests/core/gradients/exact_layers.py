"""The gradient of a tanh layer in 40 digits, by the implicit function theorem in mpmath, and layers to ask it of."""

from __future__ import annotations

from collections.abc import Mapping

import mpmath
import numpy as np
import torch
from gradient_layers import TorchMap
from torch import Tensor

from core import catalogue
from core.gradient_method import FixedPointGradient, SolvedLayer

FIXED_POINT = {
    name: method for name, method in catalogue.gradient_methods().items() if issubclass(method, FixedPointGradient)
}
EXACT = [name for name, method in FIXED_POINT.items() if method.exact]
ITERATIVE = [name for name in EXACT if name.startswith("adjoint_")]


def square(z: Tensor) -> Tensor:
    """v of the loss |z|^2 / 2."""
    return z


def tanh_layer(gain: float = 0.9, rows: int = 3, size: int = 4, dtype: str = "float64") -> tuple[SolvedLayer, dict]:
    """z = tanh(g W z + x) for several rows of x, at its fixed point, and its inputs g, W and x."""
    random = np.random.default_rng(5)
    weight = random.normal(size=(size, size)) / np.sqrt(size)
    layer = TorchMap(
        lambda z, p: torch.tanh(p["g"] * z @ p["W"].T + p["x"]),
        size,
        {"g": gain},
        {"x": random.normal(size=(rows, size))},
    )
    kind = getattr(torch, dtype)
    inputs = {"g": torch.tensor(gain, dtype=kind), "W": torch.tensor(weight, dtype=kind)}
    inputs["x"] = torch.tensor(layer.data["x"], dtype=kind)

    def f(z: Tensor, known: Mapping[str, Tensor] | None) -> Tensor:
        return layer.function(z, {**inputs, **(known or {})})

    z = torch.zeros(rows, size, dtype=kind)
    for _ in range(300):
        z = f(z, None)
    return SolvedLayer(f, z, torch.zeros_like(z)), inputs


def true_gradient(inputs: Mapping[str, Tensor], near: Tensor) -> tuple[dict[str, np.ndarray], float]:
    """Of the loss |z|^2 / 2 at the fixed points next to `near`, and the greatest condition of I - J."""
    with mpmath.workdps(40):
        gain, weight = mpmath.mpf(float(inputs["g"])), mpmath.matrix(inputs["W"].tolist())
        size, worst = weight.rows, 0.0
        grads = {"g": mpmath.mpf(0), "W": mpmath.zeros(size), "x": []}
        for row, guess in zip(inputs["x"].tolist(), near.tolist(), strict=True):
            z, x = mpmath.matrix(guess), mpmath.matrix(row)
            for _ in range(6):
                value = (gain * weight * z + x).apply(mpmath.tanh)
                slope = mpmath.diag([1 - entry**2 for entry in value])
                matrix = mpmath.eye(size) - gain * slope * weight
                z = z + mpmath.lu_solve(matrix, value - z)
            pulled = slope * mpmath.lu_solve(matrix.T, z)
            grads["g"] += (pulled.T * weight * z)[0]
            grads["W"] += gain * pulled * z.T
            grads["x"].append([float(entry) for entry in pulled])
            worst = max(worst, float(np.linalg.cond(np.array(matrix.tolist(), dtype=float))))
        matrix = np.array(grads["W"].tolist(), dtype=float)
        return {"g": np.array(float(grads["g"])), "W": matrix, "x": np.array(grads["x"])}, worst


def near_fold(distance: float) -> tuple[SolvedLayer, dict[str, Tensor], float]:
    """The lower root of z = tanh(2 z + x) at that distance from the fold where it ends, its input, and dz/dx."""
    with mpmath.workdps(40):
        fold = mpmath.sqrt(2) - mpmath.atanh(mpmath.sqrt(0.5))
        x = mpmath.mpf(float(fold - distance))
        z = -mpmath.sqrt(0.5) - mpmath.sqrt(distance)
        for _ in range(12):
            value = mpmath.tanh(2 * z + x)
            z += (value - z) / (1 - 2 * (1 - value**2))
        slope = float((1 - z**2) / (1 - 2 * (1 - z**2)))
        inputs = {"x": torch.tensor(float(x), dtype=torch.float64)}
        point = torch.tensor([[float(z)]], dtype=torch.float64)
    layer = TorchMap(lambda z, p: torch.tanh(2 * z + p["x"]), 1, {"x": float(x)})
    return SolvedLayer(layer.torch("cpu", "float64"), point, point), inputs, slope


def newton_solved(layer: TorchMap) -> SolvedLayer:
    """Newton's method from 0."""
    f, z = layer.torch("cpu", "float64"), torch.zeros(1, layer.size, dtype=torch.float64)
    for _ in range(12):
        jacobian = torch.autograd.functional.jacobian(lambda y: f(y[None])[0], z[0])
        z = z + torch.linalg.solve(torch.eye(layer.size, dtype=z.dtype) - jacobian, (f(z) - z)[0])
    return SolvedLayer(f, z, torch.zeros_like(z))


def inputs_of(layer: TorchMap, dtype: torch.dtype = torch.float64) -> dict[str, Tensor]:
    """What the layer can be differentiated by."""
    known = {name: torch.tensor(value, dtype=dtype) for name, value in layer.parameters.items()}
    return known | {name: torch.tensor(value[:1], dtype=dtype) for name, value in layer.data.items()}
