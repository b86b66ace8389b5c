"""Derivatives of a dense network at many points, written out: large products of matrices and no tape."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .deferred import deferred
from .tracing.dense_network import Linear, Outline

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

Pair = tuple["Tensor | None", "Tensor | None"]
"""Of a linear layer's W and b."""
Wanted = tuple[bool, bool]


class NetworkPullback:
    """J^T v and (df/d weight)^T v of a network f at one block of points after the other, on the processor.

    tensors: W and b of every linear layer. wanted: which of them, W or b, are differentiated by. Of a point as many
    numbers are kept as `numbers` says, until the next block. Products are made on arrays, which share the memory of the
    tensors: there are many, each of few numbers, and a call of torch costs as much as what it computes.
    """

    def __init__(
        self, outline: Outline, tensors: Sequence[tuple[Tensor, Tensor | None]], wanted: Sequence[Wanted]
    ) -> None:
        self._linear = [_Linear(*pair, *asked) for pair, asked in zip(tensors, wanted, strict=True)]
        waiting = iter(self._linear)
        self._parts: list[_Part] = []
        for layer in outline.layers:
            if isinstance(layer, Linear):
                self._parts.append(next(waiting))
            elif layer != "identity":
                self._parts.append(_Bend(layer, bool(self._parts) and isinstance(self._parts[-1], _Linear)))
        apart = sum(1 for part in self._parts if isinstance(part, _Bend) and not part.in_place)
        self.numbers = outline.linear[0].inputs + sum(2 * layer.outputs for layer in outline.linear)
        self.numbers += apart * outline.widest

    def open(self, points: Float[Tensor, "m n"]) -> None:
        """Evaluate the network at the points of a block."""
        *inner, last = self._parts
        for part in inner:
            points = part.open(points)
        last.open(points, is_last=True)

    def product(self, rows: slice, v: Float[np.ndarray, "r n"], out: Float[np.ndarray, "r n"]) -> None:
        """Put J^T v into `out`, at some of the points of the block, every one of which is asked for once."""
        *before, last = self._parts
        if last.inbox is not None:
            last.inbox[rows] = v
        while before:
            room = before[-1].inbox
            v, last = last.product(rows, v, None if room is None else room[rows]), before.pop()
        last.product(rows, v, out)

    def close(self) -> None:
        """Add (df/d weight)^T v of the whole block to `gradients`."""
        for layer in self._linear:
            layer.close()

    @property
    def gradients(self) -> list[Pair]:
        """By W and b of every linear layer, over all blocks; None where it is not wanted."""
        return [(layer.by_weight, layer.by_bias) for layer in self._linear]


class _Room:
    """Memory that is kept from block to block: to ask the system for it anew costs as much as to compute."""

    def __init__(self) -> None:
        self._numbers: Tensor | None = None

    def of(self, rows: int, columns: int, like: Tensor) -> Tensor:
        """Numbers of any value, (rows, columns)."""
        if self._numbers is None or len(self._numbers) < rows * columns:
            self._numbers = like.new_empty(rows * columns)
        return self._numbers[: rows * columns].view(rows, columns)


class _Part(ABC):
    """A layer in a block of points. inbox: where it wants the v of its outputs, row by row; None: it keeps none."""

    inbox: np.ndarray | None = None

    @abstractmethod
    def open(self, x: Tensor, is_last: bool = False) -> Tensor:
        """The outputs, but of the last layer, whose outputs nobody needs; keep what a product takes."""

    @abstractmethod
    def product(self, rows: slice, v: np.ndarray, room: np.ndarray | None, /) -> np.ndarray:
        """J^T v, in `room` where there is one."""


class _Linear(_Part):
    """W x + b: it keeps x."""

    def __init__(self, weight: Tensor, bias: Tensor | None, by_weight: bool, by_bias: bool) -> None:
        self._weight, self._bias = weight.detach(), None if bias is None else bias.detach()
        self.by_weight = torch.zeros_like(self._weight) if by_weight else None
        self.by_bias = torch.zeros_like(self._bias) if self._bias is not None and by_bias else None
        self._numbers = self._weight.numpy()
        self._outputs, self._back = _Room(), _Room()
        self._x: Tensor
        self._v: Tensor

    def open(self, x: Tensor, is_last: bool = False) -> Tensor:
        rows, columns = len(x), len(self._weight)
        self._x, self._v = x, self._back.of(rows, columns, x)
        self.inbox = self._v.numpy()
        if is_last:
            return x
        y = self._outputs.of(rows, columns, x)
        if self._bias is None:
            return torch.mm(x, self._weight.T, out=y)
        return torch.addmm(self._bias, x, self._weight.T, out=y)

    def product(self, _rows: slice, v: np.ndarray, room: np.ndarray | None) -> np.ndarray:
        return np.matmul(v, self._numbers, out=room)

    def close(self) -> None:
        """Add what the block has to the gradients."""
        if self.by_weight is not None:
            self.by_weight.addmm_(self._v.T, self._x)
        if self.by_bias is not None:
            self.by_bias += self._v.sum(0)


class _Bend(_Part):
    """A function of one number: it keeps what its slope is told by, its outputs or its arguments.

    follows: whether a linear layer comes before, which needs its outputs no more.
    """

    def __init__(self, name: str, follows: bool) -> None:
        self._function, self._slope = _FUNCTIONS[name]
        self._by_outputs = name != "silu"
        self.in_place = follows and self._by_outputs
        self._outputs = _Room()
        self._kept: np.ndarray

    def open(self, x: Tensor, is_last: bool = False) -> Tensor:
        self._kept = x.numpy()
        if is_last and not self._by_outputs:
            return x
        y = x if self.in_place else self._outputs.of(len(x), x.shape[1], x)
        self._function(x, y)
        if self._by_outputs:
            self._kept = y.numpy()
        return y

    def product(self, rows: slice, v: np.ndarray, room: np.ndarray | None) -> np.ndarray:
        kept = self._kept[rows]
        out = np.empty_like(kept) if room is None else room
        self._slope(v, kept, out)
        return out


def _tanh_slope(v: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    np.multiply(y, y, out=out)
    np.subtract(1.0, out, out=out)
    np.multiply(v, out, out=out)


def _sigmoid_slope(v: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    np.subtract(1.0, y, out=out)
    np.multiply(y, out, out=out)
    np.multiply(v, out, out=out)


def _relu_slope(v: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    np.multiply(v, y > 0.0, out=out)


def _silu_slope(v: np.ndarray, x: np.ndarray, out: np.ndarray) -> None:
    into = torch.from_numpy(out)
    torch.ops.aten.silu_backward.grad_input(torch.from_numpy(v), torch.from_numpy(x), grad_input=into)


_Function = Callable[["Tensor", "Tensor"], object]
_Slope = Callable[[np.ndarray, np.ndarray, np.ndarray], None]
_FUNCTIONS: dict[str, tuple[_Function, _Slope]] = {
    "tanh": (lambda x, out: torch.tanh(x, out=out), _tanh_slope),
    "sigmoid": (lambda x, out: torch.sigmoid(x, out=out), _sigmoid_slope),
    "relu": (lambda x, out: torch.clamp_min(x, 0, out=out), _relu_slope),
    "silu": (lambda x, out: torch.ops.aten.silu.out(x, out=out), _silu_slope),
}
"""phi(x), and v phi'(x) from y = phi(x), or from x, of the functions in `Outline.layers`."""
