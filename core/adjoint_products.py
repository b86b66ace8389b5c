"""Products of the adjoint with the derivatives of a field, row by row and summed over rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from .array_library import TORCH, ArrayLibrary
from .deferred import deferred
from .vector_jacobian import Inputs, gradients

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from .gradient_method import TimedFunction
else:
    torch = deferred("torch")


class AdjointProducts(Protocol):
    """Of f(t, z; inputs): t (L,), z and a (L, n), arrays of `library`; rows of several trajectories together."""

    library: ArrayLibrary

    def rows(self, t: Any, z: Any, a: Any, numbers: Sequence[str]) -> tuple[Any, Any]:
        """f (L, n), and beside each other (df/dz)^T a (L, n) and (df/dp)^T a of every input p in `numbers`."""

    def summed(self, t: Any, z: Any, a: Any, names: Sequence[str]) -> list[Tensor]:
        """sum over the rows of (df/dp)^T a for every input p in `names`, of any shape."""


class TorchProducts:
    """By automatic differentiation: every call is one of f and one backward pass."""

    def __init__(self, f: TimedFunction, inputs: Inputs) -> None:
        self.library = TORCH
        self._f, self._inputs = f, inputs

    def rows(self, t: Tensor, z: Tensor, a: Tensor, numbers: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Every row has numbers of its own, so that its products are its own."""
        with torch.enable_grad():
            point = z.detach().requires_grad_()
            own = {name: self._inputs[name].expand(len(z)).clone().requires_grad_() for name in numbers}
            rate = self._f(t.to(z.dtype), point, {**self._inputs, **own})
        state, *others = gradients(rate, a, [point, *own.values()])
        products = torch.cat([state, *(other[:, None] for other in others)], dim=1) if others else state
        return rate.detach(), products

    def summed(self, t: Tensor, z: Tensor, a: Tensor, names: Sequence[str]) -> list[Tensor]:
        """One backward pass for all rows."""
        with torch.enable_grad():
            tracked = {name: self._inputs[name].detach().requires_grad_() for name in names}
            rate = self._f(t.to(z.dtype), z.detach(), {**self._inputs, **tracked})
        return gradients(rate, a, list(tracked.values()))


_MOST_ROWS = 4_096
"""So many rows share a call: more of them are no quicker, and their tape is larger."""


def summed_in_parts(
    products: AdjointProducts, t: Any, z: Any, a: Any, names: Sequence[str]
) -> tuple[list[Tensor], int]:
    """`AdjointProducts.summed` over any number of rows, and how many calls it took; no sums where there are no rows."""
    totals: list[Tensor] = []
    begins = range(0, len(t) if names else 0, _MOST_ROWS)
    for begin in begins:
        part = slice(begin, begin + _MOST_ROWS)
        sums = products.summed(t[part], z[part], a[part], names)
        totals = [total + more for total, more in zip(totals, sums, strict=True)] if totals else sums
    return totals, len(begins)
