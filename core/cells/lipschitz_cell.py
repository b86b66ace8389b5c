"""A cell that stays a contraction while it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ..deferred import deferred
from .affine_cell import AffineCell
from .cell import given_matrix
from .weight_draw import drawn, two_norm

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

_SIGMAS = ("relu", "tanh")


class LipschitzCell(AffineCell):
    """f(z, x) = sigma(W z + U x + b) with W = bound V / |V|_2, sigma with slopes between 0 and 1.

    Whatever V becomes, |f(a, x) - f(b, x)| <= bound |a - b|, but for rounding. A bound below 1 makes f a contraction:
    there is one fixed point, Picard's method converges to it by the bound or faster, and I - J has an inverse of norm
    at most 1 / (1 - bound). The largest singular value is computed at every call, which costs O(n^3).

    bound: above 0. sigma: "tanh" or "relu". The rest as in `DenseCell`, V being drawn as W is there.
    Source: T. Miyato, T. Kataoka, M. Koyama, Y. Yoshida, Spectral normalization for generative adversarial networks,
    ICLR 2018, whose power iteration is an exact decomposition here.
    """

    def __init__(
        self,
        n: int,
        inputs: int | None = None,
        *,
        bound: float = 0.9,
        sigma: str = "tanh",
        init: str = "normal",
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(n, inputs, seed, dtype)
        if not bound > 0.0:
            raise ValueError(f"the Lipschitz bound must be above 0, not {bound!r}")
        if sigma not in _SIGMAS:
            raise ValueError(f"sigma must be one of {', '.join(_SIGMAS)}, not {sigma!r}")
        self.bound, self.sigma = float(bound), sigma
        self.V = drawn((n, n), seed, 1.0, init, dtype)

    def weight(self) -> Float[Tensor, "n n"]:
        """W = bound V / |V|_2."""
        return self.V * (self.bound / two_norm(self.V))

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """sigma(W z + U x + b)."""
        h = self.affine(z, x)
        return torch.tanh(h) if self.sigma == "tanh" else torch.relu(h)

    @classmethod
    def from_weights(cls, V: Any, U: Any = None, b: Any = None, *, bound: float = 0.9, sigma: str = "tanh") -> Self:
        """A cell with V (n, n), U (n, m) and b (n,), tensors or arrays, copied, in the dtype of V.

        U None: x enters as it is. b None: 0. Raises ValueError for other shapes, for numbers that are not real and
        finite, and for V = 0.
        """
        given = given_matrix("V", V, (-1, -1))
        given = given_matrix("V", given, (len(given), len(given)))
        if not bool(given.any()):
            raise ValueError("V is 0 and cannot be rescaled to a norm")
        cell = cls(len(given), bound=bound, sigma=sigma).take(U, b, given)
        cell.V = given
        return cell

    def extra_repr(self) -> str:
        """What `print` shows."""
        return f"{super().extra_repr()}, bound={self.bound:g}, sigma={self.sigma}"
