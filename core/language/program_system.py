"""A program written as a system: how a quantity derived from a formula is followed like any formula."""

from __future__ import annotations

from dataclasses import replace

from .program import Program
from .system import Equation, Helper, State, System
from .tree import Expression, name, number


def differential_system(program: Program, system: System, key: str) -> System:
    """z_i' = the i-th output of `program`, whose parameters are those of `system`.

    Every operation is a helper of its own, so that what two equations share is computed once; the dots in their names
    keep them apart from what a person can write. key: tells it from other systems that are derived from this one.
    """
    states = [State(f"state.{index}", "", (), 0) for index in range(len(program.outputs))]
    helpers, values = _helpers(program, [parameter.name for parameter in system.parameters])
    components = tuple(state.name for state in states)
    return replace(
        system,
        kind="ode",
        states=tuple(states),
        helpers=helpers,
        equations=tuple(Equation(state, values[place]) for state, place in zip(states, program.outputs, strict=True)),
        starts=(),
        view={},
        data=(),
        key=f"{key} of {system.key}",
        components=components,
        symbols=components,
    )


def _helpers(program: Program, parameters: list[str]) -> tuple[tuple[Helper, ...], dict[int, Expression]]:
    """A helper for every operation that is needed, and by place the expression that stands for it."""
    helpers: list[Helper] = []
    values: dict[int, Expression] = {}
    for place, count in enumerate(program.uses()):
        if not count:
            continue
        node = program.nodes[place]
        if node.operation == "number":
            values[place] = number(node.value)
        elif node.operation == "time":
            values[place] = name("t")
        elif node.operation == "state":
            values[place] = name(f"state.{node.index}")
        elif node.operation == "parameter":
            values[place] = name(parameters[node.index])
        else:
            label = f"node.{place}"
            expression = Expression(node.operation, tuple(values[argument] for argument in node.arguments))
            helpers.append(Helper(label, "", (), expression))
            values[place] = name(label)
    return tuple(helpers), values
