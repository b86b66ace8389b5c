"""The residual block of the tutorial's equilibrium model, for vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..deferred import deferred
from .cell import Cell
from .weight_draw import drawn

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class NormalisedResidualCell(Cell):
    """f(z, x) = norm(relu(z + norm(U x + W2 norm(relu(W1 z))))), each norm with weights of its own.

    A norm makes the mean of every group of components 0 and their variance 1 within a sample, then scales and shifts
    them; one group is a layer norm. Every f(z, x) lies in a bounded set, so that there is a fixed point.

    n: unknowns. inner: width of the inner layer; None: n. inputs: see `Cell`. groups: a divisor of n and of inner.
    gain, seed: W1 and W2 are drawn as `drawn` does it. dtype: None for torch's default.
    Source: Z. Kolter, D. Duvenaud, M. Johnson, Deep implicit layers, tutorial at NeurIPS 2020, chapter 4.
    """

    def __init__(
        self,
        n: int,
        inner: int | None = None,
        inputs: int | None = None,
        *,
        groups: int = 1,
        gain: float = 0.2,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        width = n if inner is None else inner
        super().__init__(n, inputs, seed + 1, dtype)
        self.W1, self.W2 = drawn((width, n), seed, gain, dtype=dtype), drawn((n, width), seed + 2, gain, dtype=dtype)
        self.norm1 = torch.nn.GroupNorm(groups, width, dtype=dtype)
        self.norm2 = torch.nn.GroupNorm(groups, n, dtype=dtype)
        self.norm3 = torch.nn.GroupNorm(groups, n, dtype=dtype)

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """norm(relu(z + norm(U x + W2 norm(relu(W1 z)))))."""
        linear = torch.nn.functional.linear
        inside = self.norm1(torch.relu(linear(z, self.W1)))
        branch = self.norm2(self.entered(x) + linear(inside, self.W2))
        answer: Tensor = self.norm3(torch.relu(z + branch))
        return answer
