"""The right-hand side of a formula with its Jacobian, or with its divergence, by which a flow thins a density out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..deferred import deferred
from .system import System
from .torch_tangents import TorchTangents, torch_tangents, trace
from .walk import ArrayWalk

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

Derived = Callable[[Any, "torch.Tensor", Mapping[str, Any]], tuple["torch.Tensor", "torch.Tensor"]]


@lru_cache(maxsize=256)
def torch_divergence(system: System) -> Derived:
    """(f, tr df/dz) at (t, z, params): z (..., n) -> (..., n) and (...), exact.

    The n unit directions are carried through the formula beside its values, so that all of them share those: no tape
    is read twice. params: as `torch_field` takes them. Takes dtype and device from z; both are differentiable with
    respect to z and params. Raises ValueError for a system whose right-hand side no line writes out in real numbers.
    Source: R. Chen et al., Neural ordinary differential equations, NeurIPS 2018, theorem 1.
    """
    walk = _tangent_walk(system)

    def rates_and_trace(t: Any, z: torch.Tensor, params: Mapping[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
        rates = walk(t, _with_units(z), params)
        if not isinstance(rates, TorchTangents):  # that hang on no state
            return rates, z.new_zeros(z.shape[:-1])
        return rates.value, trace(rates).expand(z.shape[:-1])

    return rates_and_trace


@lru_cache(maxsize=256)
def torch_jacobian(system: System) -> Derived:
    """(f, df/dz) at (t, z, params): z (..., n) -> (..., n) and (..., n, n), exact; else as `torch_divergence`."""
    walk = _tangent_walk(system)

    def rates_and_jacobian(t: Any, z: torch.Tensor, params: Mapping[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
        rates = walk(t, _with_units(z), params)
        if not isinstance(rates, TorchTangents):
            return rates, z.new_zeros((*z.shape, z.shape[-1]))
        return rates.value, rates.spread().movedim(0, -1)

    return rates_and_jacobian


def _tangent_walk(system: System) -> ArrayWalk:
    if system.kind == "minimise" or system.is_complex or system.module is not None:
        raise ValueError("a divergence is that of x' = ... in real numbers: a formula for every rate")
    return ArrayWalk(system, torch_tangents())


def _with_units(z: torch.Tensor) -> TorchTangents:
    """The states with their derivatives by themselves."""
    size, lead = z.shape[-1], z.dim() - 1
    unit = torch.eye(size, dtype=z.dtype, device=z.device).reshape(size, *[1] * lead, size)
    return TorchTangents(z, unit, lead)
