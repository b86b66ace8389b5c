"""What every cell has: a size, and a way in for x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..deferred import deferred
from .weight_draw import drawn

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class Cell(torch.nn.Module):
    """f(z, x), one row of z (S, n) and of x (S, m) per sample; no row has a part in another's.

    inputs: m, and x enters as U x with U (n, m) ~ N(0, 1/m); None: x has n numbers and enters as it is. A call without
    x leaves it out. size: n.
    """

    U: torch.nn.Parameter | None

    def __init__(self, n: int, inputs: int | None, seed: int, dtype: torch.dtype | None) -> None:
        super().__init__()
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise ValueError(f"the size n of a cell must be a whole number of at least 1, not {n!r}")
        self.size = n
        self.U = None if inputs is None else drawn((n, inputs), seed, dtype=dtype)

    def entered(self, x: Float[Tensor, "S m"] | None) -> Float[Tensor, "S n"] | float:
        """U x, or x; 0 where there is none."""
        if x is None:
            return 0.0
        return x if self.U is None else torch.nn.functional.linear(x, self.U)

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """f(z, x)."""
        raise NotImplementedError

    def extra_repr(self) -> str:
        """What `print` shows."""
        return f"n={self.size}" if self.U is None else f"n={self.size}, inputs={self.U.shape[1]}"


def given_matrix(name: str, values: Any, shape: tuple[int, ...], like: Tensor | None = None) -> torch.nn.Parameter:
    """A parameter from a tensor or an array, copied; -1 in the shape takes any length.

    like: a tensor whose dtype and device it gets. Raises ValueError for another shape and for numbers that are not
    real and finite.
    """
    tensor = torch.as_tensor(values).detach().clone()
    fits = tensor.ndim == len(shape) and all(want in (-1, size) for want, size in zip(shape, tensor.shape, strict=True))
    if not fits:
        wanted = " x ".join("any" if size == -1 else str(size) for size in shape)
        raise ValueError(f"{name} must have the shape {wanted}, not {' x '.join(map(str, tensor.shape)) or 'none'}")
    if tensor.is_complex() or not bool(torch.isfinite(tensor).all()):
        raise ValueError(f"{name} must hold real, finite numbers")
    if not tensor.is_floating_point():
        tensor = tensor.to(torch.get_default_dtype())
    return torch.nn.Parameter(tensor if like is None else tensor.to(like.device, like.dtype))
