"""The compiled count of how often trajectories pass through the pixels of a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .builder import Function
from .compile_cache import cached
from .compiler import address_of
from .control import forever
from .lanes import convert, extract, ramp, select, whole
from .memory import Variable, gather, load, store
from .value import DOUBLE, INTEGER, POINTER, Type, Value

if TYPE_CHECKING:
    from jaxtyping import Float, Int

ARGUMENTS = (
    *(("x", POINTER), ("x_row", INTEGER), ("x_step", INTEGER), ("y", POINTER), ("y_row", INTEGER), ("y_step", INTEGER)),
    *(("count", INTEGER), ("times", INTEGER), ("parts", INTEGER), ("scale", POINTER)),
    *(("visits", POINTER), ("rows", INTEGER), ("columns", INTEGER)),
)
"""Arrays and numbers of a call.

x, y (count, times) float64: places, with so many numbers from a row to the next and from a step to the next.
scale (4,): a place lies in the column (x - scale[0]) * scale[1] and the row (y - scale[2]) * scale[3].
visits (rows, columns) int32: counted up. What lies outside is counted in the first or last row or column.
"""


_LANES = 8
"""Lines of one row that are taken together: they lie near one another, in the plane and in memory."""


def _write() -> tuple[Function, None]:
    """For every line between two places of a row, the cells of the middles of its parts are counted."""
    function = Function("visits", ARGUMENTS, None)
    one_part = 1.0 / convert(function.argument("parts"), "double")
    row = Variable(function.integer(0))
    with forever(function) as leave:
        leave(row.get() >= function.argument("count"))
        first = Variable(function.integer(0))
        with forever(function) as finish:
            finish(first.get() >= function.argument("times") - 1)
            steps = first.get() + ramp(function.constant(Type("i64", _LANES), 0))
            known = steps < function.argument("times") - 1
            starts = [_pixels(function, axis, row.get(), steps, known) for axis in "xy"]
            ends = [_pixels(function, axis, row.get(), steps + 1, known) for axis in "xy"]
            _count(function, starts, ends, one_part)
            first.set(first.get() + _LANES)
        row.set(row.get() + 1)
    return function, None


def _pixels(function: Function, axis: str, row: Value, steps: Value, known: Value) -> Value:
    """The columns or rows of places, with fractions; NaN of what is not known."""
    index = steps * function.argument(f"{axis}_step") + row * function.argument(f"{axis}_row")
    nowhere = function.constant(Type("double", _LANES), float("nan"))
    number = 2 if axis == "y" else 0
    begin, factor = (load(DOUBLE, function.argument("scale"), place) for place in (number, number + 1))
    return (gather(function.argument(axis), index, known, nowhere) - begin) * factor


def _count(function: Function, starts: list[Value], ends: list[Value], one_part: Value) -> None:
    part = Variable(function.integer(0))
    slopes = [(after - before) * one_part for before, after in zip(starts, ends, strict=True)]
    visits, columns = function.argument("visits"), function.argument("columns")
    with forever(function) as leave:
        leave(part.get() >= function.argument("parts"))
        along = convert(part.get(), "double") + 0.5
        column, row = (begin + along * slope for begin, slope in zip(starts, slopes, strict=True))
        places = _within(row, function.argument("rows")) * columns + _within(column, columns)
        for lane in range(_LANES):  # one after the other: two may be in the same cell
            place = extract(places, lane)
            store(load(Type("i32"), visits, place) + 1, visits, place)
        part.set(part.get() + 1)


def _within(pixels: Value, count: Value) -> Value:
    """The whole numbers below, from 0 to count - 1; 0 of what is no number."""
    last = convert(count - 1, "double")
    least = select(pixels > 0.0, pixels, 0.0)
    return convert(whole(select(least < last, least, last), "i32"), "i64")


def count_visits(
    x: Float[np.ndarray, "B T"],
    y: Float[np.ndarray, "B T"],
    parts: int,
    scale: Float[np.ndarray, "4"],
    visits: Int[np.ndarray, "rows columns"],
) -> None:
    """Count up `visits` by the cells on the way along every row of places. scale: as in `ARGUMENTS`."""
    kernel = cached(("visits",), _write)
    x, y = (places if not any(stride % 8 for stride in places.strides) else places.copy() for places in (x, y))
    strides = [[stride // 8 for stride in places.strides] for places in (x, y)]
    places = x.ctypes.data, *strides[0], y.ctypes.data, *strides[1]
    kernel(*places, *x.shape, parts, address_of(scale), address_of(visits), *visits.shape)
