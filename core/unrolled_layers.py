"""Gradient flow through the layers of an unrolled fixed-point iteration: every truncation from one backward pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .deferred import deferred
from .vector_jacobian import gradients, leaves

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from jaxtyping import Float
    from torch import Tensor

    from .gradient_method import Cotangent
    from .vector_jacobian import Inputs, LayerFunction
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class UnrolledLayers:
    """Layers z_1 = f(z_0), ..., z_K = f(z_(K-1)) and what the loss of z_K sends back through them.

    z (K + 1, S, n): z_0 to z_K. cotangents (K + 1, S, n): d loss / d z_k, of the last one the loss's own.
    shares: by input, (K, ...): what the k-th application of f contributes to the gradient.
    """

    z: Float[Tensor, "K1 S n"]
    cotangents: Float[Tensor, "K1 S n"]
    shares: Mapping[str, Tensor]

    def truncated(self) -> dict[str, Tensor]:
        """By input, (K, ...): the gradient through the last k = 1..K applications alone."""
        return {name: share.flip(0).cumsum(0) for name, share in self.shares.items()}


def unroll(
    f: LayerFunction, begin: Float[Tensor, "S n"], layers: int, cotangent: Cotangent, inputs: Inputs
) -> UnrolledLayers:
    """Apply f `layers` times from `begin`, each time with inputs of its own, and differentiate once.

    A layer's own copy of the inputs collects what that layer alone contributes.
    """
    copies = [leaves(inputs) for _ in range(layers)]
    with torch.enable_grad():
        points = [begin.detach().requires_grad_()]
        for own in copies:
            points.append(f(points[-1], {**inputs, **own}))
    end = points[-1].detach()
    v = cotangent(end)
    names = list(copies[0])
    wanted = [*points[:-1], *(own[name] for name in names for own in copies)]
    found = gradients(points[-1], v, wanted)
    shares = {name: torch.stack(found[layers * (1 + place) : layers * (2 + place)]) for place, name in enumerate(names)}
    return UnrolledLayers(
        z=torch.stack([point.detach() for point in points]),
        cotangents=torch.stack([*found[:layers], v]),
        shares=shares,
    )
