"""Gradients of losses that look at solutions that are no numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from .deferred import deferred
from .gradient_method import Backward, Cotangent

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool
    from torch import Tensor
else:
    torch = deferred("torch")


def without_lost(found: Backward, cotangent: Cotangent, own: tuple[str, ...] = ("start",)) -> Backward:
    """`found`, and NaN for what hangs on states that are no numbers.

    Where the loss takes a state that is not finite, v != 0, it has no derivative by the start of that sample nor by
    inputs that all samples share. A method that goes back over the steps that there were, or over none, as from a start
    that is NaN, would tell a number. own: names of what has a row for each sample.
    """
    if bool(torch.isfinite(found.at).all()):
        return found
    lost = lost_states(found.at, cotangent(found.at))
    rows = lost.reshape(len(lost), -1).any(dim=1)
    return replace(found, grads=masked(found.grads, rows, own))


def masked(
    grads: Mapping[str, Tensor], lost: Bool[Tensor, "S"], own: tuple[str, ...] = ("start",)
) -> Mapping[str, Tensor]:
    """The gradients, NaN where a sample is lost: its rows of what is in `own`, and all of the others."""
    if not bool(lost.any()):
        return grads
    rows = {
        name: lost.to(grads[name].device).reshape(-1, *[1] * (grads[name].ndim - 1)) for name in own if name in grads
    }
    return {
        name: gradient.masked_fill(rows[name], torch.nan) if name in rows else torch.full_like(gradient, torch.nan)
        for name, gradient in grads.items()
    }


def lost_states(z: Tensor, v: Tensor) -> Bool[Tensor, "..."]:
    """Which of the states z (..., n) are not finite though the loss takes them, v = d loss / d z."""
    return (~torch.isfinite(z) & (v != 0.0)).any(dim=-1)
