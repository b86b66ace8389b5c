"""How f moves with every number of its inputs, column by column, in forward mode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .deferred import deferred
from .vector_jacobian import Inputs, LayerFunction, leaves

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

_NUMBERS = 1 << 20
"""In the arrays of the columns that are computed at once, at most."""


def input_tangents(
    f: LayerFunction, z: Float[Tensor, "S n"], inputs: Inputs
) -> Iterator[tuple[str, Float[Tensor, "S n C"]]]:
    """For every floating-point input by name, (df / d input) at z in batches of C columns, in the order of its numbers.

    (df/d input)^T w is linear in w, and its derivative by w along a unit of the input is a column: two passes
    backward, which every operation allows that can be differentiated twice.
    """
    with torch.enable_grad():
        tracked = leaves(inputs)
        value = f(z.detach(), {**inputs, **tracked})
        weights = torch.zeros_like(value, requires_grad=True)
        slopes: dict[str, Tensor] = {}
        if value.requires_grad and tracked:
            options = {"create_graph": True, "allow_unused": True, "materialize_grads": True}
            slopes = dict(
                zip(tracked, torch.autograd.grad(value, list(tracked.values()), weights, **options), strict=True)
            )
    for name, tensor in tracked.items():
        slope, count = slopes.get(name), tensor.numel()
        share = max(1, _NUMBERS // max(count, z.numel()))
        for begin in range(0, count, share):
            size = min(share, count - begin)
            yield name, _columns(slope, weights, begin, size)


def _columns(slope: Tensor | None, weights: Tensor, begin: int, size: int) -> Float[Tensor, "S n C"]:
    """`size` columns from the number `begin` on."""
    none = torch.zeros(*weights.shape, size, dtype=weights.dtype, device=weights.device)
    if slope is None or not slope.requires_grad:
        return none
    units = torch.zeros(size, slope.numel(), dtype=slope.dtype, device=slope.device)
    units[:, begin : begin + size] = torch.eye(size, dtype=slope.dtype, device=slope.device)
    units = units.reshape(size, *slope.shape)
    options = {"retain_graph": True, "allow_unused": True}
    try:
        (rows,) = torch.autograd.grad(slope, weights, units, is_grads_batched=True, **options)
    except RuntimeError:  # an operation that knows no batch of gradients
        each = [torch.autograd.grad(slope, weights, unit, **options)[0] for unit in units]
        rows = None if each[0] is None else torch.stack(each)
    return none if rows is None else rows.movedim(0, -1)
