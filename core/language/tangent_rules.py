"""What an elementwise operation makes of slopes, as a few operations that numpy or torch can take."""

from __future__ import annotations

from functools import lru_cache

from .derivatives import slopes_along
from .program import Node, Program

Rule = tuple[tuple[int, ...], list[tuple[int, Node]]]


@lru_cache(maxsize=256)
def tangent_rule(operation: str, moving: tuple[bool, ...], order: int = 1) -> Rule:
    """The places of an operation's value and of its derivatives up to this order, and the nodes that give them in their
    order.

    moving: whether each argument has derivatives. The states of the nodes are the arguments, then their slopes, then
    their second derivatives, and so on; what is constant leaves no trace.
    """
    program, count = Program(), len(moving)
    states = [program.add("state", index=index) for index in range((order + 1) * count)]
    # along the curve every derivative of an argument moves as the next one says
    ahead = [
        states[index + count] if moving[index % count] and index + count < len(states) else program.number(0.0)
        for index in range(len(states))
    ]
    outputs = [program.add(operation, *states[:count])]
    for _ in range(order):
        program.outputs = tuple(outputs)
        outputs.append(slopes_along(program, ahead)[outputs[-1]])
    return tuple(outputs), [(place, program.nodes[place]) for place in program.needed(tuple(outputs))]
