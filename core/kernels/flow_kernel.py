"""The compiled march of very many points along a flow in shared steps, all of them at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..language.program import Program
from ..tableau import Tableau
from .builder import Function
from .continuation import Continuation
from .control import forever, when
from .lanes import convert, select
from .memory import Variable, is_stopped, load, store
from .program_emission import emit_program
from .runge_kutta import Step, Vector, runge_kutta_step, unseen_stages
from .time_table import TimeTable, end_of, span_of
from .trajectory_plan import is_finite
from .value import DOUBLE, INTEGER, POINTER, Type, Value

ARGUMENTS = (
    *(("parameters", POINTER), ("stop", POINTER), ("grid", POINTER), ("steps", INTEGER), ("table", POINTER)),
    *(("z", POINTER), ("slopes", POINTER), ("opened", INTEGER), ("broken", POINTER)),
    *(("stride", INTEGER), ("first", INTEGER), ("last", INTEGER)),
    *(("times", POINTER), ("due", INTEGER), ("wanted", INTEGER), ("samples", POINTER)),
)
"""Arrays and numbers of a call.

grid (steps + 1,) float64: where steps begin and end. table: room for a row of a `TimeTable` for each step.
z (n, stride) in the real type: the points, which are moved where they lie. slopes (n, stride): of a method whose last
stage is the next first one, that stage; opened: 0 where it is not known yet. broken (stride,) int8: not 0 once a stage
of a point was no number that the end of its step does not show.
first, last: points, lanes of them at a time; there is room up to a multiple of the lanes.
times (wanted,) float64 in the direction of the way: at those from number `due` on that a step passes, the solution is
written to samples (wanted, n, stride).
"""


class MarchPlan(NamedTuple):
    """size, parameters: how many components and parameters. real: "double" or "float", of the state."""

    tableau: Tableau
    size: int
    parameters: int
    lanes: int
    real: str


class _Step(NamedTuple):
    """One step of a block of points, all of them from t to `target`. begin: the first point."""

    begin: Value
    t: Value
    target: Value
    h: Value
    before: Vector
    step: Step


def write_march(program: Program, plan: MarchPlan) -> tuple[Function, None]:
    """The function with `ARGUMENTS`."""
    function = Function("march", ARGUMENTS, None)
    table = TimeTable(program, plan.tableau, plan.real)
    parameters = tuple(
        convert(load(DOUBLE, function.argument("parameters"), index), plan.real) for index in range(plan.parameters)
    )
    table.fill(function, function.argument("steps"), parameters)
    place = Variable(function.argument("first"))
    with forever(function) as leave:
        leave(place.get() >= function.argument("last"))
        leave(is_stopped(function))
        _block(function, program, plan, table, parameters, place.get())
        place.set(place.get() + plan.lanes)
    return function, None


def _block(
    function: Function, program: Program, plan: MarchPlan, table: TimeTable, parameters: Vector, begin: Value
) -> None:
    """All steps of one block of points."""
    vector, stride, tableau = Type(plan.real, plan.lanes), function.argument("stride"), plan.tableau
    z = [Variable(load(vector, function.argument("z"), begin + stride * index)) for index in range(plan.size)]
    number, due = Variable(function.integer(0)), Variable(function.argument("due"))
    nothing = function.constant(Type(plan.real), 0.0)

    def field(known: Mapping[int, Value], states: Vector) -> Vector:
        return emit_program(program, function, nothing, states, parameters, known)

    slopes: list[Variable] = []
    if tableau.first_same_as_last:
        slopes = [
            Variable(load(vector, function.argument("slopes"), begin + stride * index)) for index in range(plan.size)
        ]
        with when(function.argument("opened").equals(0)):
            opening = field(table.moments(function, number.get())[tableau.c[0]], tuple(value.get() for value in z))
            for variable, value in zip(slopes, opening, strict=True):
                variable.set(value)
    hidden = unseen_stages(tableau, adaptive=False)
    broken = Variable(load(Type("i8", plan.lanes), function.argument("broken"), begin))
    with forever(function) as leave:
        leave(number.get() >= function.argument("steps"))
        leave(is_stopped(function, number.get()))
        t, h = span_of(function, number.get())
        known, before = table.moments(function, number.get()), tuple(value.get() for value in z)
        first = tuple(value.get() for value in slopes) or field(known[tableau.c[0]], before)
        step = runge_kutta_step(tableau, field, [known[node] for node in tableau.c], h, before, first, equal=True)
        _write_samples(function, plan, _Step(begin, t, end_of(function, number.get()), h, before, step), due)
        if hidden:
            whole = is_finite([value for stage in hidden for value in step.slopes[stage]])
            broken.set(broken.get() | convert(~whole, "i8"))
        following = step.slopes[tableau.end_stage or 0]
        for variable, value in zip([*z, *slopes], [*step.ends, *following], strict=False):
            variable.set(value)
        number.set(number.get() + 1)
    for name, variables in (("z", z), ("slopes", slopes)):
        for index, variable in enumerate(variables):
            store(variable.get(), function.argument(name), begin + stride * index)
    store(broken.get(), function.argument("broken"), begin)


def _write_samples(function: Function, plan: MarchPlan, step: _Step, due: Variable) -> None:
    """The solution at the wanted times that a step passes; at its very end, its end."""
    wanted = function.argument("wanted")

    def next_time() -> Value:
        return load(DOUBLE, function.argument("times"), due.get())

    def passed(time: Value) -> Value:
        return select(step.h > 0.0, time <= step.target, time >= step.target)

    with when(due.get() < wanted), when(passed(next_time())):
        inside = Continuation(plan.tableau, step.h, step.before, step.step)
        with forever(function) as leave:
            _write_sample(function, plan, step, inside, due.get())
            due.set(due.get() + 1)
            leave(due.get() >= wanted)
            leave(~passed(next_time()))


def _write_sample(function: Function, plan: MarchPlan, step: _Step, inside: Continuation, due: Value) -> None:
    """Write down the states at the wanted time number `due`."""
    stride, samples = function.argument("stride"), function.argument("samples")
    time = load(DOUBLE, function.argument("times"), due)
    at_end = time.equals(step.target)
    states = inside.at((time - step.t) / step.h)
    for index, (end, value) in enumerate(zip(step.step.ends, states, strict=True)):
        store(select(at_end, end, value), samples, (due * plan.size + index) * stride + step.begin)
