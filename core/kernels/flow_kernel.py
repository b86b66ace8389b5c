"""The compiled march of very many points along a flow in equal steps, all of them at the same time."""

from __future__ import annotations

from ..tableau import Tableau
from .builder import Function
from .control import forever
from .lanes import convert
from .memory import Variable, load, load_shared, store
from .runge_kutta import runge_kutta_step
from .trajectory_plan import FieldMaker
from .value import DOUBLE, INTEGER, POINTER, Type, Value

ARGUMENTS = (
    *(("parameters", POINTER), ("stop", POINTER), ("z", POINTER), ("stride", INTEGER)),
    *(("first", INTEGER), ("last", INTEGER), ("begin", DOUBLE), ("step", DOUBLE), ("steps", INTEGER)),
)
"""Arrays and numbers of a call.

z (n, stride) in the real type: the points, which are moved where they lie. first, last: points, lanes of them at a
time; there is room up to a multiple of the lanes. The time is the same in every lane and is computed once.
"""


def write_march(
    tableau: Tableau, make_field: FieldMaker, size: int, parameters: int, lanes: int, real: str
) -> tuple[Function, None]:
    """The function with `ARGUMENTS`: `steps` steps of `tableau` from `begin` on."""
    function = Function("march", ARGUMENTS, None)
    shared = tuple(convert(load(DOUBLE, function.argument("parameters"), index), real) for index in range(parameters))
    field = make_field(function, shared)
    vector, stride, step = Type(real, lanes), function.argument("stride"), function.argument("step")
    place = Variable(function.argument("first"))
    with forever(function) as leave:
        begin = place.get()
        leave(begin >= function.argument("last"))
        leave(load_shared(Type("i32"), function.argument("stop")).differs(0))
        z = [Variable(load(vector, function.argument("z"), begin + stride * index)) for index in range(size)]
        done = Variable(function.integer(0))
        with forever(function) as finish:
            finish(done.get() >= function.argument("steps"))
            t: Value = convert(done.get(), "double") * step + function.argument("begin")
            before = tuple(variable.get() for variable in z)
            ends = runge_kutta_step(tableau, field, t, step, before, field(t, before)).ends
            for variable, end in zip(z, ends, strict=True):
                variable.set(end)
            done.set(done.get() + 1)
        for index, variable in enumerate(z):
            store(variable.get(), function.argument("z"), begin + stride * index)
        place.set(begin + lanes)
    return function, None
