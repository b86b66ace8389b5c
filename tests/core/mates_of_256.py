"""Layers that some of 256 samples find no root of, and one sample with several places among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import core
from core.callable_map import layer
from core.formula_map import FormulaMap

COUNT, PLACES, FAR = 256, (0, 33, 130, 255), (64, 200)
"""The first sample stands at `PLACES`, another, from far away, at `FAR`."""
_BODY = """u <- 0.5*tanh(u - 2*v) + p + if(k > 1.5, u + sqrt(4 - if(k > 1.5, u, 0)), if(k < -0.5, away, 0))
v <- 0.4*sin(u) - 0.3*v + exp(-v^2)/4 + q
away = if(k < -1.5, u + sign(u)*abs(if(k < -1.5, u, 1))^(1/3), 2*u + 1)
"""
_ALONE = """k <- if(k > 1.5, 2, if(k > -0.5, 0, if(k > -1.5, -1, -2)))
p = 0.2
q = 0.1
"""
_DATA = """p = x[1]
q = x[2]
k = x[3]
x = data "X" as batch
"""


def starts() -> np.ndarray:
    """(256, 3): u, v and the kind k of the sample. 0: it has a root. 2: it leaves where f has numbers. -1: plain steps
    double it. -2: Newton's steps do."""
    random = np.random.default_rng(5)
    z = random.normal(size=(COUNT, 3))
    z[:, 2] = random.choice([0.0, 0.0, 0.0, 2.0, -1.0, -2.0], COUNT)
    z[[1, 129]] = np.nan
    z[2], z[3, 0], z[34, :2] = [0.5, 0.0, 2.0], -np.inf, 1e200
    z[list(FAR)] = [300.0, -200.0, 0.0]
    z[list(PLACES)] = [0.7, -1.1, 0.0]
    return z


def data() -> np.ndarray:
    """(256, 3): p, q and k of every sample."""
    x = np.random.default_rng(6).normal(size=(COUNT, 3))
    x[:, 2] = np.nan_to_num(starts()[:, 2])
    x[list(FAR)] = [0.1, 0.2, 0.0]
    x[list(PLACES)] = [-0.3, 0.4, 0.0]
    return x


def plane_layer(kind: str, with_data: bool) -> Any:
    """The layer as a "formula" or as a "callable", k being the third unknown or a number of the data."""
    if kind == "formula":
        return FormulaMap(core.parse(_BODY + _DATA, {"X": data()}) if with_data else core.parse(_BODY + _ALONE))
    if not with_data:
        return layer(lambda z: torch.stack([*_plane(*z.unbind(1), 0.2, 0.1), _kind(z[:, 2])], 1), 3)
    x = data()
    x[131, 0] = np.nan
    return layer(lambda z, x: torch.stack(_plane(*z.unbind(1), x[:, 2], x[:, 0], x[:, 1]), 1), 2, x=torch.tensor(x))


def _kind(k: torch.Tensor) -> torch.Tensor:
    return torch.round(k).clamp(-2.0, 2.0)


def _plane(u: Any, v: Any, k: Any, p: Any, q: Any) -> tuple[torch.Tensor, torch.Tensor]:
    one = torch.ones_like(u)
    leaves = u + torch.sqrt(4.0 - torch.where(k > 1.5, u, 0.0 * one))
    overshoots = u + torch.sign(u) * torch.abs(torch.where(k < -1.5, u, one)) ** (1.0 / 3.0)
    away = torch.where(k < -1.5, overshoots, 2.0 * u + 1.0)
    added = torch.where(k > 1.5, leaves, torch.where(k < -0.5, away, 0.0 * one))
    first = 0.5 * torch.tanh(u - 2.0 * v) + p + added
    return first, 0.4 * torch.sin(u) - 0.3 * v + torch.exp(-(v**2)) / 4.0 + q


def scalar_starts() -> np.ndarray:
    """(256, 1): about the three roots, far away where f is no number or doubles, and no number at all."""
    z = np.random.default_rng(7).normal(size=(COUNT, 1)) * 3.0
    z[[1, 129]], z[3], z[2], z[34], z[35] = np.nan, np.inf, -55.0, 1e200, 70.0
    z[list(FAR)], z[list(PLACES)] = 25.0, 0.4
    return z


def scalar_layer(kind: str) -> Any:
    """One unknown: f is no number below -60, doubles above 50, and has roots between."""
    if kind == "formula":
        tail = "if(z > 50, 2*z, if(z < -50, 1.1*z - sqrt(60 + if(z < -50, z, 0)), 0))"
        return FormulaMap(core.parse(f"z <- tanh(2*z + 0.3) - z/4 + {tail}"))

    def function(z: torch.Tensor) -> torch.Tensor:
        none = torch.zeros_like(z)
        low = 1.1 * z - torch.sqrt(60.0 + torch.where(z < -50.0, z, none))
        tail = torch.where(z > 50.0, 2.0 * z, torch.where(z < -50.0, low, none))
        return torch.tanh(2.0 * z + 0.3) - z / 4.0 + tail

    return layer(function, 1)


class Monotone(torch.nn.Module):
    """relu(W z + x), its product added number by number, W = -I/2 + B - B^T."""

    weight = np.array([[-0.5, 1.0, -0.4], [-1.0, -0.5, 0.3], [0.4, -0.3, -0.5]])

    def preactivation(self, z: torch.Tensor, x: torch.Tensor | float = 0.7) -> torch.Tensor:
        return (z[:, None, :] * torch.tensor(self.weight).to(z)).sum(2) + x

    def forward(self, z: torch.Tensor, x: torch.Tensor | float = 0.7) -> torch.Tensor:
        return torch.relu(self.preactivation(z, x))


def relu_layer(kind: str, with_data: bool) -> Any:
    """z <- relu(W z + x) with x of every sample, or 0.7."""
    x = data() * 1.3
    if kind == "formula":
        end, stored = ('x = data "X" as batch', {"X": x}) if with_data else ("x = 0.7 + [0, 0, 0]", {})
        text = f'z <- relu(W z + x)\nz in R^3\nW = data "W"\n{end}'
        return FormulaMap(core.parse(text, {"W": Monotone.weight, **stored}))
    x[131, 0], x[132] = np.nan, 1.5e308
    return layer(Monotone(), 3, x=torch.tensor(x) if with_data else None)
