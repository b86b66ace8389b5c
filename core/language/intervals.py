"""Interval arithmetic: a program on boxes instead of points, with bounds that hold whatever rounding does.

An interval is a pair of arrays (low, high) of one shape, one entry per box; NaN where an operation is not defined
everywhere on its arguments. Every operation encloses all values that it takes (R. E. Moore, R. B. Kearfott,
M. J. Cloud, Introduction to Interval Analysis, SIAM 2009).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .functions import COMPARISONS
from .interval_functions import FUNCTIONS_OF_ONE, widened
from .program import Node, Program

if TYPE_CHECKING:
    from jaxtyping import Float

Interval = tuple["Float[np.ndarray, 'B']", "Float[np.ndarray, 'B']"]


def enclosures(program: Program, states: Sequence[Interval], parameters: Sequence[Interval]) -> list[Interval]:
    """Intervals that hold the program's outputs for every point of the boxes; t is 0, for what is solved has no time.

    states, parameters: an interval for each of them, all of one shape.
    """
    shape = np.broadcast_shapes(*(np.shape(part) for pair in (*states, *parameters) for part in pair))
    values: dict[int, Interval] = {}
    with np.errstate(all="ignore"):
        for place in program.needed(program.outputs):
            node = program.nodes[place]
            if node.operation == "state":
                values[place] = states[node.index]
            elif node.operation == "parameter":
                values[place] = parameters[node.index]
            elif node.operation in ("number", "time"):
                values[place] = _constant(node.value if node.operation == "number" else 0.0, shape)
            else:
                values[place] = _applied(program, node, [values[argument] for argument in node.arguments])
    return [values[place] for place in program.outputs]


def point(value: Float[np.ndarray, "B"] | float) -> Interval:
    """The interval that holds one number."""
    array = np.asarray(value, dtype=np.float64)
    return array, array


def add(a: Interval, b: Interval) -> Interval:
    """a + b"""
    return widened(a[0] + b[0], a[1] + b[1])


def subtract(a: Interval, b: Interval) -> Interval:
    """a - b"""
    return widened(a[0] - b[1], a[1] - b[0])


def multiply(a: Interval, b: Interval) -> Interval:
    """a b; where one is 0 and the other unbounded the product is 0, as it is of every number."""
    products = [np.asarray(x * y) for x in a for y in b]
    unsure = np.isnan(a[0] + a[1]) | np.isnan(b[0] + b[1])
    products = [np.where(np.isnan(product) & ~unsure, 0.0, product) for product in products]
    return widened(np.minimum.reduce(products), np.maximum.reduce(products))


def divide(a: Interval, b: Interval) -> Interval:
    """a / b; everything where b holds 0."""
    quotients = [np.asarray(x / y) for x in a for y in b]
    quotients = [np.where(np.isnan(quotient) & np.isinf(a[0] + a[1]), 0.0, quotient) for quotient in quotients]
    low, high = widened(np.minimum.reduce(quotients), np.maximum.reduce(quotients))
    holds_zero = (b[0] <= 0.0) & (b[1] >= 0.0)
    known = ~np.isnan(a[0] + a[1])
    return np.where(holds_zero & known, -math.inf, low), np.where(holds_zero & known, math.inf, high)


def hull(a: Interval, b: Interval) -> Interval:
    """The smallest interval that holds both."""
    return np.minimum(a[0], b[0]), np.maximum(a[1], b[1])


def magnitude(a: Interval) -> Float[np.ndarray, "B"]:
    """The largest absolute value in it."""
    return np.maximum(np.abs(a[0]), np.abs(a[1]))


def _constant(value: float, shape: tuple[int, ...]) -> Interval:
    return point(np.full(shape, value))


def _applied(program: Program, node: Node, arguments: list[Interval]) -> Interval:
    if node.operation == "pow":
        exponent = program.nodes[node.arguments[1]]
        if exponent.operation == "number" and float(exponent.value).is_integer():
            return _whole_power(arguments[0], int(exponent.value))
        return _real_power(*arguments)
    if node.operation in COMPARISONS:
        return _compared(node.operation, *arguments)
    if node.operation in _SEVERAL:
        return _SEVERAL[node.operation](*arguments)
    return FUNCTIONS_OF_ONE[node.operation](arguments[0])


def _whole_power(a: Interval, exponent: int) -> Interval:
    if exponent < 0:
        return divide(point(np.ones_like(a[0])), _whole_power(a, -exponent))
    low, high = a[0] ** float(exponent), a[1] ** float(exponent)
    if exponent == 0 or exponent % 2:
        return widened(low, high, 2)
    least = np.where((a[0] <= 0.0) & (a[1] >= 0.0), 0.0, np.minimum(low, high))
    low, high = widened(least, np.maximum(low, high), 2)
    return np.maximum(low, np.where(np.isnan(low), np.nan, 0.0)), high


def _real_power(a: Interval, b: Interval) -> Interval:
    """exp(b log a); not defined where a holds a negative number."""
    power = FUNCTIONS_OF_ONE["exp"](multiply(b, FUNCTIONS_OF_ONE["log"](a)))
    positive = (a[0] == 0.0) & (b[0] > 0.0)  # 0 to a positive power
    return np.where(positive, 0.0, power[0]), power[1]


def _compared(operation: str, a: Interval, b: Interval) -> Interval:
    """1 where it holds for all of both, 0 where for none, else [0, 1]."""
    if operation in (">", ">="):
        return _compared({">": "<", ">=": "<="}[operation], b, a)
    if operation == "<":
        surely, never = a[1] < b[0], a[0] >= b[1]
    elif operation == "<=":
        surely, never = a[1] <= b[0], a[0] > b[1]
    else:
        apart = (a[1] < b[0]) | (b[1] < a[0])
        same = (a[0] == a[1]) & (b[0] == b[1]) & (a[0] == b[0])
        surely, never = (same, apart) if operation == "==" else (apart, same)
    unsure = np.isnan(a[0] + b[0])
    return np.where(unsure, np.nan, surely * 1.0), np.where(unsure, np.nan, 1.0 - never)


def _chosen(condition: Interval, a: Interval, b: Interval) -> Interval:
    low, high = hull(a, b)
    yes, no = condition[0] > 0.0, condition[1] < 1.0
    return np.where(yes, a[0], np.where(no, b[0], low)), np.where(yes, a[1], np.where(no, b[1], high))


def _angle(y: Interval, x: Interval) -> Interval:
    """atan2: exact to the right of the vertical axis, elsewhere the whole circle."""
    low, high = FUNCTIONS_OF_ONE["atan"](divide(y, x))
    right = x[0] > 0.0
    return np.where(right, low, -math.pi * (1 + 1e-15)), np.where(right, high, math.pi * (1 + 1e-15))


def _modulo(a: Interval, b: Interval) -> Interval:
    """a - b floor(a / b): a line where the floor is one number, else all of [0, b) for b > 0."""
    quotient = FUNCTIONS_OF_ONE["floor"](divide(a, b))
    low, high = subtract(a, multiply(b, quotient))
    one = quotient[0] == quotient[1]
    bound = magnitude(b)
    return np.where(one, low, np.where(b[0] > 0.0, 0.0, -bound)), np.where(one, high, np.where(b[1] < 0.0, 0.0, bound))


_SEVERAL: dict[str, Callable[..., Interval]] = {
    "add": add,
    "sub": subtract,
    "mul": multiply,
    "div": divide,
    "min": lambda a, b: (np.minimum(a[0], b[0]), np.minimum(a[1], b[1])),
    "max": lambda a, b: (np.maximum(a[0], b[0]), np.maximum(a[1], b[1])),
    "atan2": _angle,
    "mod": _modulo,
    "if": _chosen,
}
