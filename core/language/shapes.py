"""Shapes of expressions: scalars (), vectors (n,), matrices (m, n)."""

from __future__ import annotations

from collections.abc import Callable

from .errors import FormulaError
from .functions import FUNCTIONS
from .tree import Expression

Shape = tuple[int, ...]
MOST_COMPONENTS = 1_000


def shape_of(expression: Expression, shape_of_name: Callable[[Expression], Shape]) -> Shape:
    """The shape of `expression`; `shape_of_name` knows the names. Raises FormulaError where shapes do not fit."""
    operation = expression.operation
    if operation == "number":
        return ()
    if operation == "name":
        return shape_of_name(expression)
    shapes = [shape_of(argument, shape_of_name) for argument in expression.arguments]
    if operation == "list":
        return _list_shape(expression, shapes)
    if operation == "index":
        return _index_shape(expression, shapes)
    if operation == "transpose":
        if len(shapes[0]) != 2:
            _refuse(expression, f"only a matrix has a transpose, not {_words(shapes[0])}", "remove ^T")
        return shapes[0][::-1]
    if operation == "mul":
        return _product_shape(expression, *shapes)
    if operation == "pow" and (len(shapes[0]) == 2 or shapes[1] != ()):
        _refuse(expression, "only scalars and the components of vectors have powers", "write A A for a matrix product")
    function = FUNCTIONS.get(operation)
    if function is not None and function.kind == "reduction":
        if operation == "dot":
            _common(expression, shapes)
        return ()
    if operation == "eye":
        size = constant_integer(expression.arguments[0], "the size of a matrix")
        if not 1 <= size * size <= MOST_COMPONENTS:
            _refuse(expression, f"a unit matrix of size {size} is not possible here", "use a size between 1 and 31")
        return (size, size)
    if operation in ("softmax", "shift") and len(shapes[0]) != 1:
        _refuse(expression, f"{operation} needs a vector, not {_words(shapes[0])}", "declare one with z in R^3")
    return shapes[0] if operation == "shift" else _common(expression, shapes)


def constant_integer(expression: Expression, what: str) -> int:
    """The whole number that `expression` spells out. Raises FormulaError."""
    sign = 1
    while expression.operation == "neg":
        sign, expression = -sign, expression.arguments[0]
    value = expression.value
    if expression.operation != "number" or not isinstance(value, float) or not value.is_integer():
        _refuse(expression, f"{what} must be a whole number", "write a number such as 1, 2 or 3")
    assert isinstance(value, float)
    return sign * int(value)


def _common(expression: Expression, shapes: list[Shape]) -> Shape:
    found: Shape = ()
    for shape in shapes:
        if shape != () and found != () and shape != found:
            _refuse(expression, f"{_words(found)} and {_words(shape)} do not fit together", "make their sizes equal")
        found = found or shape
    return found


def _product_shape(expression: Expression, left: Shape, right: Shape) -> Shape:
    if left == () or right == ():
        return left or right
    if len(left) == 1:
        if left == right:
            return left
    elif left[1] == right[0]:
        return (left[0], *right[1:])
    _refuse(
        expression, f"{_words(left)} cannot multiply {_words(right)}", "check the order of the factors and their sizes"
    )
    raise AssertionError


def _list_shape(expression: Expression, shapes: list[Shape]) -> Shape:
    if any(shape != shapes[0] for shape in shapes) or len(shapes[0]) > 1:
        _refuse(expression, "the rows of a matrix must be equally long", "write [[1, 2], [3, 4]]")
    if len(shapes) * (shapes[0][0] if shapes[0] else 1) > MOST_COMPONENTS:
        _refuse(expression, f"a matrix of more than {MOST_COMPONENTS} numbers", "use a smaller one")
    return (len(shapes), *shapes[0])


def _index_shape(expression: Expression, shapes: list[Shape]) -> Shape:
    inner, places = shapes[0], expression.arguments[1:]
    if len(places) > len(inner):
        _refuse(expression, f"{_words(inner)} does not have {len(places)} indices", "use one index per dimension")
    for place, size in zip(places, inner, strict=False):
        index = constant_integer(place, "an index")
        if not 1 <= index <= size:
            _refuse(place, f"index {index} is outside 1..{size}", "count from 1")
    return inner[len(places) :]


def _words(shape: Shape) -> str:
    if shape == ():
        return "a scalar"
    return f"a vector of {shape[0]}" if len(shape) == 1 else f"a {shape[0]} x {shape[1]} matrix"


def _refuse(expression: Expression, message: str, cure: str) -> None:
    raise FormulaError(expression.line, expression.column, message, cure)
