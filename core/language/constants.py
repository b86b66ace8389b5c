"""The value of an expression without unknowns: ranges, starts and defaults."""

from __future__ import annotations

import math

from .errors import FormulaError
from .safe_math import SAFE
from .tree import Expression

_NAMES = {"pi": math.pi, "e": math.e}


def constant(expression: Expression, what: str) -> float:
    """The number `expression` stands for. Raises FormulaError where it is none, or not finite."""
    value = _value(expression, what)
    if not math.isfinite(value):
        raise FormulaError(expression.line, expression.column, f"{what} is not a finite number", "use a smaller number")
    return value


def is_constant(expression: Expression) -> bool:
    """Whether `expression` is made of numbers, pi and e alone."""
    if expression.operation in ("list", "index", "transpose", "eye", "dot", "sum", "norm", "softmax", "shift"):
        return False
    if expression.operation == "name":
        return expression.value in _NAMES
    return all(is_constant(argument) for argument in expression.arguments)


def _value(expression: Expression, what: str) -> float:
    if expression.operation == "number":
        assert isinstance(expression.value, float)
        return expression.value
    if expression.operation == "name" and expression.value in _NAMES:
        return _NAMES[str(expression.value)]
    function = SAFE.get(expression.operation)
    if function is None:
        raise FormulaError(
            expression.line, expression.column, f"{what} must be a number", "write a number such as 2, 0.5 or 2 pi"
        )
    return float(function(*(_value(argument, what) for argument in expression.arguments)))
