"""From statements to a checked system: which lines there are, what they declare, and every shape."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from ..stored_tensor import StoredTensor
from .complex_rules import check_complex, complex_unknowns, refuse_parts
from .constants import is_constant
from .declarations import DEFAULT_SPAN, declared_spaces, declared_span, declared_view, parameter_of
from .equation_lines import EquationLines, equation_lines, refuse_time_in
from .errors import refusal
from .event_lines import around_events, declared_events, formulas_of
from .flow_lines import FLOW_SPAN, declared_flow
from .greek import symbol_of
from .inference import Equations
from .learnt_lines import declared_learnt
from .module_call import module_call
from .names import IMAGINARY, check_names, declared_names, in_order
from .noise_terms import noise_equations, refuse_noise_in, without_noise
from .printing import to_text
from .shapes import Shape, Shapes
from .starts import declared_starts, start_entries
from .statements import (
    LATER,
    Data,
    Definition,
    Flow,
    Later,
    Learn,
    Module,
    Name,
    NamedStart,
    Space,
    Span,
    Starts,
    Statement,
    View,
    When,
)
from .stored_data import declared_data
from .system import DataDeclaration, Equation, EventDeclaration, Helper, ModuleCall, ParameterDeclaration, State, System
from .tree import Expression

MOST_NODES = 5_000
S = TypeVar("S")


def check(statements: Sequence[Statement], text: str, title: str, tensors: Mapping[str, StoredTensor]) -> System:
    """The system that `statements` describe, with the document's `tensors`. Raises FormulaError."""
    _refuse_later(statements)
    statements, factors = without_noise(statements)
    definitions, data_lines, modules = _of(statements, Definition), _of(statements, Data), _of(statements, Module)
    learnt = _of(statements, Learn)
    tensor_names = _names([*data_lines, *learnt])
    lines, module = module_call(equation_lines(statements), modules, definitions, text)
    formulas = list({id(side): side for side in lines.right_sides.values()}.values())
    formulas += [*factors.values(), *(line.value for line in definitions)]
    whens = _of(statements, When)
    moving, formulas = formulas, [*formulas, *formulas_of(whens)]
    _check_size([*formulas, *(line.value for line in learnt)])
    refuse_noise_in(formulas, lines.kind)
    names = declared_names([*lines.unknowns, *_names(definitions), *tensor_names, *_names(modules)])
    spaces = [*lines.spaces, *_of(statements, Space)]
    in_the_plane = complex_unknowns(lines, spaces, tensor_names)
    check_names(formulas, [*names, *([IMAGINARY] if in_the_plane else [])], text)
    if not in_the_plane:
        refuse_parts(formulas)
    refuse_time_in(formulas, lines.kind)
    data = declared_data(data_lines, tensors, lines.kind) + declared_learnt(learnt, tensors, names)
    parameters = [parameter_of(line) for line in definitions if is_constant(line.value)]
    helper_lines = {line.name.text: _helper_line(line) for line in definitions if not is_constant(line.value)}
    ordered = {name: helper_lines[name].value for name in in_order(helper_lines)}
    known: dict[str, Shape] = _declared_shapes(spaces, lines, in_the_plane)
    known |= {parameter.name: () for parameter in parameters} | {declared.name: declared.shape for declared in data}
    shapes = Equations(lines.right_sides, ordered).shapes(known)
    _check_equation_shapes(lines, shapes)
    if in_the_plane:
        check_complex(lines.kind, in_the_plane, ordered, lines.right_sides, shapes)
    equations = tuple(
        Equation(State(name, symbol_of(name), shapes[name], names[name].line, name in in_the_plane), side)
        for name, side in lines.right_sides.items()
    )
    noise = noise_equations(equations, factors, shapes)
    states = tuple(equation.state for equation in equations)
    components = tuple(component for state in states for component in state.components)
    helpers = tuple(Helper(name, symbol_of(name), shapes[name], value) for name, value in ordered.items())
    fixed = {name.text for name in (*tensor_names, *_names(modules))}
    events = declared_events(whens, text, around_events(lines.kind, states, shapes, ordered, fixed))
    flow = declared_flow(_of(statements, Flow), lines.kind, states, whens, factors)
    start_lines = [line for line in statements if isinstance(line, Starts | NamedStart)]
    return System(
        kind=lines.kind,
        text=text,
        title=title,
        states=states,
        parameters=tuple(parameters),
        helpers=helpers,
        equations=equations,
        starts=declared_starts(_asked_start(lines) + start_lines, states),
        view=declared_view(_of(statements, View), components),
        span=declared_span(_of(statements, Span), DEFAULT_SPAN if flow is None else FLOW_SPAN),
        autonomous=not any(leaf.value == "t" for formula in moving for leaf in formula.names()),
        key=_key(lines, (equations, noise), parameters, helpers, data, module, events),
        components=components,
        symbols=tuple(map(_component_symbol, components)),
        data=data,
        module=module,
        events=events,
        noise=noise,
        flow=flow,
    )


def _component_symbol(component: str) -> str:
    """Re ζ₁ for "re zeta[1]"."""
    part, _, name = component.rpartition(" ")
    return f"{part.title()} {symbol_of(name)}".strip()


def _declared_shapes(spaces: Sequence[Space], lines: EquationLines, in_the_plane: Collection[str]) -> dict[str, Shape]:
    """The shapes of the unknowns that a space or a start declares."""
    shapes = declared_spaces(spaces, list(lines.right_sides))
    for name, start in lines.starts.items():
        start_entries(start, name in in_the_plane)  # refuses names
        shapes.setdefault(name, Shapes({}).of(start))
    return shapes


def _asked_start(lines: EquationLines) -> list[Starts | NamedStart]:
    """The start that stands beside the unknowns, where it gives all of them."""
    if not lines.starts:
        return []
    for name in lines.unknowns:
        if name.text not in lines.starts:
            raise refusal(name, f"no line says where {name.text} begins", f"write {name.text} = 0 beside the others")
    return [NamedStart(tuple(Definition(name, lines.starts[name.text]) for name in lines.unknowns))]


def _check_equation_shapes(lines: EquationLines, shapes: Mapping[str, Shape]) -> None:
    """An equation fixes as many numbers as its unknown has; an objective is one number."""
    if lines.kind not in ("root", "minimise"):
        return
    for name, side in lines.right_sides.items():
        wanted = shapes[name] if lines.kind == "root" else ()
        found = Shapes(shapes).of(side)
        if found == wanted:
            continue
        if lines.kind == "minimise":
            raise refusal(side, "the objective is not one number", "take its sum, its norm or a dot product")
        counts = f"this equation gives {math.prod(found)} numbers, and {name} has {math.prod(wanted)}"
        raise refusal(side, counts, f"write an equation of the shape of {name}, in the order of solve")


def _names(lines: Sequence[Definition | Data | Learn | Module]) -> list[Name]:
    return [line.name for line in lines]


def _of(statements: Sequence[Statement], kind: type[S]) -> list[S]:
    return [line for line in statements if isinstance(line, kind)]


def _refuse_later(statements: Sequence[Statement]) -> None:
    for line in _of(statements, Later):
        raise refusal(
            line,
            f"{LATER[line.verb]} is read, but this version cannot solve it",
            "leave the line out",
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


def _key(
    lines: EquationLines,
    sides: tuple[Sequence[Equation], Sequence[Equation]],
    parameters: Sequence[ParameterDeclaration],
    helpers: Sequence[Helper],
    data: Sequence[DataDeclaration],
    module: ModuleCall | None,
    events: Sequence[EventDeclaration],
) -> str:
    parts = [lines.kind, *(parameter.name for parameter in parameters)]
    if module is not None:
        parts += [f"{module.name} of {module.file}:{module.attribute}{' learnt' * module.learnt}"]
    parts += [f"{item.name} {item.batch} {item.tensor.shape} {item.tensor.dtype}" for item in data]
    parts += [f"{helper.name} = {to_text(helper.expression)}" for helper in helpers]
    equations, noise = sides
    for line in equations:
        space = f"{line.state.shape}{' in C' if line.state.is_complex else ''}"
        parts.append(f"{line.state.name}{space}' = {to_text(line.expression)}")
    parts += [f"noise of {line.state.name}: {to_text(line.expression)}" for line in noise]
    for event in events:
        condition = f"{to_text(event.left)} = {to_text(event.right)}"
        sets = ", ".join(f"{line.state.name} = {to_text(line.expression)}" for line in event.changes)
        parts.append(f"when {condition} {event.direction}: {sets}")
    digest = hashlib.sha256("\n".join(parts).encode())
    for item in data:
        digest.update(item.tensor.data)
    return digest.hexdigest()
