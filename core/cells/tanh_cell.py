"""The layer of the tutorial: z = tanh(W z + U x + b)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..deferred import deferred
from .affine_cell import DenseCell

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class TanhCell(DenseCell):
    """f(z, x) = tanh(W z + U x + b). See `DenseCell` for the weights.

    It has a fixed point whatever W is, and one alone where the 2-norm of W is below 1.
    Source: Z. Kolter, D. Duvenaud, M. Johnson, Deep implicit layers, tutorial at NeurIPS 2020, chapters 1 and 2.
    """

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """tanh(W z + U x + b)."""
        return torch.tanh(self.affine(z, x))
