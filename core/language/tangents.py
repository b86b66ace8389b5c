"""Whole arrays with their derivatives along one direction: forward differentiation on vectors and matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .array_functions import ArrayLibrary
from .array_math import NUMPY
from .tangent_rules import tangent_rule


class Tangent:
    """value, slope: a function of s and its derivative by s, of the same shape. A numpy array beside it is constant."""

    __array_ufunc__ = None
    """numpy leaves what it is to be combined with to this class."""

    def __init__(self, value: np.ndarray, slope: np.ndarray) -> None:
        self.value = value
        self.slope = slope if slope.shape == value.shape else np.broadcast_to(slope, value.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """That of both arrays."""
        return self.value.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.value.ndim

    def moved(self, move: Callable[[np.ndarray], np.ndarray]) -> Tangent:
        """What a linear function without constants makes of it."""
        return Tangent(move(self.value), move(self.slope))

    def reshape(self, shape: tuple[int, ...]) -> Tangent:
        """With other axes."""
        return self.moved(lambda array: array.reshape(shape))

    def swapaxes(self, one: int, other: int) -> Tangent:
        """With two axes in each other's place."""
        return self.moved(lambda array: array.swapaxes(one, other))

    def sum(self, axes: Any) -> Tangent:
        """Sums over axes."""
        return self.moved(lambda array: array.sum(axes))

    def __getitem__(self, index: Any) -> Tangent:
        return self.moved(lambda array: array[index])

    def __matmul__(self, other: Any) -> Any:
        return _product(np.matmul, self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _product(np.matmul, other, self)

    def __mul__(self, other: Any) -> Any:
        return _product(np.multiply, self, other)

    __rmul__ = __mul__

    def __sub__(self, other: Any) -> Any:
        return _elementwise("sub", self, other)

    def __truediv__(self, other: Any) -> Any:
        return _elementwise("div", self, other)


def parts(array: Any) -> tuple[Any, Any]:
    """A value and its slope, 0 for a constant."""
    return (array.value, array.slope) if isinstance(array, Tangent) else (array, np.zeros(()))


def _product(multiply: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    (a, da), (b, db) = parts(left), parts(right)
    if not isinstance(right, Tangent):
        return Tangent(multiply(a, b), multiply(da, b))
    slope = multiply(a, db)
    return Tangent(multiply(a, b), multiply(da, b) + slope if isinstance(left, Tangent) else slope)


def _elementwise(operation: str, *arguments: Any) -> Any:
    function = NUMPY.operations[operation]
    if not any(isinstance(argument, Tangent) for argument in arguments):
        return function(*arguments)
    values, slopes = zip(*map(parts, arguments), strict=True)
    outputs, nodes = tangent_rule(operation, tuple(isinstance(argument, Tangent) for argument in arguments))
    inputs, found = [*values, *slopes], dict[int, Any]()
    for place, node in nodes:
        if node.operation in ("state", "number"):
            found[place] = inputs[node.index] if node.operation == "state" else np.asarray(node.value)
        else:
            found[place] = NUMPY.operations[node.operation](*(found[argument] for argument in node.arguments))
    value, slope = (np.asarray(found[place]) for place in outputs)
    return Tangent(value, slope)


def _operation(operation: str) -> Callable[..., Any]:
    return lambda *arguments: _elementwise(operation, *arguments)


def _joined(arrays: Any, join: Callable[[Any], np.ndarray]) -> Any:
    arrays = tuple(arrays)
    if not any(isinstance(array, Tangent) for array in arrays):
        return join(arrays)
    pairs = [(value, np.broadcast_to(slope, value.shape)) for value, slope in map(parts, arrays)]
    return Tangent(*(join(column) for column in zip(*pairs, strict=True)))


def _moved(array: Any, move: Callable[[Any], np.ndarray]) -> Any:
    return array.moved(move) if isinstance(array, Tangent) else move(array)


def _broadcast(*arrays: Any) -> list[Any]:
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    return [_moved(array, lambda one: np.broadcast_to(one, shape)) for array in arrays]


def _largest(array: Any) -> Any:
    """Along the last axis; what moves with the array follows its greatest entry."""
    if not isinstance(array, Tangent):
        return NUMPY.largest(array)
    place = np.argmax(array.value, axis=-1)[..., None]
    return array.moved(lambda one: np.take_along_axis(one, place, axis=-1)[..., 0])


TANGENTS = ArrayLibrary(
    operations={operation: _operation(operation) for operation in NUMPY.operations},
    array=lambda value, like: value if isinstance(value, Tangent) else NUMPY.array(value, like),
    kind=NUMPY.kind,
    stack=lambda arrays, axis: _joined(arrays, lambda column: np.stack(column, axis)),
    join=lambda arrays: _joined(arrays, NUMPY.join),
    broadcast=_broadcast,
    expand=lambda array, shape: _moved(array, lambda one: np.broadcast_to(one, shape)),
    roll=lambda array, places: _moved(array, lambda one: NUMPY.roll(one, places)),
    largest=_largest,
    take=lambda array, places: array[..., places],
)
