"""Time derivatives of a formula's solutions, from their equation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..deferred import deferred
from .emit_torch import torch_field
from .system import System
from .torch_jets import TorchJet, torch_jets
from .walk import ArrayWalk

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


@lru_cache(maxsize=256)
def torch_time_derivatives(
    system: System,
) -> Callable[[Any, torch.Tensor, Mapping[str, Any], int], tuple[torch.Tensor, ...]]:
    """(z', z'', ..., d^K z/dt^K) at (t, z, params, K) of the solution through z at t: z (..., n) -> each (..., n).

    The equation differentiates itself: with z' to the k-th derivative known, its right-hand side along the curve that
    they give has the next one. t, params: as `torch_field` takes them. Takes dtype and device from z; differentiable
    with respect to z and params. Raises ValueError for a system whose right-hand side no line writes out in real
    numbers.
    Source: J. Kelly and others, Learning differential equations that are easy to solve, NeurIPS 2020, algorithm 1.
    """
    if system.kind == "minimise" or system.is_complex or system.module is not None:
        raise ValueError("time derivatives are those of x' = ... in real numbers: a formula for every rate")
    field, walk = torch_field(system), ArrayWalk(system, torch_jets())

    def derivatives(t: Any, z: torch.Tensor, params: Mapping[str, Any], order: int) -> tuple[torch.Tensor, ...]:
        curve = [z, field(t, z, params)]
        t = torch.as_tensor(t, dtype=z.dtype, device=z.device)
        for _ in range(order - 1):
            times = [t, torch.ones_like(t), *[torch.zeros_like(t)] * (len(curve) - 2)]
            rates = walk(TorchJet(times), TorchJet(curve), params)
            curve.append(rates.rows[-1] if isinstance(rates, TorchJet) else torch.zeros_like(z))
        return tuple(curve[1:])

    return derivatives
