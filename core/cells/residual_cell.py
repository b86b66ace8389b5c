"""A residual block with a branch that decays: the steady state of a residual network."""

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


class ResidualCell(Cell):
    """f(z, x) = z + h (W2 tanh(W1 z + U x + b1) + b2 - z), U x inside the inner layer.

    Iterating it is a residual network with shared weights, or Euler's method for z' = W2 tanh(...) + b2 - z. The fixed
    points are those of the network at h = 1; where that has an eigenvalue lambda, f has 1 - h (1 - lambda).

    n: unknowns. inner: width of the inner layer; None: n. inputs: m, None: x has `inner` numbers. h: above 0. gain,
    seed: W1 and W2 are drawn as `drawn` does it. dtype: None for torch's default.
    Source: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition, CVPR 2016, for the block.
    """

    def __init__(
        self,
        n: int,
        inner: int | None = None,
        inputs: int | None = None,
        *,
        h: float = 0.5,
        gain: float = 0.9,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        width = n if inner is None else inner
        super().__init__(n, None, seed, dtype)
        if not h > 0.0:
            raise ValueError(f"the step h of a residual cell must be above 0, not {h!r}")
        self.h = float(h)
        self.U = None if inputs is None else drawn((width, inputs), seed + 1, dtype=dtype)
        self.W1, self.W2 = drawn((width, n), seed, gain, dtype=dtype), drawn((n, width), seed + 2, gain, dtype=dtype)
        self.b1 = torch.nn.Parameter(torch.zeros(width, dtype=dtype))
        self.b2 = torch.nn.Parameter(torch.zeros(n, dtype=dtype))

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """z + h (W2 tanh(W1 z + U x + b1) + b2 - z)."""
        linear = torch.nn.functional.linear
        inside = torch.tanh(linear(z, self.W1, self.b1) + self.entered(x))
        return z + self.h * (linear(inside, self.W2, self.b2) - z)

    def extra_repr(self) -> str:
        """What `print` shows."""
        return f"n={self.size}, inner={len(self.b1)}, h={self.h:g}"
