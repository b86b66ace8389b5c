"""From statements to a checked system: which lines there are, what they declare, and every shape."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from .constants import is_constant
from .declarations import declared_spaces, declared_span, declared_starts, declared_view, parameter_of
from .errors import FormulaError, refusal
from .greek import symbol_of
from .inference import Equations
from .names import check_names, declared_names, in_order
from .printing import to_text
from .scalars import component_name
from .statements import LATER, Definition, Derivative, Later, NamedStart, Space, Span, Starts, Statement, View
from .system import Equation, Helper, ParameterDeclaration, State, System
from .tree import Expression

MOST_NODES = 5_000
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
    known = declared_spaces(_of(statements, Space), list(rates))
    shapes = Equations(rates, ordered).shapes(known | {parameter.name: () for parameter in parameters})
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


def _key(equations: Sequence[Equation], parameters: Sequence[ParameterDeclaration], helpers: Sequence[Helper]) -> str:
    lines = [parameter.name for parameter in parameters]
    lines += [f"{helper.name} = {to_text(helper.expression)}" for helper in helpers]
    lines += [f"{line.state.name}{line.state.shape}' = {to_text(line.expression)}" for line in equations]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
