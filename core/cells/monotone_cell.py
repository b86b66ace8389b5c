"""A cell with one fixed point by construction, though it need be no contraction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ..deferred import deferred
from .affine_cell import AffineCell
from .cell import given_matrix
from .weight_draw import drawn

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class MonotoneCell(AffineCell):
    """f(z, x) = relu(W z + U x + b) with W = (1 - m) I - A^T A + B - B^T.

    The symmetric part of I - W is m I + A^T A, whatever A and B become: there is one fixed point for every x, which
    Peaceman-Rachford splitting finds with every alpha above 0, and forward-backward splitting with alpha below
    2 m / |I - W|_2^2.

    margin: m, above 0. gain: A and B are drawn as N(0, gain^2 / n), with the seed and the second next one.
    inputs, dtype: as in `DenseCell`.
    Source: E. Winston, J. Z. Kolter, Monotone operator equilibrium networks, NeurIPS 2020.
    """

    def __init__(
        self,
        n: int,
        inputs: int | None = None,
        *,
        margin: float = 0.5,
        gain: float = 1.0,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(n, inputs, seed, dtype)
        if not margin > 0.0:
            raise ValueError(f"the margin m of a monotone cell must be above 0, not {margin!r}")
        self.margin = float(margin)
        self.A, self.B = drawn((n, n), seed, gain, dtype=dtype), drawn((n, n), seed + 2, gain, dtype=dtype)

    def weight(self) -> Float[Tensor, "n n"]:
        """W = (1 - m) I - A^T A + B - B^T."""
        unit = torch.eye(self.size, dtype=self.A.dtype, device=self.A.device)
        return (1.0 - self.margin) * unit - self.A.T @ self.A + self.B - self.B.T

    def preactivation(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """W z + U x + b, which splitting methods ask for."""
        return self.affine(z, x)

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """relu(W z + U x + b)."""
        return torch.relu(self.affine(z, x))

    @classmethod
    def from_weights(cls, A: Any, B: Any, U: Any = None, b: Any = None, *, margin: float = 0.5) -> Self:
        """A cell with A and B (n, n), U (n, m) and b (n,), tensors or arrays, copied, in the dtype of A.

        U None: x enters as it is. b None: 0. Raises ValueError for other shapes and for numbers that are not real and
        finite.
        """
        given = given_matrix("A", A, (-1, -1))
        square = (given.shape[1],) * 2
        cell = cls(square[0], margin=margin).take(U, b, given)
        cell.A, cell.B = given_matrix("A", given, square), given_matrix("B", B, square, given)
        return cell

    def extra_repr(self) -> str:
        """What `print` shows."""
        return f"{super().extra_repr()}, margin={self.margin:g}"
