"""Functions of whole vectors and matrices, composed from the operations of an expression tree.

A value has its own axes behind those of the batch; a constant has no batch axes. numpy and torch are served alike, by
what an `ArrayLibrary` names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from .functions import CONSTANTS
from .powers import EULER, WHOLE_POWERS
from .random_constants import random_entries
from .shapes import Shape, Shapes, constant_integer, is_row
from .tree import Expression

STATE = ""
"""Key of the flat state among the values; no name is empty."""
Values = dict[str, Any]
Evaluation = Callable[[Values], Any]


@dataclass(frozen=True)
class ArrayLibrary:
    """What numpy and torch name differently.

    operations: elementwise functions by operation of the tree. array: (number or array, like) to an array of that
    kind; kind: (array) to what two arrays of one kind have in common, for keeping constants. stack: (arrays, axis).
    join: arrays along the last axis. broadcast: arrays to their common shape. expand: (array, shape). roll: (array,
    places) and largest: (array), both along the last axis. take: (array, (m, n) of places) to (..., m, n), what is at
    places of the last axis. affine: (A, z, b) to A z + b in one operation, for a matrix,
    vectors behind axes of a batch, and a vector; None where there is none.
    """

    operations: Mapping[str, Callable[..., Any]]
    array: Callable[[Any, Any], Any]
    kind: Callable[[Any], Hashable]
    stack: Callable[[Any, int], Any]
    join: Callable[[Any], Any]
    broadcast: Callable[..., Any]
    expand: Callable[[Any, Any], Any]
    roll: Callable[[Any, int], Any]
    largest: Callable[[Any], Any]
    take: Callable[[Any, np.ndarray], Any]
    affine: Callable[[Any, Any, Any], Any] | None = None


class Constant:
    """An array that is converted once for each kind of array it meets."""

    def __init__(self, array: np.ndarray, library: ArrayLibrary) -> None:
        self._array, self._library = array.copy(), library  # torch will not share what cannot be written
        self._converted: dict[Hashable, Any] = {}

    def __call__(self, like: Any) -> Any:
        kind = self._library.kind(like)
        if kind not in self._converted:
            self._converted[kind] = self._library.array(self._array, like)
        return self._converted[kind]


class ExpressionFunctions:
    """Composes the function of an expression from those of its arguments, once for all calls."""

    def __init__(self, shapes: Mapping[str, Shape], library: ArrayLibrary) -> None:
        self._shapes = Shapes(shapes)
        self._library = library

    def evaluation(self, expression: Expression) -> Evaluation:
        """The function from the values of names to the value of `expression`."""
        operation, library = expression.operation, self._library
        if operation == "number":
            single = Constant(np.array(expression.value), library)
            return lambda values: single(values[STATE])
        if operation == "name":
            name = str(expression.value)
            return lambda values: values[name]
        if operation in CONSTANTS:
            constant = Constant(_constant(expression), library)
            return lambda values: constant(values[STATE])
        if operation in ("index", "shift", "reshape"):
            return self._moved(expression)
        if operation == "conv":
            return self._convolution(expression)
        shapes = [self._shapes.of(argument) for argument in expression.arguments]
        if operation == "mul" and all(shapes) and max(map(len, shapes)) > 1:
            return self._product(expression, shapes)
        if operation in ("list", "transpose", "sum", "norm", "softmax", "diag"):
            return self._collected(operation, shapes[0], [self.evaluation(entry) for entry in expression.arguments])
        if operation == "dot":
            return _sum(self._elementwise(Expression("mul", expression.arguments)), max(map(len, shapes)))
        if operation == "add" and library.affine is not None and (parts := self._affine_parts(expression)):
            return self._affine(library.affine, *parts)
        return self._elementwise(expression)

    def spread(self, expression: Expression, shape: Shape) -> Evaluation:
        """The same with axes for every component of `shape`, where the expression is a scalar."""
        evaluate = self.evaluation(expression)
        missing = len(shape) - len(self._shapes.of(expression))
        return (lambda values: _with_axes(evaluate(values), missing)) if missing else evaluate

    def _elementwise(self, expression: Expression) -> Evaluation:
        shape, function = self._shapes.of(expression), self._function(expression)
        inner = [self.spread(argument, shape) for argument in expression.arguments]
        return lambda values: function(*[evaluate(values) for evaluate in inner])

    def _function(self, expression: Expression) -> Callable[..., Any]:
        operation, arguments = expression.operation, expression.arguments
        if operation == "pow":
            if arguments[0] == EULER:
                exponential = self._library.operations["exp"]
                return lambda _base, exponent: exponential(exponent)
            if arguments[1].operation == "number" and arguments[1].value in WHOLE_POWERS:
                return lambda base, _exponent: math.prod([base] * int(arguments[1].value or 0), start=1)
        function = self._library.operations[operation]
        if operation in ("add", "min", "max"):
            return lambda *terms: reduce(function, terms)
        return function

    def _moved(self, expression: Expression) -> Evaluation:
        evaluate = self.evaluation(expression.arguments[0])
        places = tuple(constant_integer(place, "an index") for place in expression.arguments[1:])
        if expression.operation == "reshape":
            rank = len(self._shapes.of(expression.arguments[0]))
            return lambda values: _with_own_axes(evaluate(values), rank, places)
        if expression.operation == "shift":
            return lambda values: self._library.roll(evaluate(values), places[0])
        behind = len(self._shapes.of(expression.arguments[0])) - len(places)
        index = (..., *(place - 1 for place in places), *[slice(None)] * behind)
        return lambda values: evaluate(values)[index]

    def _convolution(self, expression: Expression) -> Evaluation:
        """Windows of the value times kernels, a matrix product for each sample."""
        found, take = self._shapes.convolution(expression), self._library.take
        kernel, value = (self.evaluation(argument) for argument in expression.arguments[:2])
        ranks = [len(self._shapes.of(argument)) for argument in expression.arguments[:2]]
        places, kernels = found.places(), (found.rows, found.taps)
        flat = (found.channels * math.prod(found.extents),)

        def convolved(values: Values) -> Any:
            windows = take(_with_own_axes(value(values), ranks[1], flat), places)
            rows = windows @ _with_own_axes(kernel(values), ranks[0], kernels).swapaxes(-1, -2)
            return _with_own_axes(rows.swapaxes(-1, -2), 2, found.shape)

        return convolved

    def _collected(self, operation: str, shape: Shape, inner: list[Evaluation]) -> Evaluation:
        library, first = self._library, inner[0]
        if operation == "list":
            axis = -1 - len(shape)
            return lambda values: library.stack(library.broadcast(*(entry(values) for entry in inner)), axis)
        if operation == "transpose":
            if len(shape) == 1:
                return lambda values: first(values)[..., None, :]
            return lambda values: first(values).swapaxes(-1, -2)
        if operation == "sum":
            return _sum(first, len(shape))
        if operation == "diag":
            unit = Constant(np.eye(shape[0]), library)
            return lambda values: first(values)[..., None] * unit(values[STATE])
        if operation == "norm":
            squares = _sum(lambda values: first(values) * first(values), len(shape))
            return lambda values: library.operations["sqrt"](squares(values))

        def softmax(values: Values) -> Any:
            entries = first(values)
            powers = library.operations["exp"](entries - library.largest(entries)[..., None])
            return powers / powers.sum(-1)[..., None]

        return softmax

    def _affine_parts(self, expression: Expression) -> tuple[Expression, Expression, Expression] | None:
        """Matrix, vector and offset of A z + b, of b + A z and of sums of more terms."""
        for place, product in enumerate(expression.arguments):
            others = (*expression.arguments[:place], *expression.arguments[place + 1 :])
            if product.operation != "mul" or not others:
                continue
            offset = others[0] if len(others) == 1 else Expression("add", others)
            shapes = [self._shapes.of(factor) for factor in product.arguments]
            ranks = [len(shape) for shape in shapes]
            if (
                ranks == [2, 1]
                and self._shapes.of(offset) == shapes[0][:1]
                and not is_row(product.arguments[0], shapes[0])
            ):
                return product.arguments[0], product.arguments[1], offset
        return None

    def _affine(self, affine: Callable[..., Any], *parts: Expression) -> Evaluation:
        """In one operation where neither matrix nor offset differ among samples."""
        one, other, third = (self.evaluation(part) for part in parts)
        apart = self._product(Expression("mul", parts[:2]), [self._shapes.of(part) for part in parts[:2]])
        plus = self._library.operations["add"]

        def value(values: Values) -> Any:
            matrix, offset = one(values), third(values)
            if matrix.ndim == 2 and offset.ndim == 1:
                return affine(matrix, other(values), offset)
            return plus(apart(values), offset)

        return value

    def _product(self, expression: Expression, shapes: list[Shape]) -> Evaluation:
        left, right = (self.evaluation(argument) for argument in expression.arguments)
        if len(shapes[0]) == 1:  # z z^T
            return lambda values: left(values)[..., None] * right(values)
        if len(shapes[1]) == 2:
            return lambda values: left(values) @ right(values)

        def times_vector(values: Values) -> Any:
            matrix, vector = left(values), right(values)
            if matrix.ndim == 2:
                return vector @ matrix.swapaxes(-1, -2)
            return (matrix @ vector[..., None])[..., 0]

        if is_row(expression.arguments[0], shapes[0]):
            return lambda values: times_vector(values)[..., 0]
        return times_vector


def _sum(evaluate: Evaluation, rank: int) -> Evaluation:
    axes = tuple(range(-rank, 0))
    return (lambda values: evaluate(values).sum(axes)) if rank else evaluate


def _with_own_axes(value: Any, rank: int, shape: Shape) -> Any:
    """With other axes in place of the last `rank` ones."""
    kept = tuple(value.shape)[: value.ndim - rank]
    return value.reshape((*kept, *shape))


def _with_axes(value: Any, count: int) -> Any:
    return value.reshape((*value.shape, *[1] * count))


def _constant(expression: Expression) -> np.ndarray:
    sizes = tuple(constant_integer(size, "the size of a matrix") for size in expression.arguments)
    if expression.operation == "eye":
        return np.eye(sizes[0])
    if expression.operation == "ones":
        return np.ones(sizes)
    return random_entries(expression.operation, sizes, int(expression.value or 0))
