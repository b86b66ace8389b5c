"""A system as a list of scalar operations, each computed once: what every emitter and the derivatives work on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

from .safe_math import SAFE
from .scalars import scalars
from .system import System
from .tree import Expression

LEAVES = ("number", "state", "parameter", "time")


@dataclass(frozen=True)
class Node:
    """operation: an operation of the tree, or one of LEAVES; arguments: places of earlier nodes.

    value: of a number; index: of a state or parameter.
    """

    operation: str
    arguments: tuple[int, ...] = ()
    value: float = 0.0
    index: int = 0


@dataclass
class Program:
    """nodes in an order in which arguments come first; outputs: places of the results."""

    nodes: list[Node] = field(default_factory=list)
    outputs: tuple[int, ...] = ()
    _places: dict[object, int] = field(default_factory=dict)

    def add(self, operation: str, *arguments: int, value: float = 0.0, index: int = 0) -> int:
        """The place of this operation: a new one, or that of an equal one. Constants are folded."""
        if operation in SAFE and all(self.nodes[place].operation == "number" for place in arguments):
            return self.number(float(SAFE[operation](*(self.nodes[place].value for place in arguments))))
        node = Node(operation, arguments, value, index)
        # 0.0 and -0.0 are equal but not the same, and NaN is never equal
        key = (node, math.copysign(1.0, value)) if value == value else "nan"
        if key not in self._places:
            self._places[key] = len(self.nodes)
            self.nodes.append(node)
        return self._places[key]

    def number(self, value: float) -> int:
        """The place of a constant."""
        return self.add("number", value=value)

    def is_number(self, place: int, value: float) -> bool:
        """Whether the node at `place` is the constant `value`."""
        node = self.nodes[place]
        return node.operation == "number" and node.value == value

    def uses(self) -> list[int]:
        """How often each node is an argument or output of what the outputs need; 0 for what they do not need."""
        counts = [0] * len(self.nodes)
        for place in self.outputs:
            counts[place] += 1
        for place in range(len(self.nodes) - 1, -1, -1):
            if counts[place]:
                for argument in self.nodes[place].arguments:
                    counts[argument] += 1
        return counts


@lru_cache(maxsize=256)
def rates_program(system: System) -> Program:
    """The program of f: one output per component."""
    unrolled = scalars(system)
    program = Program()
    known = {"t": program.add("time"), "pi": program.number(math.pi), "e": program.number(math.e)}
    for index, component in enumerate(system.components):
        known[component] = program.add("state", index=index)
    for index, parameter in enumerate(system.parameters):
        known[parameter.name] = program.add("parameter", index=index)
    for name, expression in unrolled.helpers:
        known[name] = _place(program, expression, known)
    program.outputs = tuple(_place(program, expression, known) for expression in unrolled.rates)
    return program


def _place(program: Program, expression: Expression, known: dict[str, int]) -> int:
    operation = expression.operation
    if operation == "number":
        assert isinstance(expression.value, float)
        return program.number(expression.value)
    if operation == "name":
        return known[str(expression.value)]
    arguments = [_place(program, argument, known) for argument in expression.arguments]
    if operation in ("min", "max"):  # pairwise: the same order in every emitter
        place = arguments[0]
        for other in arguments[1:]:
            place = program.add(operation, place, other)
        return place
    return program.add(operation, *arguments)


def whole_power(program: Program, node: Node) -> int | None:
    """The exponent of a power that is written as products, 2 to 8 or their negatives; else None."""
    if node.operation != "pow":
        return None
    exponent = program.nodes[node.arguments[1]]
    if exponent.operation != "number" or not exponent.value.is_integer() or not 2 <= abs(exponent.value) <= 8:
        return None
    return int(exponent.value)
