"""The value of an expression without unknowns: defaults, ranges and starts."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .complex_rules import refuse_parts
from .errors import refusal
from .functions import BUILT_IN_NUMBERS, FUNCTIONS
from .safe_math import SAFE
from .scalars import unroll
from .shapes import Shapes
from .tree import Expression


def is_constant(expression: Expression) -> bool:
    """Whether `expression` is a scalar made of numbers, pi and e alone."""
    if any(leaf.value not in BUILT_IN_NUMBERS for leaf in expression.names()):
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
        if leaf.value not in BUILT_IN_NUMBERS:
            raise refusal(
                leaf, f"{what} must be a number, without {leaf.value}", "write a number such as 2, 0.5 or 2 pi"
            )
    refuse_parts([expression])
    Shapes({}).of(expression)
    entries = tuple(evaluated(entry, BUILT_IN_NUMBERS) for entry in unroll(expression, {}).flat)
    if not all(map(math.isfinite, entries)):
        raise refusal(expression, f"{what} is not a finite number", "use a smaller number")
    return entries


def evaluated(expression: Expression, known: Mapping[str, float]) -> float:
    """The value of a scalar expression whose names are `known`. Never raises an arithmetic error."""
    if expression.operation == "number":
        return float(expression.value or 0.0)
    if expression.operation == "name":
        return known[str(expression.value)]
    return float(SAFE[expression.operation](*(evaluated(argument, known) for argument in expression.arguments)))
