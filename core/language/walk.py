"""Whole vectors and matrices at once: how systems too large to write out in scalars are evaluated in batches.

A value has its own axes behind those of the batch; a constant has no batch axes. The same walk serves numpy and
torch, which an `ArrayLibrary` makes alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from .functions import CONSTANTS
from .powers import EULER, WHOLE_POWERS
from .random_constants import random_entries
from .shapes import Shape, Shapes, constant_integer, is_row
from .system import System
from .tree import Expression

LARGEST_UNROLLED = 16
"""Components of one unknown up to which scalars are faster than arrays."""
MOST_UNROLLED = 100
"""Scalar operations up to which the same holds."""
_STATE = ""
"""Key of the flat state among the values; no name is empty."""
Values = dict[str, Any]
Evaluation = Callable[[Values], Any]


@dataclass(frozen=True)
class ArrayLibrary:
    """What numpy and torch name differently.

    operations: elementwise functions by operation of the tree. array: (number or array, like) to an array of that
    kind; kind: (array) to what two arrays of one kind have in common, for keeping constants. stack: (arrays, axis).
    join: arrays along the last axis. broadcast: arrays to their common shape. expand: (array, shape). roll: (array,
    places) and largest: (array), both along the last axis.
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


@lru_cache(maxsize=256)
def is_large(system: System) -> bool:
    """Whether whole arrays are faster than scalars for `system`; minimisations and complex numbers are scalars."""
    if system.kind == "minimise" or system.is_complex:
        return False
    if any(math.prod(state.shape) > LARGEST_UNROLLED for state in system.states):
        return True
    return scalar_operations(system) > MOST_UNROLLED


def scalar_operations(system: System) -> int:
    """How many operations on single numbers its right-hand side takes."""
    shapes = Shapes(shapes_of_names(system))
    for expression in (*(line.expression for line in system.helpers), *(line.expression for line in system.equations)):
        shapes.of(expression)
    return shapes.operations


class ArrayWalk:
    """f(t, z, params): t a number or (...), z (..., n), params by name -> (..., n), in the arrays of `library`.

    params: the parameters and the batch data, with the axes of the batch in front where they differ among its
    samples; other data of the system only where they are to be replaced.
    """

    def __init__(self, system: System, library: ArrayLibrary) -> None:
        walk = _Walk(system, library)
        self._library, self._assignment = library, _Assignment(system, library, walk)
        self._rates = [(line.state, walk.spread(line.expression, line.state.shape)) for line in system.equations]
        # an elementwise operation makes an array of its own, anything else may hand on one that others hold
        self._alone = len(self._rates) == 1 and system.equations[0].expression.operation in library.operations

    def __call__(self, t: Any, z: Any, params: Mapping[str, Any]) -> Any:
        return self.bound(t, params, z)(z)

    def bound(self, t: Any, params: Mapping[str, Any], like: Any) -> Callable[[Any], Any]:
        """f of z alone: t and params are converted once to arrays of the kind of `like`, and of that kind z must be."""
        library, assigned = self._library, self._assignment.bound(t, params, like)

        def field(z: Any) -> Any:
            batch, values = tuple(z.shape[:-1]), assigned(z)
            parts = []
            for state, evaluate in self._rates:
                part, shape = evaluate(values), batch + state.shape
                if self._alone and part.shape == z.shape == shape:
                    return part
                parts.append(library.expand(part, shape).reshape((*batch, math.prod(state.shape))))
            return library.join(parts)

        return field


def expression_walk(
    system: System, library: ArrayLibrary, expressions: Sequence[Expression]
) -> Callable[[Any, Any, Mapping[str, Any]], tuple[Any, ...]]:
    """The values of any expressions in the names of `system`, called like `ArrayWalk`: each with its own axes."""
    walk = _Walk(system, library)
    assignment = _Assignment(system, library, walk)
    evaluations = [walk.evaluation(expression) for expression in expressions]

    def field(t: Any, z: Any, params: Mapping[str, Any]) -> tuple[Any, ...]:
        values = assignment.bound(t, params, z)(z)
        return tuple(evaluate(values) for evaluate in evaluations)

    return field


class _Assignment:
    """The value of every name at t, z and params."""

    def __init__(self, system: System, library: ArrayLibrary, walk: _Walk) -> None:
        self._library = library
        self._helpers = [(helper.name, walk.evaluation(helper.expression)) for helper in system.helpers]
        ends = np.cumsum([math.prod(state.shape) for state in system.states]).tolist()
        self._states = list(zip(system.states, [0, *ends], ends, strict=False))
        self._stored = {item.name: _Constant(item.tensor.array(), library) for item in system.data if not item.batch}

    def bound(self, t: Any, params: Mapping[str, Any], like: Any) -> Callable[[Any], Values]:
        """The values at z, with this t and these params."""
        given = {"t": t, "pi": math.pi, "e": math.e, **params}
        fixed = {name: self._library.array(value, like) for name, value in given.items()}
        fixed |= {name: constant(like) for name, constant in self._stored.items() if name not in params}

        def assigned(z: Any) -> Values:
            values = {_STATE: z, **fixed}
            if len(self._states) == 1 and len(self._states[0][0].shape) == 1:
                values[self._states[0][0].name] = z
            else:
                for state, begin, end in self._states:
                    values[state.name] = z[..., begin:end].reshape(z.shape[:-1] + state.shape)
            for name, evaluate in self._helpers:
                values[name] = evaluate(values)
            return values

        return assigned


class _Constant:
    """An array that is converted once for each kind of array it meets."""

    def __init__(self, array: np.ndarray, library: ArrayLibrary) -> None:
        self._array, self._library = array.copy(), library  # torch will not share what cannot be written
        self._converted: dict[Hashable, Any] = {}

    def __call__(self, like: Any) -> Any:
        kind = self._library.kind(like)
        if kind not in self._converted:
            self._converted[kind] = self._library.array(self._array, like)
        return self._converted[kind]


def shapes_of_names(system: System) -> dict[str, Shape]:
    """The shape of every name but the built-in ones."""
    names: dict[str, Shape] = {parameter.name: () for parameter in system.parameters}
    names |= {item.name: item.shape for item in system.data}
    names |= {state.name: state.shape for state in system.states}
    return names | {helper.name: helper.shape for helper in system.helpers}


class _Walk:
    """Composes the function of an expression from those of its arguments, once for all calls."""

    def __init__(self, system: System, library: ArrayLibrary) -> None:
        self._shapes = Shapes(shapes_of_names(system))
        self._library = library

    def evaluation(self, expression: Expression) -> Evaluation:
        """The function from the values of names to the value of `expression`."""
        operation, library = expression.operation, self._library
        if operation == "number":
            return lambda values: library.array(expression.value, values[_STATE])
        if operation == "name":
            name = str(expression.value)
            return lambda values: values[name]
        if operation in CONSTANTS:
            constant = _Constant(_constant(expression), library)
            return lambda values: constant(values[_STATE])
        if operation in ("index", "shift"):
            return self._moved(expression)
        shapes = [self._shapes.of(argument) for argument in expression.arguments]
        if operation == "mul" and all(shapes) and max(map(len, shapes)) > 1:
            return self._product(expression, shapes)
        if operation in ("list", "transpose", "sum", "norm", "softmax", "diag"):
            return self._collected(operation, shapes[0], [self.evaluation(entry) for entry in expression.arguments])
        if operation == "dot":
            return _sum(self._elementwise(Expression("mul", expression.arguments)), max(map(len, shapes)))
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
        if expression.operation == "shift":
            return lambda values: self._library.roll(evaluate(values), places[0])
        behind = len(self._shapes.of(expression.arguments[0])) - len(places)
        index = (..., *(place - 1 for place in places), *[slice(None)] * behind)
        return lambda values: evaluate(values)[index]

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
            unit = _Constant(np.eye(shape[0]), library)
            return lambda values: first(values)[..., None] * unit(values[_STATE])
        if operation == "norm":
            squares = _sum(lambda values: first(values) * first(values), len(shape))
            return lambda values: library.operations["sqrt"](squares(values))

        def softmax(values: Values) -> Any:
            entries = first(values)
            powers = library.operations["exp"](entries - library.largest(entries)[..., None])
            return powers / powers.sum(-1)[..., None]

        return softmax

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


def _with_axes(value: Any, count: int) -> Any:
    return value.reshape((*value.shape, *[1] * count))


def _constant(expression: Expression) -> np.ndarray:
    sizes = tuple(constant_integer(size, "the size of a matrix") for size in expression.arguments)
    if expression.operation == "eye":
        return np.eye(sizes[0])
    if expression.operation == "ones":
        return np.ones(sizes)
    return random_entries(expression.operation, sizes, int(expression.value or 0))
