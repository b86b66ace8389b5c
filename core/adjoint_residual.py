"""How much an adjoint misses of the loss's derivative v, and what there is to say of a v that is no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float
    from torch import Tensor
else:
    torch = deferred("torch")


def relative_residual(missed: Float[Tensor, "S n"], v: Float[Tensor, "S n"]) -> Float[Tensor, "S"]:
    """|missed| / |v| of every sample; 0 where both are 0."""
    found: Tensor = missed.norm(dim=1) / v.norm(dim=1).clip(min=torch.finfo(v.dtype).tiny)
    return found


def loss_note(known: Bool[Tensor, "..."]) -> str:
    """What there is to say where `known` does not hold, that the loss has a finite derivative; else empty."""
    return "" if bool(known.all()) else "the loss has no finite derivative here"
