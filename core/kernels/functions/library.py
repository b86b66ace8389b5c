"""Functions of the C library, called lane by lane: for what is not worth instructions of its own."""

from __future__ import annotations

from functools import cache, partial

from ..control import forever
from ..memory import Variable, load, store
from ..value import POINTER, Type, Value
from .shared import Body, call_shared


def called(name: str, *arguments: Value) -> Value:
    """The function `name` of the C library in every lane; of floats, the library's own for floats.

    The loop over the lanes stands once in a module.
    """
    return call_shared(f"{name}.each", _loop_of(name), *arguments, attributes="noinline cold")


@cache
def _loop_of(name: str) -> Body:
    return partial(_loop, name)


def _loop(name: str, *arguments: Value) -> Value:
    function, type_ = arguments[0].function, arguments[0].type
    one = Type(type_.element)
    own = name if one.element == "double" else f"{name}f"
    places = [_kept(argument) for argument in arguments]
    lane = Variable(function.integer(0))
    with forever(function) as leave:
        index = lane.get()
        leave(index >= type_.lanes)
        store(function.call(own, one, *(load(one, place, index) for place in places)), places[0], index)
        lane.set(index + 1)
    return load(type_, places[0])


def _kept(value: Value) -> Value:
    """A pointer to a place on the stack that holds `value`."""
    place = Value(value.function, POINTER, value.function.reserve(value.type))
    store(value, place)
    return place
