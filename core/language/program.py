"""A system as a list of scalar operations, each computed once: what every emitter and the derivatives work on."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from .powers import EULER, WHOLE_POWERS
from .real_system import real_system
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

    def copy(self) -> Program:
        """A program with the same nodes, to which more can be added."""
        return Program(list(self.nodes), self.outputs, dict(self._places))

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

    def needed(self, wanted: Iterable[int], known: Container[int] = ()) -> list[int]:
        """The nodes of which the `wanted` ones are made, in order, without the known ones and what only they need."""
        found: set[int] = set()
        left = [place for place in wanted if place not in known]
        while left:
            place = left.pop()
            if place not in found:
                found.add(place)
                left += [argument for argument in self.nodes[place].arguments if argument not in known]
        return sorted(found)


@lru_cache(maxsize=256)
def lowered(system: System) -> Program:
    """The program of the right-hand sides: one output per component, or the objective alone."""
    unrolled = scalars(real_system(system))
    program = Program()
    known = {"t": program.add("time"), "pi": program.number(math.pi), "e": program.number(math.e)}
    for index, component in enumerate(system.components):
        known[component] = program.add("state", index=index)
    for index, name_of_input in enumerate(system.inputs):
        known[name_of_input] = program.add("parameter", index=index)
    lowering = _Lowering(program, known)
    for label, expression in unrolled.helpers:
        known[label] = lowering.place(expression)
    program.outputs = tuple(lowering.place(expression) for expression in unrolled.rates)
    return program


class _Lowering:
    """Adds scalar expressions to a program; known: the places of names."""

    def __init__(self, program: Program, known: dict[str, int]) -> None:
        self._program = program
        self._known = known
        self._places: dict[int, int] = {}

    def place(self, expression: Expression) -> int:
        """The place of `expression`. One that unrolling put into many sums is the same object, and is placed once."""
        if id(expression) not in self._places:
            self._places[id(expression)] = self._placed(expression)
        return self._places[id(expression)]

    def _placed(self, expression: Expression) -> int:
        operation, arguments = expression.operation, expression.arguments
        if operation == "number":
            return self._program.number(float(expression.value or 0.0))
        if operation == "name":
            return self._known[str(expression.value)]
        if operation in ("add", "min", "max"):  # pairwise from the left: the same order in every emitter
            place = self.place(arguments[0])
            for other in arguments[1:]:
                place = self._joined(operation, place, other)
            return place
        if operation == "pow" and arguments[0] == EULER:
            return self._program.add("exp", self.place(arguments[1]))
        return self._program.add(operation, *(self.place(argument) for argument in arguments))

    def _joined(self, operation: str, place: int, other: Expression) -> int:
        if operation == "add" and other.operation == "neg":
            return self._program.add("sub", place, self.place(other.arguments[0]))
        return self._program.add(operation, place, self.place(other))


def whole_power(program: Program, node: Node) -> int | None:
    """The exponent of a power that is written as products, 2 to 8 or their negatives; else None."""
    if node.operation != "pow":
        return None
    exponent = program.nodes[node.arguments[1]]
    if exponent.operation != "number" or abs(exponent.value) not in WHOLE_POWERS:
        return None
    return int(exponent.value)
