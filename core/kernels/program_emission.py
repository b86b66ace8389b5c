"""The operations of a program as instructions, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..language.program import Node, Program
from .builder import Function
from .elementary import OPERATIONS
from .functions.power import power
from .value import Type, Value, spread


def emit_program(
    program: Program,
    function: Function,
    time: Value,
    states: Sequence[Value],
    parameters: Sequence[Value],
    known: Mapping[int, Value] | None = None,
) -> tuple[Value, ...]:
    """The outputs, with as many lanes as the states. known: nodes whose values are there already.

    What follows from values of one lane alone, as shared parameters are, is computed once and not in every lane.
    """
    example = (*states, time)[0].type
    found = emit_nodes(program, program.outputs, function, time, states, parameters, known)
    return tuple(spread(value, example.lanes) for value in found)


def emit_nodes(
    program: Program,
    wanted: Sequence[int],
    function: Function,
    time: Value,
    states: Sequence[Value],
    parameters: Sequence[Value],
    known: Mapping[int, Value] | None = None,
) -> tuple[Value, ...]:
    """The values of the nodes `wanted`. known: nodes whose values are there already."""
    values = dict(known or {})
    inputs = {"state": states, "parameter": parameters, "time": [time]}
    real = Type((*states, time)[0].type.element)

    def computed(node: Node) -> Value:
        if node.operation == "number":
            return function.constant(real, node.value)
        if node.operation in inputs:
            return inputs[node.operation][node.index]
        arguments = [values[place] for place in node.arguments]
        if node.operation == "pow":
            exponent = program.nodes[node.arguments[1]]
            return power(arguments[0], exponent.value if exponent.operation == "number" else arguments[1])
        return OPERATIONS[node.operation](*arguments)

    for place in program.needed(wanted, values):
        values[place] = computed(program.nodes[place])
    return tuple(values[place] for place in wanted)
