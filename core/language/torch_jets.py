"""Tensors with their derivatives along a curve: Taylor-mode differentiation of whole vectors and matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from .array_functions import ArrayLibrary
from .emit_torch import torch_library
from .tangent_rules import tangent_rule

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


class TorchJet:
    """rows: a function of s and its derivatives by s at one s, each of the same shape. A tensor beside it is constant.

    Source: A. Griewank, A. Walther, Evaluating derivatives, 2nd edition, SIAM 2008, chapter 13.
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Sequence[torch.Tensor]) -> None:
        shape = rows[0].shape
        self.rows = tuple(row if row.shape == shape else row.expand(shape) for row in rows)

    @property
    def value(self) -> torch.Tensor:
        """The function itself."""
        return self.rows[0]

    @property
    def shape(self) -> tuple[int, ...]:
        """That of every row."""
        return tuple(self.value.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.value.ndim

    def moved(self, move: Callable[[torch.Tensor], torch.Tensor]) -> TorchJet:
        """What a linear function without constants makes of it."""
        return TorchJet([move(row) for row in self.rows])

    def reshape(self, shape: tuple[int, ...]) -> TorchJet:
        """With other axes."""
        return self.moved(lambda tensor: tensor.reshape(shape))

    def swapaxes(self, one: int, other: int) -> TorchJet:
        """With two axes in each other's place."""
        return self.moved(lambda tensor: tensor.swapaxes(one, other))

    def sum(self, axes: Any) -> TorchJet:
        """Sums over axes."""
        return self.moved(lambda tensor: tensor.sum(axes))

    def __getitem__(self, index: Any) -> TorchJet:
        return self.moved(lambda tensor: tensor[index])

    def __matmul__(self, other: Any) -> TorchJet:
        return _product(torch.matmul, self, other)

    def __rmatmul__(self, other: Any) -> TorchJet:
        return _product(torch.matmul, other, self)

    def __mul__(self, other: Any) -> TorchJet:
        return _product(torch.mul, self, other)

    __rmul__ = __mul__

    def __sub__(self, other: Any) -> Any:
        return _elementwise("sub", self, other)

    def __truediv__(self, other: Any) -> Any:
        return _elementwise("div", self, other)


def _product(multiply: Callable[[Any, Any], torch.Tensor], left: Any, right: Any) -> TorchJet:
    """By Leibniz's rule."""
    if not isinstance(right, TorchJet):
        jet: TorchJet = left.moved(lambda tensor: multiply(tensor, right))
        return jet
    if not isinstance(left, TorchJet):
        return right.moved(lambda tensor: multiply(left, tensor))
    rows = []
    for order in range(len(left.rows)):
        row = multiply(left.rows[0], right.rows[order])
        for place in range(1, order + 1):
            term = multiply(left.rows[place], right.rows[order - place])
            row = row + (term if place == order else comb(order, place) * term)
        rows.append(row)
    return TorchJet(rows)


def _elementwise(operation: str, *arguments: Any) -> Any:
    operations = torch_library().operations
    jets = [argument for argument in arguments if isinstance(argument, TorchJet)]
    if not jets:
        return operations[operation](*arguments)
    moving = tuple(isinstance(argument, TorchJet) for argument in arguments)
    outputs, nodes = tangent_rule(operation, moving, len(jets[0].rows) - 1)
    count, found = len(arguments), dict[int, Any]()
    for place, node in nodes:
        if node.operation == "number":
            found[place] = node.value
        elif node.operation == "state":
            row, which = divmod(node.index, count)
            argument = arguments[which]
            found[place] = argument.rows[row] if moving[which] else argument
        else:
            found[place] = operations[node.operation](*(found[argument] for argument in node.arguments))
    value, *slopes = (found[place] for place in outputs)
    if not any(isinstance(slope, torch.Tensor) for slope in slopes):  # numbers: 0 wherever there is a derivative
        return value
    return TorchJet([value, *(torch.as_tensor(slope, dtype=value.dtype, device=value.device) for slope in slopes)])


def _affine(matrix: Any, vector: Any, offset: Any) -> Any:
    linear = torch.nn.functional.linear
    if isinstance(matrix, TorchJet) or isinstance(offset, TorchJet):
        return _elementwise("add", vector @ matrix.swapaxes(-1, -2), offset)
    if not isinstance(vector, TorchJet):
        return linear(vector, matrix, offset)
    value, *slopes = vector.rows
    return TorchJet([linear(value, matrix, offset), *(linear(slope, matrix) for slope in slopes)])


def _operation(operation: str) -> Callable[..., Any]:
    return lambda *arguments: _elementwise(operation, *arguments)


def _moved(array: Any, move: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    return array.moved(move) if isinstance(array, TorchJet) else move(array)


def _joined(arrays: Any, join: Callable[[Any], torch.Tensor]) -> Any:
    arrays = tuple(arrays)
    jets = [array for array in arrays if isinstance(array, TorchJet)]
    if not jets:
        return join(arrays)
    rows = [
        array.rows if isinstance(array, TorchJet) else (array, *[torch.zeros_like(array)] * (len(jets[0].rows) - 1))
        for array in arrays
    ]
    return TorchJet([join(column) for column in zip(*rows, strict=True)])


def _broadcast(*arrays: Any) -> list[Any]:
    shape = np.broadcast_shapes(*(tuple(array.shape) for array in arrays))
    return [_moved(array, lambda tensor: tensor.expand(shape)) for array in arrays]


def _largest(array: Any) -> Any:
    """Without derivatives: a softmax, which alone asks for it, is the same whatever is subtracted from its entries."""
    return torch_library().largest(array.value.detach() if isinstance(array, TorchJet) else array)


@cache
def torch_jets() -> ArrayLibrary:
    """The operations of the tree on `TorchJet`; all jets of a walk have as many rows."""
    plain = torch_library()
    return ArrayLibrary(
        operations={operation: _operation(operation) for operation in plain.operations},
        array=lambda value, like: value if isinstance(value, TorchJet) else plain.array(value, like.value),
        kind=lambda array: plain.kind(array.value),
        stack=lambda arrays, axis: _joined(arrays, lambda column: torch.stack(tuple(column), axis)),
        join=lambda arrays: _joined(arrays, lambda column: torch.cat(tuple(column), dim=-1)),
        broadcast=_broadcast,
        expand=lambda array, shape: _moved(array, lambda tensor: tensor.expand(shape)),
        roll=lambda array, places: _moved(array, lambda tensor: plain.roll(tensor, places)),
        largest=_largest,
        take=lambda array, places: _moved(array, lambda tensor: plain.take(tensor, places)),
        affine=_affine,
    )
