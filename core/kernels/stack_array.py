"""Arrays on the stack, and the counted loops that go through them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .builder import Function
from .control import forever
from .memory import Variable
from .value import Type, Value


class StackArray:
    """`count` values of one type, kept for the whole call of a function."""

    def __init__(self, function: Function, type_: Type, count: int) -> None:
        self._function, self._type = function, type_
        self._place = function.reserve(type_, count)

    def __getitem__(self, index: Value | int) -> Value:
        return self._function.emit(self._type, f"load {self._type}, ptr {self._address(index)}")

    def __setitem__(self, index: Value | int, value: Value) -> None:
        self._function.perform(f"store {self._type} {value}, ptr {self._address(index)}")

    def _address(self, index: Value | int) -> Value:
        place = index if isinstance(index, Value) else self._function.integer(index)
        step = f"getelementptr {self._type}, ptr {self._place}, {place.type} {place}"
        return self._function.emit(Type("ptr"), step)


@contextmanager
def repeated(function: Function, count: int) -> Iterator[Value]:
    """Do what is inside for 0, 1, ..., count - 1."""
    index = Variable(function.integer(0))
    with forever(function) as leave:
        leave(index.get() >= count)
        yield index.get()
        index.set(index.get() + 1)
