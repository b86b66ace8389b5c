"""The layer z = 1 / (1 + exp(-(W z + U x + b))), neurons with a graded answer."""

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


class SigmoidCell(DenseCell):
    """f(z, x) = sigmoid(W z + U x + b). See `DenseCell` for the weights.

    The slope of the sigmoid is at most 1/4: the fixed point is one alone where the 2-norm of W is below 4. For a
    symmetric W the fixed points are where Hopfield's energy is level.
    Source: J. J. Hopfield, Neurons with graded response have collective computational properties like those of
    two-state neurons, Proceedings of the National Academy of Sciences 81, 1984.
    """

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """sigmoid(W z + U x + b)."""
        return torch.sigmoid(self.affine(z, x))
