"""Interval arithmetic: a program on boxes instead of points, with bounds that hold whatever rounding does.

An interval is a pair of arrays (low, high) of one shape, one entry per box; NaN where an operation is not defined
everywhere on its arguments. Every operation encloses all values that it takes (R. E. Moore, R. B. Kearfott,
M. J. Cloud, Introduction to Interval Analysis, SIAM 2009).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .functions import COMPARISONS
from .interval_functions import FUNCTION_ULPS, FUNCTIONS_OF_ONE, far_widened, widened
from .program import Node, Program

if TYPE_CHECKING:
    from jaxtyping import Float

Interval = tuple["Float[np.ndarray, 'B']", "Float[np.ndarray, 'B']"]


_EXACT = 2.0**20
"""A smaller number of which this many times is whole is stored as it is written."""


def enclosures(program: Program, states: Sequence[Interval], parameters: Sequence[Interval]) -> list[Interval]:
    """Intervals that hold the program's outputs for every point of the boxes; t is 0, for what is solved has no time.

    states, parameters: an interval for each of them, all of one shape. A number of the text, which may be one rounding
    away from its decimal, or be several that were put together, stands for every number a few roundings around it.
    """
    values = enclosures_by_place(program, program.needed(program.outputs), states, parameters)
    return [values[place] for place in program.outputs]


def enclosures_by_place(
    program: Program,
    order: Sequence[int],
    states: Sequence[Interval],
    parameters: Sequence[Interval],
    time: Interval | None = None,
) -> dict[int, Interval]:
    """The same for the nodes at `order`, in which what a node is made of comes first; time: t, where it is not 0."""
    shape = np.broadcast_shapes(*(np.shape(part) for pair in (*states, *parameters) for part in pair))
    values: dict[int, Interval] = {}
    with np.errstate(all="ignore"):
        for place in order:
            node = program.nodes[place]
            if node.operation == "state":
                values[place] = states[node.index]
            elif node.operation == "parameter":
                values[place] = parameters[node.index]
            elif node.operation == "time" and time is not None:
                values[place] = time
            elif node.operation in ("number", "time"):
                values[place] = _constant(node.value if node.operation == "number" else 0.0, shape)
            else:
                values[place] = _applied(program, node, [values[argument] for argument in node.arguments])
    return values


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
    if a[0] is not a[1] and b[0] is b[1]:
        a, b = b, a
    # of one number and an interval two products are enough
    products = [x * y for x in (a[:1] if a[0] is a[1] else a) for y in b]
    low, high = functools.reduce(np.minimum, products), functools.reduce(np.maximum, products)
    if np.isnan(low).any():
        unsure = np.isnan(a[0]) | np.isnan(b[0])
        products = [np.where(np.isnan(product) & ~unsure, 0.0, product) for product in products]
        low, high = functools.reduce(np.minimum, products), functools.reduce(np.maximum, products)
    return widened(low, high)


def divide(a: Interval, b: Interval) -> Interval:
    """a / b; everything where b holds 0."""
    unsure = np.isnan(a[0]) | np.isnan(b[0])
    quotients = [x / y for x in a for y in b]
    quotients = [np.where(np.isnan(quotient) & ~unsure, 0.0, quotient) for quotient in quotients]  # inf / inf
    low, high = widened(np.minimum.reduce(quotients), np.maximum.reduce(quotients))
    holds_zero = (b[0] <= 0.0) & (b[1] >= 0.0) & ~unsure
    return np.where(holds_zero, -math.inf, low), np.where(holds_zero, math.inf, high)


def hull(a: Interval, b: Interval) -> Interval:
    """The smallest interval that holds both."""
    return np.minimum(a[0], b[0]), np.maximum(a[1], b[1])


def magnitude(a: Interval) -> Float[np.ndarray, "B"]:
    """The largest absolute value in it."""
    return np.maximum(np.abs(a[0]), np.abs(a[1]))


def _constant(value: float, shape: tuple[int, ...]) -> Interval:
    if abs(value) < _EXACT and (_EXACT * value).is_integer():
        return point(np.full(shape, value))
    slack = FUNCTION_ULPS * float(np.spacing(abs(value)))
    return np.full(shape, value - slack), np.full(shape, value + slack)


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
    if exponent and exponent % 2 == 0:
        least = np.where((a[0] <= 0.0) & (a[1] >= 0.0), 0.0, np.minimum(low, high))
        low, high = np.where(np.isnan(low), np.nan, least), np.maximum(low, high)
    low, high = (widened if exponent <= 2 else far_widened)(low, high)
    return (low if exponent % 2 else np.maximum(low, 0.0)), high


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
    unsure = np.isnan(a[0]) | np.isnan(b[0])
    return np.where(unsure, np.nan, surely * 1.0), np.where(unsure, np.nan, 1.0 - never)


def _chosen(condition: Interval, a: Interval, b: Interval) -> Interval:
    """a where the condition is surely not 0, b where it is surely 0."""
    low, high = hull(a, b)
    yes, no = (condition[0] > 0.0) | (condition[1] < 0.0), (condition[0] == 0.0) & (condition[1] == 0.0)
    return np.where(yes, a[0], np.where(no, b[0], low)), np.where(yes, a[1], np.where(no, b[1], high))


def _angle(y: Interval, x: Interval) -> Interval:
    """atan2: a rising function of y / x to the right, a falling one of x / y above and below, else the whole circle."""
    whole, quarter = (widened(np.asarray(part), np.asarray(part)) for part in (math.pi, 0.5 * math.pi))
    beside = FUNCTIONS_OF_ONE["atan"](divide(y, x))
    across = FUNCTIONS_OF_ONE["atan"](divide(x, y))
    above, below = subtract(quarter, across), subtract((-quarter[1], -quarter[0]), across)
    cases = [x[0] > 0.0, y[0] > 0.0, y[1] < 0.0]
    low = np.select(cases, [beside[0], above[0], below[0]], -whole[1])
    high = np.select(cases, [beside[1], above[1], below[1]], whole[1])
    unsure = np.isnan(x[0]) | np.isnan(y[0])
    return np.where(unsure, np.nan, low), np.where(unsure, np.nan, high)


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
