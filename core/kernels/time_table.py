"""What a right-hand side needs of the time alone, tabulated where many points share their times."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..language.program import Program
from ..tableau import Tableau
from .builder import Function
from .control import forever
from .lanes import convert
from .memory import Variable, load, store
from .program_emission import emit_nodes
from .runge_kutta import Vector
from .value import DOUBLE, Type, Value


class TimeTable:
    """Values of a program's nodes that hang on the time and on no state, at every moment of every step.

    They are kept at `table`, a row for each step: for every node of the tableau that differs, every value.
    """

    def __init__(self, program: Program, tableau: Tableau, real: str) -> None:
        self._program, self._real = program, real
        self._places = _timed(program)
        self._moments = tuple(dict.fromkeys(tableau.c))

    @property
    def row(self) -> int:
        """Values of a step."""
        return len(self._places) * len(self._moments)

    def fill(self, function: Function, steps: Value, parameters: Vector) -> None:
        """Write the rows of all steps; the grid of times is the argument `grid`."""
        if not self.row:
            return
        number = Variable(function.integer(0))
        with forever(function) as leave:
            step = number.get()
            leave(step >= steps)
            t, h = span_of(function, step)
            column = step * self.row
            for moment in self._moments:
                time = convert(_time_at(function, step, moment, t, h), self._real)
                for value in emit_nodes(self._program, self._places, function, time, (), parameters):
                    store(value, function.argument("table"), column)
                    column = column + 1
            number.set(step + 1)

    def moments(self, function: Function, step: Value) -> Mapping[Fraction, Mapping[int, Value]]:
        """What is known at every moment of a step, by the node of the tableau."""
        column = step * self.row
        found: dict[Fraction, dict[int, Value]] = {}
        for moment in self._moments:
            found[moment] = {}
            for place in self._places:
                found[moment][place] = load(Type(self._real), function.argument("table"), column)
                column = column + 1
        return found


def span_of(function: Function, step: Value) -> tuple[Value, Value]:
    """The time at which step number `step` begins, and its size: neighbours in the argument `grid`."""
    t = load(DOUBLE, function.argument("grid"), step)
    return t, end_of(function, step) - t


def end_of(function: Function, step: Value) -> Value:
    """The time at which a step ends, which t + h may miss by a rounding."""
    return load(DOUBLE, function.argument("grid"), step + 1)


def _time_at(function: Function, step: Value, moment: Fraction, t: Value, h: Value) -> Value:
    if moment == 1:
        return end_of(function, step)
    return t + float(moment) * h if moment else t


def _timed(program: Program) -> tuple[int, ...]:
    """The nodes that hang on the time alone and are needed beside states, or are outputs."""
    timed, moved = set(), set()
    for place, node in enumerate(program.nodes):
        if node.operation == "state" or any(argument in moved for argument in node.arguments):
            moved.add(place)
        elif node.operation == "time" or any(argument in timed for argument in node.arguments):
            timed.add(place)
    used = set(program.outputs)
    for place in program.needed(program.outputs):
        if place in moved:
            used.update(program.nodes[place].arguments)
    return tuple(sorted(timed & used))
