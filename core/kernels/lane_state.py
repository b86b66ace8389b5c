"""What the lanes of a kernel remember: in variables while it runs, in memory between two calls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .memory import Variable, load, store
from .value import Type, Value

Layout = Sequence[tuple[str, Type]]
_SLOT = 8
"""Bytes of one lane of one quantity in memory."""


class LaneState:
    """Variables by name, read from `memory` at once and written back by `save`.

    layout: (name, type) pairs; a quantity of one lane is shared by all.
    """

    def __init__(self, layout: Layout, memory: Value) -> None:
        self._layout = tuple(layout)
        self._memory = memory
        self._variables = {name: Variable(load(type_, self._address(name))) for name, type_ in self._layout}

    def __getitem__(self, name: str) -> Value:
        return self._variables[name].get()

    def __setitem__(self, name: str, value: Value) -> None:
        self._variables[name].set(value)

    def save(self) -> None:
        """Write every variable to memory."""
        for name, _ in self._layout:
            store(self[name], self._address(name))

    def _address(self, name: str) -> Value:
        place = _offset(self._layout, name)
        function = self._memory.function
        return function.emit(Type("ptr"), f"getelementptr i8, ptr {self._memory}, i64 {place}")


def blank_memory(layout: Layout, initial: dict[str, float]) -> np.ndarray:
    """Memory for a `LaneState`, 0 but for the quantities in `initial`."""
    memory = np.zeros(sum(type_.lanes for _, type_ in layout) * _SLOT, dtype=np.uint8)
    for name, value in initial.items():
        remembered(layout, memory, name)[:] = value
    return memory


def remembered(layout: Layout, memory: np.ndarray, name: str) -> np.ndarray:
    """The lanes of the quantity `name` in memory."""
    type_ = dict(layout)[name]
    kind = np.dtype(f"{'f' if type_.is_real else 'i'}{type_.bits // 8}")
    begin = _offset(layout, name)
    return memory[begin : begin + type_.lanes * kind.itemsize].view(kind)


def _offset(layout: Layout, name: str) -> int:
    before = 0
    for other, type_ in layout:
        if other == name:
            return before
        before += _SLOT * type_.lanes
    raise KeyError(name)
