"""The value of an expression without unknowns: defaults, ranges and starts."""

from __future__ import annotations

import math

from .errors import refusal
from .functions import FUNCTIONS
from .safe_math import SAFE
from .scalars import unroll
from .shapes import Shapes
from .tree import Expression

_NAMES = {"pi": math.pi, "e": math.e}


def is_constant(expression: Expression) -> bool:
    """Whether `expression` is a scalar made of numbers, pi and e alone."""
    if any(leaf.value not in _NAMES for leaf in expression.names()):
        return False
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        function = FUNCTIONS.get(node.operation)
        if node.operation in ("list", "tuple", "index", "transpose") or (function and function.kind != "elementwise"):
            return False
        waiting.extend(node.arguments)
    return True


def constant(expression: Expression, what: str) -> float:
    """The number `expression` stands for. Raises FormulaError where it is none, or not finite."""
    entries = constant_entries(expression, what)
    if len(entries) != 1:
        raise refusal(expression, f"{what} must be one number", "write a number such as 2, 0.5 or 2 pi")
    return entries[0]


def constant_entries(expression: Expression, what: str) -> tuple[float, ...]:
    """The numbers of a constant scalar, vector or matrix, row by row. Raises FormulaError."""
    for leaf in expression.names():
        if leaf.value not in _NAMES:
            raise refusal(
                leaf, f"{what} must be a number, without {leaf.value}", "write a number such as 2, 0.5 or 2 pi"
            )
    Shapes({}).of(expression)
    entries = tuple(_value(entry) for entry in unroll(expression, {}).flat)
    if not all(map(math.isfinite, entries)):
        raise refusal(expression, f"{what} is not a finite number", "use a smaller number")
    return entries


def _value(expression: Expression) -> float:
    if expression.operation == "number":
        return float(expression.value or 0.0)
    if expression.operation == "name":
        return _NAMES[str(expression.value)]
    return float(SAFE[expression.operation](*(_value(argument) for argument in expression.arguments)))
