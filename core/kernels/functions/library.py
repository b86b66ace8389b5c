"""Functions of the C library, called lane by lane: for what is not worth instructions of its own.

The loop over the lanes stands once in a module, in a function of its own that every use calls.
"""

from __future__ import annotations

from ..builder import Function
from ..control import forever
from ..memory import Variable, load, store
from ..value import POINTER, Type, Value, spread


def called(name: str, *arguments: Value) -> Value:
    """The function `name` of the C library in every lane; of floats, the library's own for floats."""
    lanes = max(argument.type.lanes for argument in arguments)
    first, *others = (spread(argument, lanes) for argument in arguments)
    function, type_ = first.function, first.type
    listed = ", ".join(f"{type_} {value}" for value in (first, *others))
    loop = _loop(name, type_, len(arguments))
    function.declarations.update(loop.declarations)
    return function.emit(type_, f"call {type_} @{loop.name}({listed})")


def _loop(name: str, type_: Type, count: int) -> Function:
    """A function of lanes that calls the library in each; its text is the first of its declarations."""
    names = [f"x{index}" for index in range(count)]
    loop = Function(f"{name}.{type_.suffix}", [(argument, type_) for argument in names], type_)
    one = Type(type_.element)
    own = name if one.element == "double" else f"{name}f"
    places = [_kept(loop.argument(argument)) for argument in names]
    lane = Variable(loop.integer(0))
    with forever(loop) as leave:
        index = lane.get()
        leave(index >= type_.lanes)
        entries = [load(one, place, index) for place in places]
        store(loop.call(own, one, *entries), places[0], index)
        lane.set(index + 1)
    text = loop.finish(load(type_, places[0]))
    loop.declarations.add(text.replace("{", "noinline cold nounwind {", 1))
    return loop


def _kept(value: Value) -> Value:
    """A pointer to a place on the stack that holds `value`."""
    place = Value(value.function, POINTER, value.function.reserve(value.type))
    store(value, place)
    return place
