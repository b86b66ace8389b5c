"""Cells sigma(W z + U x + b): one affine map and a function of each component."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..deferred import deferred
from ..tensor_file import read_tensors
from .cell import Cell, given_matrix
from .weight_draw import drawn, two_norm

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class AffineCell(Cell):
    """h = W z + U x + b, with W as the cell makes it and b = 0 at first."""

    def __init__(self, n: int, inputs: int | None, seed: int, dtype: torch.dtype | None) -> None:
        super().__init__(n, inputs, seed + 1, dtype)
        self.b = torch.nn.Parameter(torch.zeros(n, dtype=dtype))

    def weight(self) -> Float[Tensor, "n n"]:
        """W."""
        raise NotImplementedError

    def affine(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S m"] | None = None) -> Float[Tensor, "S n"]:
        """h."""
        return torch.nn.functional.linear(z, self.weight(), self.b) + self.entered(x)

    @classmethod
    def from_weights(cls, *matrices: Any, **options: Any) -> Self:
        """A cell with these matrices, tensors or arrays, copied, in the dtype of the first."""
        raise NotImplementedError

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], **options: Any) -> Self:
        """A cell with the matrices of a safetensors file, called there as `from_weights` calls them.

        Raises ExperimentFileError where the file cannot be read, ValueError where it holds other matrices.
        """
        stored = read_tensors(path)
        parameters = inspect.signature(cls.from_weights).parameters.values()
        names = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
        needed = {each.name for each in parameters if each.default is each.empty}
        if not needed <= set(stored) <= set(names):
            held = ", ".join(sorted(stored)) or "nothing"
            raise ValueError(f"{Path(path).name} holds {held}, and a {cls.__name__} has {', '.join(names)}")
        matrices = {
            name: torch.tensor(tensor.array(), dtype=getattr(torch, tensor.dtype)) for name, tensor in stored.items()
        }
        return cls.from_weights(**matrices, **options)

    def take(self, U: Any, b: Any, like: Tensor) -> Self:
        """Itself with these U and b in place of its own, where they are not None."""
        self.U = None if U is None else given_matrix("U", U, (self.size, -1), like)
        if b is not None:
            self.b = given_matrix("b", b, (self.size,), like)
        return self.to(like.device, like.dtype)


class DenseCell(AffineCell):
    """sigma(W z + U x + b) with a W that is learned as it is.

    n: unknowns. inputs: see `Cell`. gain, init, seed: W as `drawn` draws it; U takes the next seed. norm: W is
    rescaled to this 2-norm once; training may change it, see `LipschitzCell`. dtype: None for torch's default.
    """

    def __init__(
        self,
        n: int,
        inputs: int | None = None,
        *,
        gain: float = 0.9,
        init: str = "normal",
        norm: float | None = None,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(n, inputs, seed, dtype)
        self.W = drawn((n, n), seed, gain, init, dtype)
        if norm is not None:
            self.W = _rescaled(self.W, norm)

    def weight(self) -> Float[Tensor, "n n"]:
        """W."""
        return self.W

    @classmethod
    def from_weights(cls, W: Any, U: Any = None, b: Any = None, *, norm: float | None = None) -> Self:
        """sigma(W z + U x + b) with W (n, n), U (n, m) and b (n,), tensors or arrays, copied, in the dtype of W.

        U None: x enters as it is. b None: 0. norm: W is rescaled to this 2-norm. Raises ValueError for other shapes
        and for numbers that are not real and finite.
        """
        given = given_matrix("W", W, (-1, -1))
        given = given_matrix("W", given, (len(given), len(given)))
        cell = cls(len(given)).take(U, b, given)
        cell.W = given if norm is None else _rescaled(given, norm)
        return cell


def _rescaled(matrix: Float[Tensor, "n n"], norm: float) -> torch.nn.Parameter:
    """The matrix times a factor, so that its 2-norm is `norm`."""
    if not norm > 0.0:
        raise ValueError(f"the norm of W must be above 0, not {norm!r}")
    size = two_norm(matrix.detach())
    if not float(size) > 0.0:
        raise ValueError("W is 0 and cannot be rescaled to a norm")
    return torch.nn.Parameter(matrix.detach() * (norm / size))
