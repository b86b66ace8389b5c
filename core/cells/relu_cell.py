"""The layer z = relu(W z + U x + b), which is piecewise affine."""

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


class ReluCell(DenseCell):
    """f(z, x) = relu(W z + U x + b). See `DenseCell` for the weights.

    Splitting methods take it: `preactivation` is what they ask for. It has one fixed point for every x where the
    spectral radius of |W|, entry by entry, is below 1, or where I - W has a positive definite symmetric part; other W
    may leave it none, or several.
    Source: L. El Ghaoui, F. Gu, B. Travacca, A. Askari, A. Tsai, Implicit deep learning, SIAM Journal on Mathematics
    of Data Science 3, 2021.
    """

    def preactivation(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """W z + U x + b."""
        return self.affine(z, x)

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """relu(W z + U x + b)."""
        return torch.relu(self.affine(z, x))
