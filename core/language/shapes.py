"""Shapes of expressions: scalars (), vectors (n,), matrices (m, n)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .convolution import Convolution, convolution_of
from .errors import refusal
from .functions import CONSTANTS, FUNCTIONS
from .names import BUILT_IN, IMAGINARY
from .system import OWN
from .tree import Expression

Shape = tuple[int, ...]
MOST_COMPONENTS = 1_000
"""Of a state."""
MOST_ENTRIES = 10_000
"""Of a matrix."""


class Shapes:
    """Finds shapes, and counts the scalar operations that the expressions seen so far unroll to.

    names: the shape of every name but the built-in ones.
    """

    def __init__(self, names: Mapping[str, Shape]) -> None:
        self._names = names
        self.operations = 0

    def of(self, expression: Expression) -> Shape:
        """The shape of `expression`. Raises FormulaError where shapes do not fit."""
        if expression.operation == "name":
            return () if expression.value in (*BUILT_IN, IMAGINARY) else self._names[str(expression.value)]
        shapes = [self.of(argument) for argument in expression.arguments]
        shape = _shape(expression, shapes)
        self.operations += max(1, math.prod(shape), *map(math.prod, shapes))
        if expression.operation == "mul" and all(shapes) and max(map(len, shapes)) > 1:  # sums over the inner size
            self.operations += math.prod(shape) * shapes[0][-1]
        if expression.operation == "conv":
            self.operations += _convolution(expression, shapes).products
        return shape

    def convolution(self, expression: Expression) -> Convolution:
        """What conv(...) computes."""
        return _convolution(expression, [self.of(argument) for argument in expression.arguments[:2]])


def constant_integer(expression: Expression, what: str) -> int:
    """The whole number that `expression` spells out. Raises FormulaError."""
    sign, place = 1, expression
    while expression.operation == "neg":
        sign, expression = -sign, expression.arguments[0]
    value = expression.value
    if expression.operation != "number" or not isinstance(value, float) or not value.is_integer():
        raise refusal(place, f"{what} must be a whole number", "write a number such as 1, 2 or 3")
    return sign * int(value)


def is_row(expression: Expression, shape_of_first: Shape) -> bool:
    """Whether a product's left factor is a transposed vector, or one times matrices: z^T, z^T A."""
    return len(shape_of_first) == 2 and shape_of_first[0] == 1 and _begins_with_transpose(expression)


def _begins_with_transpose(expression: Expression) -> bool:
    while expression.operation == "mul":
        expression = expression.arguments[0]
    return expression.operation == "transpose"


def _shape(expression: Expression, shapes: list[Shape]) -> Shape:
    operation = expression.operation
    if operation in ("number", OWN):  # what a Python file gives fits every unknown until it runs
        return ()
    if operation == "tuple":
        raise refusal(
            expression, "a list in round brackets stands alone", "write [1, 2] for a vector, f(a, b) for a function"
        )
    if operation == "list":
        return _list_shape(expression, shapes)
    if operation == "index":
        return _index_shape(expression, shapes)
    if operation == "transpose":
        if shapes[0] == ():
            raise refusal(expression, "a scalar has no transpose", "remove ^T, or write ^(T) for a power")
        return shapes[0][::-1] if len(shapes[0]) == 2 else (1, *shapes[0])
    if operation == "mul":
        return _product_shape(expression, *shapes)
    if operation in CONSTANTS:
        return _constant_shape(expression)
    function = FUNCTIONS.get(operation)
    if function is not None and function.kind == "reduction":
        _common(expression, shapes)
        return ()
    if function is not None and function.kind == "vector":
        return _vector_shape(expression, shapes)
    if (operation in ("pow", "div") and len(shapes[-1]) == 2) or (operation == "pow" and len(shapes[0]) == 2):
        cure = "write A A for a product" if operation == "pow" else "multiply by the inverse, written out"
        raise refusal(expression, f"a matrix can be no {'power' if operation == 'pow' else 'divisor'}", cure)
    return _common(expression, shapes)


def _vector_shape(expression: Expression, shapes: list[Shape]) -> Shape:
    """Of what is made from all components."""
    operation = expression.operation
    if (operation in ("diag", "shift") and len(shapes[0]) != 1) or (operation == "softmax" and shapes[0] == ()):
        raise refusal(expression, f"{operation} needs a vector, not {_words(shapes[0])}", "declare one with z in R^3")
    if operation == "diag":
        return shapes[0] * 2
    if operation == "conv":
        return _convolution(expression, shapes).shape
    if operation == "reshape":
        return _reshaped(expression, shapes[0])
    if operation == "shift":
        constant_integer(expression.arguments[1], "the places of a shift")
    return shapes[0]


def _common(expression: Expression, shapes: list[Shape]) -> Shape:
    found: Shape = ()
    for argument, shape in zip(expression.arguments, shapes, strict=True):
        if shape != () and found != () and shape != found:
            message = f"{_words(found)} and {_words(shape)} do not fit together"
            raise refusal(argument, message, "make their sizes equal")
        found = found or shape
    return found


def _product_shape(expression: Expression, left: Shape, right: Shape) -> Shape:
    if left == () or right == ():
        return left or right
    if left == right and len(left) == 1:
        return left
    if len(left) == 1 and len(right) == 2 and right[0] == 1:  # z z^T
        return (left[0], right[1])
    if len(left) == 2 and left[1] == right[0]:
        if len(right) == 1 and is_row(expression.arguments[0], left):
            return ()
        return (left[0], *right[1:])
    raise refusal(
        expression, f"{_words(left)} cannot multiply {_words(right)}", "check the order of the factors and their sizes"
    )


def sizes_after(expression: Expression, first: int) -> Shape:
    """The whole numbers that the arguments from `first` on are. Raises FormulaError."""
    return tuple(constant_integer(size, "a size") for size in expression.arguments[first:])


def _convolution(expression: Expression, shapes: list[Shape]) -> Convolution:
    return convolution_of(expression, shapes[0], shapes[1], sizes_after(expression, 2))


def _reshaped(expression: Expression, shape: Shape) -> Shape:
    sizes = sizes_after(expression, 1)
    if not shape or min(sizes) < 1 or math.prod(sizes) != math.prod(shape):
        wanted = " x ".join(map(str, sizes))
        cure = "let the sizes multiply to as many entries" if shape else "a scalar has one entry: write [x, y]"
        raise refusal(expression, f"{_words(shape)} does not fill {wanted}", cure)
    return sizes


def _list_shape(expression: Expression, shapes: list[Shape]) -> Shape:
    if any(shape != shapes[0] for shape in shapes) or len(shapes[0]) > 1:
        raise refusal(expression, "the rows of a matrix must be equally long", "write [[1, 2], [3, 4]]")
    return (len(shapes), *shapes[0])


def _constant_shape(expression: Expression) -> Shape:
    sizes = tuple(constant_integer(size, "the size of a matrix") for size in expression.arguments)
    if min(sizes) < 1 or math.prod(sizes) * (sizes[0] if expression.operation == "eye" else 1) > MOST_ENTRIES:
        raise refusal(
            expression, "a constant of this size is not possible", f"use between 1 and {MOST_ENTRIES} entries"
        )
    return sizes * 2 if expression.operation == "eye" else sizes


def _index_shape(expression: Expression, shapes: list[Shape]) -> Shape:
    inner, places = shapes[0], expression.arguments[1:]
    if len(places) > len(inner):
        count = f"{len(places)} indices" if len(places) > 1 else "components"
        raise refusal(expression, f"{_words(inner)} does not have {count}", "use one index per dimension")
    for place, size in zip(places, inner, strict=False):
        index = constant_integer(place, "an index")
        if not 1 <= index <= size:
            raise refusal(place, f"index {index} is outside 1..{size}", "count from 1")
    return inner[len(places) :]


def _words(shape: Shape) -> str:
    if shape == ():
        return "a scalar"
    return f"a vector of {shape[0]}" if len(shape) == 1 else f"a {shape[0]} x {shape[1]} matrix"
