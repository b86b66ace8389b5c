"""Self-attention as an implicit layer: tokens that look at one another until they agree."""

from __future__ import annotations

import math
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


class AttentionCell(Cell):
    """f(Z, X) = softmax(Q K^T / sqrt(d)) V + X with Q = Z WQ^T, K = Z WK^T, V = Z WV^T, rows of T tokens flattened.

    Z and X (T, d) of a sample are rows of n = T d numbers, token by token. The softmax is along the keys: each row of
    `mixture` is positive and sums to 1, so that each token of f - X lies in the convex hull of V's rows.

    tokens: T. width: d. gain: WV is drawn as N(0, gain^2 / d), WQ and WK as N(0, 1 / d). dtype: None for torch's
    default. A small gain makes a fixed point likely, and no gain but 0 makes one sure: attention has no Lipschitz
    constant on the whole space.
    Sources: A. Vaswani and others, Attention is all you need, NeurIPS 2017; H. Kim, G. Papamakarios, A. Mnih, The
    Lipschitz constant of self-attention, ICML 2021.
    """

    def __init__(
        self, tokens: int, width: int, *, gain: float = 0.5, seed: int = 0, dtype: torch.dtype | None = None
    ) -> None:
        super().__init__(tokens * width, None, seed, dtype)
        self.tokens, self.width = tokens, width
        shape = (width, width)
        self.WQ, self.WK = drawn(shape, seed, dtype=dtype), drawn(shape, seed + 1, dtype=dtype)
        self.WV = drawn(shape, seed + 2, gain, dtype=dtype)

    def mixture(self, z: Float[Tensor, "S n"]) -> Float[Tensor, "S T T"]:
        """softmax(Q K^T / sqrt(d)): what share of each token's answer comes from which token."""
        rows = self._tokens(z)
        scores = (rows @ self.WQ.T) @ (rows @ self.WK.T).mT / math.sqrt(self.width)
        return torch.softmax(scores, dim=-1)

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S n"] | None = None) -> Float[Tensor, "S n"]:
        """softmax(Q K^T / sqrt(d)) V + X, flattened again."""
        mixed = self.mixture(z) @ (self._tokens(z) @ self.WV.T)
        return mixed.reshape(z.shape) + self.entered(x)

    def _tokens(self, z: Float[Tensor, "S n"]) -> Float[Tensor, "S T d"]:
        return z.reshape(-1, self.tokens, self.width)

    def extra_repr(self) -> str:
        """What `print` shows."""
        return f"tokens={self.tokens}, width={self.width}"
