"""A vector field on arrays of one library: what the steps of a method may ask of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import NUMPY, TORCH, ArrayLibrary
from .deferred import deferred
from .formula_field import FormulaField
from .torch_callable import differentiated, differentiated_by_time
from .vector_field import ArrayField, VectorField

if TYPE_CHECKING:
    import torch

    from .language import System
    from .sparse_jacobian import SparseJacobian
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class BoundField:
    """Arrays are those of `library`: t (L,) float64, z (L, n)."""

    library: ArrayLibrary
    slope: Callable[[Any, Any], Any]
    """t, z -> f(t, z) (L, n)."""
    jacobian: Callable[[Any, Any], Any]
    """t, z -> df/dz (L, n, n)."""
    system: System | None = None
    """The formula behind it; None for a torch callable."""
    time_slope: Callable[[Any, Any], Any] | None = None
    """t, z -> df/dt (L, n) while the state stays; None where f does not use t."""
    find_sparse: Callable[[], SparseJacobian | None] = lambda: None
    """Looks for `sparse`, which only methods that solve equations want."""

    noise: BoundNoise | None = None
    """What drives dz = f dt + g dW; None of a differential equation."""

    @cached_property
    def sparse(self) -> SparseJacobian | None:
        """df/dz by its entries, where its systems are solved by them; else None."""
        return self.find_sparse()


@dataclass(frozen=True)
class BoundNoise:
    """field: g, whose every component stands before a Wiener process of its own; seed: of all of them."""

    field: BoundField
    seed: int


def _noise(field: VectorField, bound: Callable[[VectorField], BoundField]) -> BoundNoise | None:
    diffusion = field.diffusion() if isinstance(field, FormulaField) else None
    if diffusion is None or not isinstance(field, FormulaField) or field.seed is None:
        return None
    return BoundNoise(bound(diffusion), field.seed)


def field_in_numpy(field: VectorField) -> BoundField:
    """In float64 on the processor; a formula's derivatives are symbolic."""
    time_slope = None if field.autonomous else _when_asked(field.time_slope)
    jacobian = _when_asked(field.jacobian)
    noise = _noise(field, field_in_numpy)
    return BoundField(NUMPY, field.array(), jacobian, field.system, time_slope, field.sparse_jacobian, noise)


def _when_asked(make: Callable[[], ArrayField]) -> ArrayField:
    """The function that `make` derives, which of a large system takes seconds and which explicit methods never call."""
    made: list[ArrayField] = []

    def function(t: Any, z: np.ndarray) -> np.ndarray:
        if not made:
            made.append(make())
        return made[0](t, z)

    return function


def field_in_torch(field: VectorField, device: str, dtype: str) -> BoundField:
    """On tensors; derivatives by reverse-mode differentiation. Time is rounded to the state's dtype."""
    function = field.torch(device, dtype)

    def slope(t: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        value: torch.Tensor = function(t.to(z.dtype), z)
        return value

    def jacobian(t: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        return differentiated(lambda point: slope(t, point), z)

    def time_slope(t: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        return differentiated_by_time(lambda moments: function(moments, z), t.to(z.dtype))

    noise = _noise(field, lambda diffusion: field_in_torch(diffusion, device, dtype))
    return BoundField(TORCH, slope, jacobian, field.system, None if field.autonomous else time_slope, noise=noise)
