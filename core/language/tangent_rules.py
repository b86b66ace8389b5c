"""What an elementwise operation makes of slopes, as a few operations that numpy or torch can take."""

from __future__ import annotations

from functools import lru_cache

from .derivatives import slopes_along
from .program import Node, Program

Rule = tuple[tuple[int, int], list[tuple[int, Node]]]


@lru_cache(maxsize=256)
def tangent_rule(operation: str, moving: tuple[bool, ...]) -> Rule:
    """The places of an operation's value and slope, and the nodes that give them in their order.

    moving: whether each argument has a slope. The states of the nodes are the arguments, and then their slopes; what
    is constant leaves no trace in the slope.
    """
    program, count = Program(), len(moving)
    arguments = [program.add("state", index=index) for index in range(count)]
    value = program.add(operation, *arguments)
    program.outputs = (value,)
    directions = [
        program.add("state", index=count + index) if moves else program.number(0.0)
        for index, moves in enumerate(moving)
    ]
    slopes = slopes_along(program, directions)
    outputs = (value, slopes[value])
    return outputs, [(place, program.nodes[place]) for place in program.needed(outputs)]
