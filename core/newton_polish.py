"""A fixed point to the last digits, from a point near it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred
from .vector_jacobian import Inputs, LayerFunction, dense_jacobian

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float
    from torch import Tensor
else:
    torch = deferred("torch")


def newton_step(f: LayerFunction, z: Float[Tensor, "S n"], inputs: Inputs) -> Float[Tensor, "S n"]:
    """(I - J)^-1 (f(z) - z): about how far the fixed point is away; not finite where I - J is singular."""
    value, jacobian = dense_jacobian(f, z, inputs)
    matrix = torch.eye(z.shape[1], dtype=z.dtype, device=z.device) - jacobian
    step: Tensor = torch.linalg.solve_ex(matrix, (value - z)[:, :, None])[0][:, :, 0]
    return step


def polish(
    f: LayerFunction, z: Float[Tensor, "S n"], inputs: Inputs, iterations: int = 30
) -> tuple[Float[Tensor, "S n"], Bool[Tensor, "S"]]:
    """Newton's method from z until no sample's step shrinks any more; and which samples arrived.

    A sample has arrived where its last step is below the square root of the dtype's precision times 1 + |z|: the
    step after it was quadratically smaller.
    """
    least = torch.full_like(z[:, 0], torch.inf)
    moving = torch.ones_like(least, dtype=torch.bool)
    precision = torch.finfo(z.dtype).eps
    for _ in range(iterations):
        step = newton_step(f, z, inputs)
        size = step.norm(dim=1)
        # near the floor of rounding a step no longer shrinks; far away it may grow once before it does
        near = least <= precision**0.5 * (1.0 + z.norm(dim=1))
        moving = moving & torch.isfinite(size) & ~(near & (size >= 0.5 * least))
        z = torch.where(moving[:, None], z + step, z)
        least = torch.where(moving, size, least)
        moving = moving & (size > precision * (1.0 + z.norm(dim=1)))
        if not bool(moving.any()):
            break
    return z, least <= precision**0.5 * (1.0 + z.norm(dim=1))
