"""Reading and writing: arrays behind pointers, and variables."""

from __future__ import annotations

from collections.abc import Sequence

from .builder import Function
from .control import when
from .lanes import extract, insert, select
from .value import INTEGER, Type, Value

_STOP_EVERY = 16


def address(pointer: Value, index: Value | int, element: str) -> Value:
    """The address of entry `index` of an array of `element`; several for an index with lanes."""
    function = pointer.function
    place = index if isinstance(index, Value) else function.integer(index)
    kind = Type("ptr", place.type.lanes)
    return function.emit(kind, f"getelementptr {element}, ptr {pointer}, {place.type} {place}")


def load(type_: Type, pointer: Value, index: Value | int = 0) -> Value:
    """Consecutive entries from `index` on, counted in elements, as the lanes of `type_`."""
    place = address(pointer, index, type_.element)
    return pointer.function.emit(type_, f"load {type_}, ptr {place}, align {_alignment(type_)}")


def store(value: Value, pointer: Value, index: Value | int = 0) -> None:
    """Write the lanes into consecutive entries from `index` on."""
    place = address(pointer, index, value.type.element)
    value.function.perform(f"store {value.type} {value}, ptr {place}, align {_alignment(value.type)}")


def gather(pointer: Value, index: Value, mask: Value, other: Value) -> Value:
    """Entry `index` of every lane of the mask, `other` elsewhere."""
    type_ = other.type
    if type_.lanes == 1:
        return select(mask, load(type_, pointer, select(mask, index, 0)), other)
    places = address(pointer, index, type_.element)
    width = pointer.function.constant(Type("i32"), _alignment(type_))
    name = f"llvm.masked.gather.{type_.suffix}.{places.type.suffix}"
    return pointer.function.call(name, type_, places, width, mask, other)


def scatter(value: Value, pointer: Value, index: Value, mask: Value) -> None:
    """Write every lane of the mask to its entry."""
    if value.type.lanes == 1:
        with when(mask):
            store(value, pointer, index)
        return
    places = address(pointer, index, value.type.element)
    width = pointer.function.constant(Type("i32"), _alignment(value.type))
    name = f"llvm.masked.scatter.{value.type.suffix}.{places.type.suffix}"
    pointer.function.call(name, None, value, places, width, mask)


def scatter_rows(values: Sequence[Value], pointer: Value, index: Value, mask: Value, spare: Value) -> None:
    """Write the values of every lane of the mask side by side, from its entry `index` on.

    spare: the entry where the other lanes write what nobody reads. One store for each lane is several times faster
    than one scatter for each value.
    """
    function, type_ = pointer.function, values[0].type
    places = select(mask, index, spare)
    row = Type(type_.element, len(values))
    for lane in range(type_.lanes):
        place = address(pointer, extract(places, lane), type_.element)
        together = function.constant(row, 0.0)
        for position, value in enumerate(values):
            together = insert(together, extract(value, lane), position)
        function.perform(f"store {row} {together}, ptr {place}, align {_alignment(type_)}")


def fetch_add(pointer: Value, amount: Value) -> Value:
    """Add to a counter that several threads share; what it was before."""
    instruction = f"atomicrmw add ptr {pointer}, {amount.type} {amount} monotonic"
    return amount.function.emit(amount.type, instruction)


def load_shared(type_: Type, pointer: Value) -> Value:
    """What another thread may have written."""
    return pointer.function.emit(type_, f"load atomic {type_}, ptr {pointer} monotonic, align {_alignment(type_)}")


def is_stopped(function: Function, count: Value | None = None) -> Value:
    """Whether another thread has set the argument `stop`, an int64. count: what is counted up or down meanwhile; it is
    looked at every 16th time."""
    asked = load_shared(INTEGER, function.argument("stop")).differs(0)
    return asked if count is None else (count & (_STOP_EVERY - 1)).equals(0) & asked


class Variable:
    """A place that can be set again. The optimiser keeps it in a register."""

    def __init__(self, initial: Value) -> None:
        self._function: Function = initial.function
        self._type = initial.type
        self._place = self._function.reserve(self._type)
        self.set(initial)

    def get(self) -> Value:
        """What was set last."""
        return self._function.emit(self._type, f"load {self._type}, ptr {self._place}")

    def set(self, value: Value) -> None:
        """Remember `value`."""
        self._function.perform(f"store {value.type} {value}, ptr {self._place}")


def _alignment(type_: Type) -> int:
    return max(1, type_.bits // 8)
