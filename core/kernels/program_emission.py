"""The operations of a program as instructions, each once."""

from __future__ import annotations

from collections.abc import Sequence

from ..language.program import Node, Program
from .builder import Function
from .elementary import OPERATIONS
from .functions.power import power
from .value import Type, Value, spread


def emit_program(
    program: Program, function: Function, time: Value, states: Sequence[Value], parameters: Sequence[Value]
) -> tuple[Value, ...]:
    """The outputs, with as many lanes as the states.

    What follows from values of one lane alone, as shared parameters are, is computed once and not in every lane.
    """
    values: dict[int, Value] = {}
    inputs = {"state": states, "parameter": parameters, "time": [time]}
    example = (*states, time)[0].type

    def computed(node: Node) -> Value:
        if node.operation == "number":
            return function.constant(Type(example.element), node.value)
        if node.operation in inputs:
            return inputs[node.operation][node.index]
        arguments = [values[place] for place in node.arguments]
        if node.operation == "pow":
            exponent = program.nodes[node.arguments[1]]
            return power(arguments[0], exponent.value if exponent.operation == "number" else arguments[1])
        return OPERATIONS[node.operation](*arguments)

    for place, count in enumerate(program.uses()):
        if count:
            values[place] = computed(program.nodes[place])
    return tuple(spread(values[place], example.lanes) for place in program.outputs)
