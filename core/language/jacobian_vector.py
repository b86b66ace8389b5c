"""The right-hand side of a formula together with its derivatives along given directions: forward differentiation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..deferred import deferred
from .system import System
from .torch_tangents import TorchTangents, torch_tangents
from .walk import ArrayWalk

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

Products = Callable[[Any, "torch.Tensor", Mapping[str, Any], "torch.Tensor"], tuple["torch.Tensor", "torch.Tensor"]]


@lru_cache(maxsize=256)
def torch_jvp(system: System) -> Products:
    """(f, df/dz v) at (t, z, params, v): z (..., n), v (K, ..., n) -> (..., n) and (K, ..., n), exact.

    The K directions share the values that the formula goes through. t, params: as `torch_field` takes them. Takes dtype
    and device from z; both results are differentiable with respect to z, params and v. Raises ValueError for a system
    whose right-hand side no line writes out in real numbers.
    Source: A. Griewank, A. Walther, Evaluating derivatives, 2nd edition, SIAM 2008, section 3.1.
    """
    if system.kind == "minimise" or system.is_complex or system.module is not None:
        raise ValueError(
            "derivatives along a direction are those of x' = ... in real numbers: a formula for every rate"
        )
    walk = ArrayWalk(system, torch_tangents())

    def rates_and_products(
        t: Any, z: torch.Tensor, params: Mapping[str, Any], v: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        rates = walk(t, TorchTangents(z, v, z.dim() - 1), params)
        if not isinstance(rates, TorchTangents):  # that hang on no state
            return rates, torch.zeros_like(v)
        return rates.value, rates.spread()

    return rates_and_products
