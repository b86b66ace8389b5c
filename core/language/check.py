"""From statements to a checked system: which lines there are, what they declare, and every shape."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, product
from typing import TypeVar

import numpy as np

from .constants import is_constant
from .declarations import declared_spaces, declared_span, declared_starts, declared_view, parameter_of
from .errors import FormulaError, refusal
from .greek import symbol_of
from .names import check_names, declared_names, in_order
from .printing import to_text
from .scalars import component_name
from .shapes import Shape, Shapes
from .statements import LATER, Definition, Derivative, Later, NamedStart, Space, Span, Starts, Statement, View
from .system import Equation, Helper, ParameterDeclaration, State, System
from .tree import Expression

MOST_NODES = 5_000
MOST_OPERATIONS = 40_000
"""Scalar operations to which vectors and matrices unroll."""
_MOST_TRIALS = 32
S = TypeVar("S")


def check(statements: Sequence[Statement], text: str, title: str) -> System:
    """The system that `statements` describe. Raises FormulaError."""
    _refuse_later(statements)
    derivatives, definitions = _of(statements, Derivative), _of(statements, Definition)
    if not derivatives:
        raise FormulaError(1, 1, "there is no equation", "write one such as x' = -x")
    expressions = [*(line.rate for line in derivatives), *(line.value for line in definitions)]
    _check_size(expressions)
    names = declared_names(derivatives, definitions)
    check_names(expressions, names, text)
    parameters = [parameter_of(line) for line in definitions if is_constant(line.value)]
    lines = {line.name.text: _helper_line(line) for line in definitions if not is_constant(line.value)}
    ordered = {name: lines[name].value for name in in_order(lines)}
    rates = {line.name.text: line.rate for line in derivatives}
    shapes = _shapes(rates, ordered, dict.fromkeys((parameter.name for parameter in parameters), ()),
                     declared_spaces(_of(statements, Space), list(rates)))  # fmt: skip
    states = {name: shapes[name] for name in rates}
    components = tuple(component_name(name, place) for name, shape in states.items() for place in np.ndindex(*shape))
    equations = tuple(
        Equation(State(name, symbol_of(name), states[name], names[name].line), rate) for name, rate in rates.items()
    )
    helpers = tuple(Helper(name, symbol_of(name), shapes[name], value) for name, value in ordered.items())
    used = (*rates.values(), *ordered.values())
    return System(
        kind="ode",
        text=text,
        title=title,
        states=tuple(equation.state for equation in equations),
        parameters=tuple(parameters),
        helpers=helpers,
        equations=equations,
        starts=declared_starts([line for line in statements if isinstance(line, Starts | NamedStart)], states),
        view=declared_view(_of(statements, View), components),
        span=declared_span(_of(statements, Span)),
        autonomous=not any(leaf.value == "t" for expression in used for leaf in expression.names()),
        key=_key(equations, parameters, helpers),
        components=components,
        symbols=tuple(symbol_of(component) for component in components),
    )


def _of(statements: Sequence[Statement], kind: type[S]) -> list[S]:
    return [line for line in statements if isinstance(line, kind)]


def _refuse_later(statements: Sequence[Statement]) -> None:
    for line in _of(statements, Later):
        raise refusal(
            line,
            f"{LATER[line.verb]} is read, but this version solves only differential equations",
            "write x' = ... for a vector field",
        )


def _check_size(expressions: Sequence[Expression]) -> None:
    nodes = 0
    for expression in sorted(expressions, key=lambda expression: (expression.line, expression.column)):
        nodes += expression.size
        if nodes > MOST_NODES:
            raise refusal(expression, f"the formulas have more than {MOST_NODES} parts", "use a smaller system")


def _helper_line(line: Definition) -> Definition:
    if line.slider != type(line.slider)(description=line.slider.description):
        raise refusal(
            line.value,
            f"{line.name.text} has a range, so its value must be a number",
            "write a number before 'in', or remove the range",
        )
    return line


def _shapes(
    rates: Mapping[str, Expression],
    helpers: Mapping[str, Expression],
    parameters: Mapping[str, Shape],
    declared: Mapping[str, Shape],
) -> dict[str, Shape]:
    """The shape of every name: as declared, else the first that fits among scalars and vectors of sizes in use."""
    free = [name for name in rates if name not in declared]
    options: list[Shape] = [(), *((size,) for size in _sizes((*rates.values(), *helpers.values())))]
    fault = None
    alike = ((option,) * len(free) for option in options)
    for trial in islice(chain(alike, product(options, repeat=len(free))), _MOST_TRIALS):
        guess = {**parameters, **declared, **dict(zip(free, trial, strict=True))}
        try:
            return _checked_shapes(rates, helpers, guess)
        except FormulaError as error:
            fault = fault or error
    assert fault is not None
    raise fault


def _sizes(expressions: Sequence[Expression]) -> list[int]:
    """Lengths of the vectors and matrices that are written out."""
    found: set[int] = set()
    for expression in expressions:
        shapes = Shapes({})
        for node in _nodes(expression):
            if node.operation in ("eye", "normal", "uniform"):
                found.update(shapes.of(node))
            elif node.operation == "list":
                found.add(len(node.arguments))
    return sorted(found)


def _nodes(expression: Expression) -> Iterator[Expression]:
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.arguments)


def _checked_shapes(
    rates: Mapping[str, Expression], helpers: Mapping[str, Expression], known: dict[str, Shape]
) -> dict[str, Shape]:
    shapes = Shapes(known)
    for name, value in helpers.items():
        known[name] = shapes.of(value)
    for name, rate in rates.items():
        shape = shapes.of(rate)
        if shape not in ((), known[name]):
            size = "x".join(map(str, shape))
            raise refusal(rate, f"{name}' has another shape than {name}", f"declare it with {name} in R^{size}")
    if shapes.operations > MOST_OPERATIONS:
        message = f"written out in scalars, the system has more than {MOST_OPERATIONS} operations"
        raise refusal(next(iter(rates.values())), message, "use smaller vectors and matrices")
    return known


def _key(equations: Sequence[Equation], parameters: Sequence[ParameterDeclaration], helpers: Sequence[Helper]) -> str:
    lines = [parameter.name for parameter in parameters]
    lines += [f"{helper.name} = {to_text(helper.expression)}" for helper in helpers]
    lines += [f"{line.state.name}{line.state.shape}' = {to_text(line.expression)}" for line in equations]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
