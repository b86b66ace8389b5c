"""The continuous adjoint of a formula, as a formula."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from .derivatives import pulled_back
from .program import Node, Program
from .rates import rates_program
from .system import Equation, Helper, State, System
from .tree import Expression, name, number


@lru_cache(maxsize=64)
def adjoint_system(system: System, wrt: tuple[str, ...]) -> System:
    """(z, a, g) with z' = f, a' = -(df/dz)^T a, g' = -(df/dp)^T a for the parameters p named in `wrt`, in that order.

    Its parameters are those of `system`. Every operation is a helper of its own, so that what two equations share is
    computed once; the dots in their names keep them apart from what a person can write.
    """
    program = rates_program(system).copy()
    size = system.size
    adjoints = [program.add("state", index=size + index) for index in range(size)]
    found, zero = pulled_back(program, adjoints), program.number(0.0)
    order = [parameter.name for parameter in system.parameters]
    leaves = [Node("state", index=index) for index in range(size)]
    leaves += [Node("parameter", index=order.index(wanted)) for wanted in wrt]
    shares = {program.nodes[place]: share for place, share in found.items()}
    back = [program.add("neg", shares.get(leaf, zero)) for leaf in leaves]
    program.outputs = (*program.outputs, *back)
    count = len(program.outputs)
    states = [State(f"state.{index}", "", (), 0) for index in range(count)]
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
        key=f"adjoint {' '.join(wrt)} of {system.key}",
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
