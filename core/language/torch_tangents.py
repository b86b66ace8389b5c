"""Tensors with their derivatives along several directions at once, which share every value that the walk computes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
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


_NARROW = 4
"""Columns up to which a matrix is stored column by column: the products of its gradient are then several times as
fast."""


class TorchTangents:
    """value (*batch, *own): a function of a state (*batch, n). slopes (d, *batch, *own): its derivatives along d
    directions, whose axes of the batch have length 1 where they do not depend on the sample.

    lead: how many axes the batch has. matrix (m, k): slopes (d, *batch, k) are those before it is applied to them,
    which is put off until somebody asks.
    """

    __slots__ = ("_matrix", "_slopes", "lead", "value")

    def __init__(
        self, value: torch.Tensor, slopes: torch.Tensor, lead: int, matrix: torch.Tensor | None = None
    ) -> None:
        own = value.shape[lead:]
        if matrix is None and slopes.shape[1 + lead :] != own:
            slopes = slopes.expand(*slopes.shape[: 1 + lead], *own)
        self.value, self.lead, self._slopes, self._matrix = value, lead, slopes, matrix

    @property
    def slopes(self) -> torch.Tensor:
        """Along every direction."""
        if self._matrix is not None:
            self._slopes, self._matrix = torch.nn.functional.linear(self._slopes, self._matrix), None
        return self._slopes

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the value."""
        return tuple(self.value.shape)

    @property
    def ndim(self) -> int:
        """The number of axes of the value."""
        return self.value.ndim

    def moved(self, move: Callable[[torch.Tensor], torch.Tensor]) -> TorchTangents:
        """What a linear function without constants makes of it, which counts axes from the end."""
        return TorchTangents(move(self.value), move(self.slopes), self.lead)

    def spread(self) -> torch.Tensor:
        """The slopes with every axis of the value."""
        return self.slopes.expand(-1, *self.value.shape)

    def reshape(self, shape: tuple[int, ...]) -> TorchTangents:
        """With other axes behind those of the batch."""
        kept = self.slopes.shape[: 1 + self.lead]
        return TorchTangents(self.value.reshape(shape), self.slopes.reshape(*kept, *shape[self.lead :]), self.lead)

    def swapaxes(self, one: int, other: int) -> TorchTangents:
        """With two axes in each other's place, counted from the end."""
        return self.moved(lambda tensor: tensor.swapaxes(one, other))

    def sum(self, axes: Any) -> TorchTangents:
        """Sums over axes, counted from the end."""
        return self.moved(lambda tensor: tensor.sum(axes))

    def __getitem__(self, index: Any) -> TorchTangents:
        return self.moved(lambda tensor: tensor[index])

    def __matmul__(self, other: Any) -> TorchTangents:
        return _product(torch.matmul, self, other)

    def __rmatmul__(self, other: Any) -> TorchTangents:
        return _product(torch.matmul, other, self)

    def __mul__(self, other: Any) -> TorchTangents:
        return _product(torch.mul, self, other)

    __rmul__ = __mul__

    def __sub__(self, other: Any) -> Any:
        return _elementwise("sub", self, other)

    def __truediv__(self, other: Any) -> Any:
        return _elementwise("div", self, other)


def trace(tangents: TorchTangents) -> torch.Tensor:
    """The sum of the slopes of the i-th component along the i-th direction, of vectors along as many directions."""
    slopes, matrix = tangents._slopes, tangents._matrix
    if matrix is None:
        return slopes.diagonal(dim1=0, dim2=-1).sum(-1)
    rows = matrix.reshape(len(matrix), *[1] * tangents.lead, -1)
    return (slopes * rows).sum((0, -1))  # of the product no more than is asked for


def _product(multiply: Callable[[Any, Any], torch.Tensor], left: Any, right: Any) -> TorchTangents:
    if not isinstance(right, TorchTangents):
        product: TorchTangents = left.moved(lambda tensor: multiply(tensor, right))
        return product
    if not isinstance(left, TorchTangents):
        return right.moved(lambda tensor: multiply(left, tensor))
    slopes = multiply(left.slopes, right.value) + multiply(left.value, right.slopes)
    return TorchTangents(multiply(left.value, right.value), slopes, left.lead)


def _elementwise(operation: str, *arguments: Any) -> Any:
    operations = torch_library().operations
    moving = tuple(isinstance(argument, TorchTangents) for argument in arguments)
    if True not in moving:
        return operations[operation](*arguments)
    outputs, nodes = tangent_rule(operation, moving)
    count, found = len(arguments), dict[int, Any]()
    for place, node in nodes:
        if node.operation == "number":
            found[place] = node.value
        elif node.operation == "state":
            argument = arguments[node.index % count]
            known = argument.slopes if node.index >= count else argument
            found[place] = known.value if isinstance(known, TorchTangents) else known
        else:
            found[place] = operations[node.operation](*(found[argument] for argument in node.arguments))
    value, slopes = (found[place] for place in outputs)
    if not isinstance(slopes, torch.Tensor):  # 0 wherever there is a slope
        return value
    return TorchTangents(value, slopes, arguments[moving.index(True)].lead)


def _affine(matrix: Any, vector: Any, offset: Any) -> Any:
    linear = torch.nn.functional.linear
    if isinstance(matrix, TorchTangents) or isinstance(offset, TorchTangents):
        return _elementwise("add", vector @ matrix.swapaxes(-1, -2), offset)
    if not isinstance(vector, TorchTangents):
        return linear(vector, matrix, offset)
    if matrix.shape[1] <= _NARROW:
        matrix = matrix.T.contiguous().T
    return TorchTangents(linear(vector.value, matrix, offset), vector.slopes, vector.lead, matrix)


def _tanh(argument: Any) -> Any:
    """tanh' = 1 - tanh^2, in one operation with the product."""
    if not isinstance(argument, TorchTangents):
        return torch.tanh(argument)
    value = torch.tanh(argument.value)
    return TorchTangents(value, torch.ops.aten.tanh_backward(argument.slopes, value), argument.lead)


def _operation(operation: str) -> Callable[..., Any]:
    return lambda *arguments: _elementwise(operation, *arguments)


def _array(value: Any, like: TorchTangents) -> Any:
    return value if isinstance(value, TorchTangents) else torch_library().array(value, like.value)


def _moved(array: Any, move: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    return array.moved(move) if isinstance(array, TorchTangents) else move(array)


def _broadcast(*arrays: Any) -> list[Any]:
    """Values to their common shape; slopes follow when they are put side by side."""
    shape = np.broadcast_shapes(*(tuple(array.shape) for array in arrays))
    return [_spread(array, shape) for array in arrays]


def _spread(array: Any, shape: tuple[int, ...]) -> Any:
    if not isinstance(array, TorchTangents):
        return array.expand(shape)
    return TorchTangents(array.value.expand(shape), array.slopes, array.lead)


def _joined(arrays: Any, join: Callable[[Any], torch.Tensor]) -> Any:
    arrays = tuple(arrays)
    moving = [array for array in arrays if isinstance(array, TorchTangents)]
    if not moving:
        return join(arrays)
    values = [array.value if isinstance(array, TorchTangents) else array for array in arrays]
    count = len(moving[0].slopes)
    slopes = [
        array.spread() if isinstance(array, TorchTangents) else array.new_zeros(()).expand(count, *array.shape)
        for array in arrays
    ]
    return TorchTangents(join(values), join(slopes), moving[0].lead)


def _largest(array: Any) -> Any:
    """Without slopes: a softmax, which alone asks for it, is the same whatever is subtracted from its entries."""
    return torch_library().largest(array.value.detach() if isinstance(array, TorchTangents) else array)


@cache
def torch_tangents() -> ArrayLibrary:
    """The operations of the tree on `TorchTangents`; a tensor beside them is constant."""
    plain = torch_library()
    return ArrayLibrary(
        operations={operation: _operation(operation) for operation in plain.operations} | {"tanh": _tanh},
        array=_array,
        kind=lambda array: plain.kind(array.value),
        stack=lambda arrays, axis: _joined(arrays, lambda column: torch.stack(tuple(column), axis)),
        join=lambda arrays: _joined(arrays, lambda column: torch.cat(tuple(column), dim=-1)),
        broadcast=_broadcast,
        expand=_spread,
        roll=lambda array, places: _moved(array, lambda one: plain.roll(one, places)),
        largest=_largest,
        take=lambda array, places: _moved(array, lambda one: plain.take(one, places)),
        affine=_affine,
    )
