"""Layers z <- relu(W z + b), and the affine map inside the relu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from .system import System
from .tree import Expression, number

_LINEAR = frozenset({"add", "neg", "transpose", "index", "list", "shift", "sum", "diag", "reshape"})
"""Operations that keep the degree of their arguments."""


@lru_cache(maxsize=64)
def preactivation_system(system: System) -> System | None:
    """The system z <- h(z) of a layer z <- relu(h(z)) with h affine in its unknowns; None for one of another form.

    max(0, ...) is a relu, a list of relus is one, and named intermediate values are looked into.
    """
    if system.kind != "map" or system.is_complex:
        return None
    named = {helper.name: helper.expression for helper in system.helpers}
    degrees = {state.name: 1 for state in system.states}
    for helper in system.helpers:
        degrees[helper.name] = _degree(helper.expression, degrees)
    equations = []
    for equation in system.equations:
        inside = _inside(equation.expression, named)
        if inside is None or _degree(inside, degrees) > 1:
            return None
        equations.append(replace(equation, expression=inside))
    return replace(system, equations=tuple(equations), key=f"inside the relu of {system.key}")


def _inside(expression: Expression, named: Mapping[str, Expression]) -> Expression | None:
    """The argument of a relu."""
    arguments = expression.arguments
    if expression.operation == "name" and expression.value in named:
        return _inside(named[str(expression.value)], named)
    if expression.operation == "relu":
        return arguments[0]
    if expression.operation == "max" and len(arguments) == 2 and number(0.0) in arguments:
        return arguments[0] if arguments[1] == number(0.0) else arguments[1]
    if expression.operation == "list":
        entries = [entry for entry in (_inside(argument, named) for argument in arguments) if entry is not None]
        return replace(expression, arguments=tuple(entries)) if len(entries) == len(arguments) else None
    return None


def _degree(expression: Expression, degrees: Mapping[str, int]) -> int:
    """0 where no unknown is used, 1 where the expression is affine in them, 2 where it may not be."""
    if expression.operation == "name":
        return degrees.get(str(expression.value), 0)
    inner = [_degree(argument, degrees) for argument in expression.arguments]
    highest = max(inner, default=0)
    if not highest or expression.operation in _LINEAR:
        return highest
    if expression.operation in ("mul", "dot", "conv"):
        return min(sum(inner), 2)
    return inner[0] if expression.operation == "div" and not inner[1] else 2
