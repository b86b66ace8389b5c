"""What a trajectory kernel is made for, what it is given, and what its lanes remember."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..step_controller import StepController
from ..step_rules import LEAST_PREVIOUS
from ..tableau import Tableau
from .builder import Function
from .lane_state import LaneState
from .lanes import convert
from .memory import load
from .runge_kutta import Field, Vector
from .value import INTEGER, POINTER, Type, Value, spread

RUNNING, SUCCESS, STUCK, BAD_INPUT, NO_FIELD, NO_STATE = range(6)
"""Endings of a trajectory: places in `step_rules.ENDINGS`."""
SETTINGS = ("begin", "end", "rtol", "atol", "first_step", "direction", "huge", "shortest", "longest")
"""Numbers behind the pointer `settings`, in this order.

first_step: with the sign of the direction, which is 1 or -1; without where every trajectory has its own span, whose
ends are then elsewhere. huge: states above it are on their way to overflow. shortest, longest: of a step,
without a sign.
"""
ARGUMENTS = (
    *(("state", POINTER), ("next", POINTER), ("stop", POINTER), ("settings", POINTER), ("parameters", POINTER)),
    ("spans", POINTER),
    *(("starts", POINTER), ("ends", POINTER), ("end_times", POINTER), ("endings", POINTER)),
    *(("attempts", POINTER), ("accepted", POINTER), ("count", INTEGER)),
    *(("most", INTEGER), ("spent", INTEGER), ("allowance", INTEGER)),
    *(("times", POINTER), ("wanted", INTEGER), ("samples", POINTER), ("records", POINTER), ("capacity", INTEGER)),
)
"""Arrays and numbers of a call. n is the size of a state, B the count of trajectories.

state: memory of the lanes. next: the first trajectory that nobody has taken, shared by all threads. stop: not 0 once
the call shall return. spans (2, B) float64, read where every trajectory has its own. starts, ends (n, B) in the real
type. end_times (B,) float64. endings (B,) int64. attempts, accepted (B,) int64. most: attempts of a trajectory;
spent: its ending once they are made. allowance: attempts of this call.
times (wanted,) float64 in the direction of the way, or (B, wanted) where every trajectory has its own; samples (B,
wanted, n) in the real type.
records (capacity, 6 + 2 n + s n) float64, and capacity in rows: see `record_columns`.
"""
_SPAN = ("begin", "end", "direction")
FieldMaker = Callable[[Function, Vector], Field]
"""From the function and the parameters, one lane each, to the field."""


@dataclass(frozen=True)
class Plan:
    """lanes: how many trajectories at once. real: "double" or "float", of the state; time is always double.

    size, parameters: how many components and parameters.
    sampled: write the solution at given times. recorded: write every attempted step. apart: every trajectory has a
    span and times of its own.
    """

    tableau: Tableau
    controller: StepController
    size: int
    parameters: int
    lanes: int
    real: str
    sampled: bool
    recorded: bool
    apart: bool = False

    @property
    def order(self) -> int:
        """The order that step control reckons with."""
        return self.tableau.error_order

    @property
    def slope_is_kept(self) -> bool:
        """Whether an attempt begins with a slope that is known."""
        return self.tableau.first_same_as_last

    @property
    def row(self) -> int:
        """Numbers in a row of records."""
        return 6 + (2 + self.tableau.stages) * self.size

    def type(self, element: str) -> Type:
        """One value of `element` per lane."""
        return Type(element, self.lanes)

    @cached_property
    def layout(self) -> tuple[tuple[str, Type], ...]:
        """What a lane remembers, and `now`, the attempts of all lanes so far.

        target: where the next attempt ends. previous, earlier, growth: logarithms of what is in `StepMemory`, as far as
        the controller asks for them. free: whether
        the step may grow, as after an accepted one. begun: `now` at the first attempt. place: the next of the wanted
        times, which is `due`.
        """
        real, time, integer = (self.type(element) for element in (self.real, "double", "i32"))
        state = [(f"{name}{index}", real) for name in ("z", "first") for index in range(self.size)]
        times = [(name, time) for name in ("t", "h", "target", "due")]
        spans = [(name, time) for name in _SPAN] if self.apart else []
        integers = [(name, integer) for name in ("sample", "ending", "begun", "accepted", "place")]
        memory = [(name, real) for name in remembered_at_start(self)]
        return *state, *memory, *times, *spans, *integers, ("free", self.type("i1")), ("now", Type("i32"))


def remembered_at_start(plan: Plan) -> dict[str, float]:
    """Logarithms of what the controller of the plan remembers of a trajectory that begins."""
    start = {"previous": math.log(LEAST_PREVIOUS), "earlier": math.log(LEAST_PREVIOUS), "growth": 0.0}
    return {name: start[name] for name in plan.controller.remembers}


class Span(NamedTuple):
    """Where trajectories begin and end, and 1 or -1: one value for all lanes, or one per lane."""

    begin: Value
    end: Value
    direction: Value


class Given:
    """The arguments of a kernel as values, and its field."""

    def __init__(self, plan: Plan, function: Function, make_field: FieldMaker) -> None:
        self.plan, self.function = plan, function
        settings, parameters = function.argument("settings"), function.argument("parameters")
        numbers = {name: load(Type("double"), settings, place) for place, name in enumerate(SETTINGS)}
        self._shared = {name: numbers[name] for name in (*_SPAN, "first_step")}
        self.huge, self.shortest, self.longest = (numbers[name] for name in ("huge", "shortest", "longest"))
        self.spent, self.most = (convert(function.argument(name), "i32") for name in ("spent", "most"))
        self.rtol, self.atol = (convert(numbers[name], plan.real) for name in ("rtol", "atol"))
        shared = tuple(convert(load(Type("double"), parameters, index), plan.real) for index in range(plan.parameters))
        self.field = make_field(function, shared)

    def span(self, state: LaneState) -> Span:
        """Where the trajectory of each lane begins and ends, and in which direction of time that is."""
        return Span(*(state[name] if self.plan.apart else self._shared[name] for name in _SPAN))

    def first_step(self, state: LaneState) -> Value:
        """The controller's first step in the direction of time."""
        size = self._shared["first_step"]
        return self.lanes(size) * state["direction"] if self.plan.apart else self.lanes(size)

    def time_number(self, state: LaneState, place: Value) -> Value:
        """Where among `times` the wanted time number `place` of each lane's trajectory is."""
        number = convert(place, "i64")
        return number + convert(state["sample"], "i64") * self.argument("wanted") if self.plan.apart else number

    def argument(self, name: str) -> Value:
        """The argument `name`."""
        return self.function.argument(name)

    def lanes(self, value: Value) -> Value:
        """A shared value in every lane."""
        return spread(value, self.plan.lanes)

    def constant(self, element: str, number: float) -> Value:
        """`number` in every lane."""
        return self.function.constant(self.plan.type(element), number)


def record_columns(size: int, stages: int) -> dict[str, slice]:
    """Where a row of records holds what: t0, t1, error, accepted, evaluations and sample one number each."""
    single = {name: slice(place, place + 1) for place, name in enumerate(_SINGLE)}
    return single | {
        "z0": slice(6, 6 + size),
        "z1": slice(6 + size, 6 + 2 * size),
        "stages": slice(6 + 2 * size, 6 + (2 + stages) * size),
    }


_SINGLE = ("sample", "t0", "t1", "error", "accepted", "evaluations")


def is_finite(values: Sequence[Value]) -> Value:
    """The mask of lanes in which every value is a finite number."""
    finite = abs(values[0]) < float("inf")
    for value in values[1:]:
        finite = finite & (abs(value) < float("inf"))
    return finite
