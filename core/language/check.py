"""From statements to a checked system: names, shapes, ranges and starts."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Sequence

from .constants import constant, is_constant
from .declarations import check_name, interval_of, parameter_of, space_of
from .errors import FormulaError
from .functions import CONSTANTS, FUNCTIONS
from .greek import symbol_of
from .printing import to_text
from .scalars import component_name
from .shapes import Shape, shape_of
from .statements import Statement
from .system import Equation, Helper, ParameterDeclaration, State, System
from .tree import Expression

MOST_NODES = 5_000
DEFAULT_SPAN = (0.0, 20.0)
_VERBS = {
    "fixed_point": "a fixed-point map (<-)",
    "root": "a root problem (0 =)",
    "solve": "a root problem (solve)",
    "minimise": "a minimisation",
    "over": "a minimisation (over)",
    "subject": "a constraint (subject to)",
    "event": "an event (when)",
}


def check(statements: Sequence[Statement], text: str, title: str) -> System:
    """The system that `statements` describe. Raises FormulaError."""
    return _Checker(statements).system(text, title)


class _Checker:
    """Holds what is declared while names are resolved; used once."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        for statement in statements:
            if statement.verb in _VERBS:
                raise FormulaError(
                    statement.line,
                    statement.column,
                    f"{_VERBS[statement.verb]} is read, but this version solves only differential equations",
                    "write x' = ... for a vector field",
                )
        nodes = sum(_count(expression) for statement in statements for expression in statement.expressions)
        if nodes > MOST_NODES:
            raise FormulaError(1, 1, f"the formulas have {nodes} parts, more than {MOST_NODES}", "use a smaller system")
        self._lines = {verb: [s for s in statements if s.verb == verb] for verb in
                       ("derivative", "definition", "space", "interval", "starts", "view")}  # fmt: skip
        self._states = self._read_states()
        self._shapes: dict[str, Shape] = {state.name: state.shape for state in self._states}
        self._parameters: dict[str, ParameterDeclaration] = {}
        self._definitions: dict[str, Statement] = {}
        self._read_definitions()
        self._open: list[str] = []
        self._ordered: list[Helper] = []

    def system(self, text: str, title: str) -> System:
        """Resolve everything."""
        equations = []
        for state, statement in zip(self._states, self._lines["derivative"], strict=True):
            expression = statement.expressions[0]
            shape = shape_of(expression, self._shape_of_name)
            if shape not in ((), state.shape):
                raise FormulaError(
                    expression.line,
                    expression.column,
                    f"{state.name}' has another shape than {state.name}",
                    f"declare it with {state.name} in R^{'x'.join(map(str, shape))}",
                )
            equations.append(Equation(state, expression))
        for name in self._definitions:
            self._shape_of_name(Expression("name", (), name, self._definitions[name].line, 1))
        components = tuple(
            component_name(state.name, place) for state in self._states for place in _places(state.shape)
        )
        helpers = tuple(self._ordered)
        used = [*(helper.expression for helper in helpers), *(equation.expression for equation in equations)]
        return System(
            kind="ode",
            text=text,
            title=title,
            states=tuple(self._states),
            parameters=tuple(self._parameters.values()),
            helpers=helpers,
            equations=tuple(equations),
            starts=self._read_starts(len(components)),
            view=self._read_view(components),
            span=self._read_span(),
            autonomous=not any(_uses_time(expression) for expression in used),
            key=_key(self._states, self._parameters, helpers, equations),
            components=components,
            symbols=tuple(symbol_of(component) for component in components),
        )

    def _read_states(self) -> list[State]:
        if not self._lines["derivative"]:
            raise FormulaError(1, 1, "there is no equation", "write one such as x' = -x")
        spaces = {statement.subject: space_of(statement) for statement in self._lines["space"]}
        states: dict[str, State] = {}
        for statement in self._lines["derivative"]:
            name = statement.subject
            check_name(name, statement)
            if name in states:
                raise FormulaError(
                    statement.line,
                    statement.column,
                    f"{name}' is given twice",
                    f"remove it here or in line {states[name].line}",
                )
            states[name] = State(name, symbol_of(name), spaces.get(name, ()), statement.line)
        for statement in self._lines["space"]:
            if statement.subject not in states:
                raise FormulaError(
                    statement.line,
                    statement.column,
                    f"{statement.subject} has no equation",
                    f"write {statement.subject}' = ...",
                )
        return list(states.values())

    def _read_definitions(self) -> None:
        for statement in self._lines["definition"]:
            name, (expression,) = statement.subject, statement.expressions
            check_name(name, statement)
            if name in self._shapes or name in self._parameters or name in self._definitions:
                raise FormulaError(statement.line, statement.column, f"{name} is defined twice", "rename one of them")
            if is_constant(expression):
                self._parameters[name] = parameter_of(statement, constant(expression, f"the value of {name}"))
                self._shapes[name] = ()
            elif statement.rows:
                raise FormulaError(
                    expression.line, expression.column, f"{name} has a range, so its value must be a number",
                    "write a number before 'in', or remove the range",
                )  # fmt: skip
            else:
                self._definitions[name] = statement

    def _shape_of_name(self, leaf: Expression) -> Shape:
        name = str(leaf.value)
        if name in self._shapes:
            return self._shapes[name]
        if name in ("t", "pi", "e"):
            return ()
        if name not in self._definitions:
            raise self._unknown(leaf)
        if name in self._open:
            path = " -> ".join([*self._open[self._open.index(name) :], name])
            raise FormulaError(leaf.line, leaf.column, f"{name} is defined by itself ({path})", "break the circle")
        self._open.append(name)
        expression = self._definitions[name].expressions[0]
        shape = shape_of(expression, self._shape_of_name)
        self._open.pop()
        self._shapes[name] = shape
        self._ordered.append(Helper(name, symbol_of(name), shape, expression))
        return shape

    def _unknown(self, leaf: Expression) -> FormulaError:
        name = str(leaf.value)
        if name in FUNCTIONS:
            return FormulaError(
                leaf.line,
                leaf.column,
                f"{name} needs its argument in brackets",
                f"write {name}(x), and {name}(x)^2 for its square",
            )
        if name in CONSTANTS:
            return FormulaError(leaf.line, leaf.column, "complex numbers are not built yet", "use real unknowns")
        near = difflib.get_close_matches(name, [*self._shapes, *self._definitions], n=1, cutoff=0.4)
        near = near or difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=0.7)
        cure = f"did you mean {near[0]}?" if near else f"define it on a line of its own: {name} = 1"
        return FormulaError(leaf.line, leaf.column, f"unknown name '{name}'", cure, unknown=name)

    def _read_starts(self, size: int) -> tuple[tuple[float, ...], ...]:
        starts = []
        for statement in self._lines["starts"]:
            for point in statement.rows:
                if len(point) != size:
                    raise FormulaError(
                        point[0].line, point[0].column, f"a start has {size} number(s), not {len(point)}",
                        "give one number for each unknown, in the order of the equations",
                    )  # fmt: skip
                starts.append(tuple(constant(entry, "a start") for entry in point))
        return tuple(starts)

    def _read_view(self, components: tuple[str, ...]) -> dict[str, tuple[float, float]]:
        view = {}
        for statement in self._lines["view"]:
            for name, lower, upper in statement.rows:
                if name not in (*components, "t"):
                    raise FormulaError(
                        statement.line, statement.column, f"the view names {name}, which is no unknown",
                        f"use one of {', '.join(components)}",
                    )  # fmt: skip
                view[name] = interval_of(lower, upper, f"the view of {name}")
        return view

    def _read_span(self) -> tuple[float, float]:
        span = DEFAULT_SPAN
        for statement in self._lines["interval"]:
            if statement.subject != "t":
                raise FormulaError(
                    statement.line, statement.column, f"{statement.subject} in [...] has no value",
                    f"write {statement.subject} = 1 in [0, 2] for a parameter",
                )  # fmt: skip
            first, last = statement.expressions
            span = (constant(first, "the time span"), constant(last, "the time span"))
            if span[0] == span[1]:
                raise FormulaError(first.line, first.column, "the time span is empty", "give two different times")
        return span


def _places(shape: Shape) -> Iterable[tuple[int, ...]]:
    if not shape:
        return [()]
    rest = _places(shape[1:])
    return [(index, *place) for index in range(shape[0]) for place in rest]


def _uses_time(expression: Expression) -> bool:
    if expression.operation == "name":
        return expression.value == "t"
    return any(_uses_time(argument) for argument in expression.arguments)


def _count(expression: Expression) -> int:
    return 1 + sum(_count(argument) for argument in expression.arguments)


def _key(
    states: list[State],
    parameters: dict[str, ParameterDeclaration],
    helpers: tuple[Helper, ...],
    equations: list[Equation],
) -> str:
    lines = [f"{state.name}{state.shape}" for state in states] + list(parameters)
    lines += [f"{helper.name}={to_text(helper.expression)}" for helper in helpers]
    lines += [f"{equation.state.name}'={to_text(equation.expression)}" for equation in equations]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
