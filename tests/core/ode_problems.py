"""Differential equations with known answers, as formula texts and as torch callables."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

import core
from core.vector_field import VectorField

GROWTH = "x' = x"
SPIRAL = "x' = -0.1 x^3 - 2 y^3\ny' = 2 x^3 - 0.1 y^3"
LOTKA_VOLTERRA = "x' = x - x*y\ny' = x*y - y"
LORENZ = "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z"
VAN_DER_POL = "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1 in [0, 5]"
PENDULUM = "theta' = omega\nomega' = -sin(theta)"
CUBIC_DECAY = "y' = -y^3"
OSCILLATING_GROWTH = "y' = cos(t)*y"
BRUSSELATOR = "x' = 1 + x^2*y - 4 x\ny' = 3 x - x^2*y"
BLOW_UP = "x' = x^2"
ROOT = "x' = -sqrt(x)"


def _columns(function: Callable[..., tuple[Tensor, ...]]) -> Callable[[Tensor], Tensor]:
    def field(z: Tensor) -> Tensor:
        return torch.stack(function(*z.unbind(1)), dim=1)

    return field


_CALLABLES: dict[str, tuple[Callable[..., Tensor], int]] = {
    GROWTH: (lambda z: z, 1),
    SPIRAL: (_columns(lambda x, y: (-0.1 * x * x * x - 2 * y * y * y, 2 * x * x * x - 0.1 * y * y * y)), 2),
    LOTKA_VOLTERRA: (_columns(lambda x, y: (x - x * y, x * y - y)), 2),
    LORENZ: (_columns(lambda x, y, z: (10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z)), 3),
    VAN_DER_POL: (_columns(lambda x, y: (y, (1 - x * x) * y - x)), 2),
    PENDULUM: (_columns(lambda a, b: (b, -torch.sin(a))), 2),
    CUBIC_DECAY: (lambda z: -z * z * z, 1),
    OSCILLATING_GROWTH: (lambda t, z: torch.cos(t) * z, 1),
    BRUSSELATOR: (_columns(lambda x, y: (1 + x * x * y - 4 * x, 3 * x - x * x * y)), 2),
    BLOW_UP: (lambda z: z * z, 1),
    ROOT: (lambda z: -torch.sqrt(z), 1),
}


def problem(text: str, kind: str) -> tuple[object, str]:
    """The system and the path of one of four kinds: "kernel", "python", "torch" (a formula) and "callable"."""
    if kind == "callable":
        function, size = _CALLABLES[text]
        return core.field(function, size), "torch"
    return core.parse(text), kind


def field_of(text: str) -> VectorField:
    """The torch callable of `text` as a field."""
    return core.field(*_CALLABLES[text])


torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits
KINDS = ("kernel", "python", "torch", "callable")
