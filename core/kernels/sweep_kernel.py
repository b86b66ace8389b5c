"""The compiled iteration of a map from every pixel of a plane: each stops as soon as it has come to rest or is away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..language.program import Program
from .builder import Function
from .control import forever, when
from .lanes import any_of, convert, ramp, select
from .memory import Variable, is_stopped, load, store
from .program_emission import emit_program
from .trajectory_plan import is_finite
from .value import INTEGER, POINTER, Type, Value, spread

ARGUMENTS = (
    *(("origin", POINTER), ("per_column", POINTER), ("per_row", POINTER), ("limits", POINTER), ("stop", POINTER)),
    *(("first", INTEGER), ("last", INTEGER), ("columns", INTEGER), ("iterations", INTEGER)),
    *(("z", POINTER), ("stride", INTEGER), ("count", POINTER), ("reason", POINTER)),
)
"""Arrays and numbers of a call. Inputs are the n states, then the p parameters.

origin, per_column, per_row (n + p,) float64: the inputs of a pixel. limits (2,): squares of the tolerance and of the
radius of escape. first, last: pixels of the whole plane counted row by row, lanes of them at a time: `last` is rounded
up, and the outputs, which begin with `first`, have room for that.
z (n, stride) in the real type; count (stride,) int32; reason (stride,) int8.
"""
SPENT, AT_REST, AWAY, NO_NUMBER = range(4)
"""Why a pixel stopped: its budget is used up, it came to rest, it escaped, or it is no number."""


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep is made for: a map of `size` states, in values of the type `real`.

    varied: which of the parameters differ from pixel to pixel. escapes: whether to look how far a pixel has come;
    without it, it stops for being at rest or no number.
    """

    size: int
    varied: tuple[bool, ...]
    escapes: bool
    lanes: int
    real: str


class _Pixels(NamedTuple):
    """The states and parameters of one pixel per lane."""

    states: tuple[Value, ...]
    parameters: tuple[Value, ...]


def write_sweep(program: Program, plan: SweepPlan) -> tuple[Function, None]:
    """The function with `ARGUMENTS`. A reciprocal may stand for several divisions: a picture shows no rounding."""
    function = Function("sweep", ARGUMENTS, None, reciprocals=True)
    place = Variable(function.argument("first"))
    with forever(function) as leave:
        begin = place.get()
        leave(begin >= function.argument("last"))
        leave(is_stopped(function))
        _block(function, program, plan, _pixels(function, plan, begin), begin)
        place.set(begin + plan.lanes)
    return function, None


def _pixels(function: Function, plan: SweepPlan, begin: Value) -> _Pixels:
    integer = function.constant(Type("i64", plan.lanes), 0)
    pixel = convert(ramp(integer) + begin, "double")
    columns = convert(function.argument("columns"), "double")
    row = function.intrinsic("floor", (pixel + 0.5) / columns)
    column = pixel - row * columns
    inputs = []
    for index, moves in enumerate([True] * plan.size + list(plan.varied)):
        origin, per_column, per_row = (
            load(Type("double"), function.argument(name), index) for name in ("origin", "per_column", "per_row")
        )
        value = row * per_row + (column * per_column + origin) if moves else origin
        inputs.append(convert(value, plan.real))
    return _Pixels(tuple(inputs[: plan.size]), tuple(inputs[plan.size :]))


def _block(function: Function, program: Program, plan: SweepPlan, pixels: _Pixels, begin: Value) -> None:
    """Iterate one block of pixels until all have stopped, and write down where, when and why.

    A pixel that has stopped goes on beside the others, and nobody looks.
    """
    z, ends = ([Variable(value) for value in pixels.states] for _ in range(2))
    active = Variable(function.constant(Type("i1", plan.lanes), 1))
    count = Variable(spread(convert(function.argument("iterations"), "i32"), plan.lanes))
    done = Variable(function.integer(0))
    rest, escape = (convert(load(Type("double"), function.argument("limits"), index), plan.real) for index in (0, 1))
    time = function.constant(Type(plan.real), 0.0)
    with forever(function) as leave:
        leave(done.get() >= function.argument("iterations"))
        before = tuple(variable.get() for variable in z)
        after = emit_program(program, function, time, before, pixels.parameters)
        going = _square([b - a for a, b in zip(before, after, strict=True)]) > rest
        if plan.escapes:
            going = going & (_square(list(after)) <= escape)
        for variable, value in zip(z, after, strict=True):
            variable.set(value)
        done.set(done.get() + 1)
        stopped = active.get() & ~going
        with when(any_of(stopped)):
            count.set(select(stopped, convert(done.get(), "i32"), count.get()))
            for end, value in zip(ends, after, strict=True):
                end.set(select(stopped, value, end.get()))
            active.set(active.get() & going)
        leave(~any_of(active.get()))
    stride, begin = function.argument("stride"), begin - function.argument("first")
    for index, (end, last) in enumerate(zip(ends, z, strict=True)):
        store(select(active.get(), last.get(), end.get()), function.argument("z"), begin + stride * index)
    store(count.get(), function.argument("count"), begin)
    reason = _reason(function, plan, [end.get() for end in ends], escape)
    store(select(active.get(), SPENT, reason), function.argument("reason"), begin)


def _reason(function: Function, plan: SweepPlan, ends: list[Value], escape: Value) -> Value:
    """Why pixels stopped there: without an escape, only what is no number does not rest."""
    size = _square(ends)
    at_rest = function.constant(Type("i8", plan.lanes), AT_REST)
    if plan.escapes:
        return select(size.is_nan(), NO_NUMBER, select(size > escape, AWAY, at_rest))
    return select(is_finite(ends), at_rest, NO_NUMBER)


def _square(values: list[Value]) -> Value:
    total = spread(values[0] * values[0], values[0].type.lanes)
    for value in values[1:]:
        total = value * value + total
    return total
