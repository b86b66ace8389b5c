"""Compiles an operation into a loop over arrays, for the tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.kernels.builder import Function
from core.kernels.compiler import compiled
from core.kernels.control import forever
from core.kernels.memory import Variable, load, store
from core.kernels.value import INTEGER, POINTER, Type, Value

ELEMENTS = {"double": np.float64, "float": np.float32}
Arrays = Callable[..., np.ndarray]


def on_arrays(operation: Callable[..., Value], count: int, lanes: int, element: str = "double") -> Arrays:
    """`operation` of `count` values as a function of arrays (n,) -> (n,), compiled at so many lanes."""
    names = [f"x{index}" for index in range(count)]
    function = Function("go", [(name, POINTER) for name in ("out", *names)] + [("n", INTEGER)], INTEGER)
    place = Variable(function.integer(0))
    with forever(function) as leave:
        index = place.get()
        leave(index >= function.argument("n"))
        values = [load(Type(element, lanes), function.argument(name), index) for name in names]
        store(operation(*values), function.argument("out"), index)
        place.set(index + lanes)
    code = compiled(function, place.get())

    def call(*arrays: np.ndarray) -> np.ndarray:
        size = len(arrays[0])
        padding = -size % lanes
        padded = [np.pad(np.asarray(array, dtype=ELEMENTS[element]), (0, padding)) for array in arrays]
        out = np.empty(size + padding, dtype=ELEMENTS[element])
        code(out.ctypes.data, *(array.ctypes.data for array in padded), size + padding)
        return out[:size]

    return call
