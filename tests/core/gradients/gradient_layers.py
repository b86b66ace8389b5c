"""Implicit layers with the protocol of a fixed-point map, written in torch alone, and the tutorial's weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.gradient_method import SolvedLayer

_REFERENCE = Path(__file__).parents[2] / "reference"
torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits


@dataclass(frozen=True)
class TorchMap:
    """f(z, inputs) of `function(z, known)`, known holding scalar parameters and batch data (B, ...) by name."""

    function: Callable[[Tensor, Mapping[str, Tensor]], Tensor]
    size: int
    parameters: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, np.ndarray] = field(default_factory=dict)
    system: None = None
    large: bool = False

    @property
    def components(self) -> tuple[str, ...]:
        return tuple(f"z[{index}]" for index in range(1, self.size + 1))

    @property
    def batch(self) -> int | None:
        return len(next(iter(self.data.values()))) if self.data else None

    def torch(
        self, device: str, dtype: str, rows: np.ndarray | None = None
    ) -> Callable[[Tensor, Mapping[str, Any] | None], Tensor]:
        kind = {"dtype": getattr(torch, dtype), "device": device}
        known = {name: torch.tensor(value, **kind) for name, value in self.parameters.items()}
        known |= {name: torch.tensor(self.data[name][[0] if rows is None else rows], **kind) for name in self.data}

        def f(z: Tensor, inputs: Mapping[str, Any] | None = None) -> Tensor:
            return self.function(z, {**known, **(inputs or {})})

        return f

    def array(self, rows: np.ndarray | None = None) -> Callable[[np.ndarray], np.ndarray]:
        f = self.torch("cpu", "float64", rows)
        return lambda z: f(torch.tensor(z)).numpy()

    def jacobian(self, rows: np.ndarray | None = None) -> Callable[[np.ndarray], np.ndarray]:
        f = self.torch("cpu", "float64", rows)

        def slopes(z: np.ndarray) -> np.ndarray:
            full = torch.autograd.functional.jacobian(f, torch.tensor(z))
            return torch.diagonal(full, dim1=0, dim2=2).movedim(-1, 0).numpy()

        return slopes


def neuron(w: float, x: float) -> TorchMap:
    """z = tanh(w z + x)."""
    return TorchMap(lambda z, p: torch.tanh(p["w"] * z + p["x"]), 1, {"w": w, "x": x})


def quintic(d: float) -> TorchMap:
    """z = d + z^5."""
    return TorchMap(lambda z, p: p["d"] + z**5, 1, {"d": d})


@cache
def tutorial(threefry: int = 0) -> TorchMap:
    """The tutorial's layer z = tanh(W z + x) with ten components; parsed in float32, as its authors had it."""
    weights, x = (
        np.loadtxt(_REFERENCE / f"tutorial_ch2_{name}_threefry{threefry}.csv", delimiter=",", dtype=np.float32)
        for name in ("W", "x")
    )
    matrix = torch.tensor(weights.astype(np.float64))
    return TorchMap(lambda z, p: torch.tanh(z @ matrix.to(z).T + p["x"]), 10, {}, {"x": x[None].astype(np.float64)})


def solved(layer: TorchMap, iterations: int = 2000, dtype: str = "float64", rows: int = 1) -> SolvedLayer:
    """Picard's method from 0, its whole path kept."""
    f = layer.torch("cpu", dtype)
    path = [torch.zeros(rows, layer.size, dtype=getattr(torch, dtype))]
    for _ in range(iterations):
        path.append(f(path[-1]))
    return SolvedLayer(f, path[-1], path[0], torch.stack(path))


def total(z: Tensor) -> Tensor:
    """v of the loss sum(z)."""
    return torch.ones_like(z)
