"""G(z) = z - f(z) of a formula, or g of a problem 0 = g(z), with its derivatives, on boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..language import System
from ..language.intervals import Interval, enclosures, magnitude, point, subtract
from ..language.rates import curvature_program, jacobian_program, rates_program

if TYPE_CHECKING:
    from jaxtyping import Float


class EnclosedMap:
    """A box is an interval for every unknown. inputs: the numbers behind the states: parameters and batch data."""

    def __init__(self, system: System, inputs: Sequence[float]) -> None:
        self._system, self._is_map = system, system.kind == "map"
        self._inputs = [float(value) for value in inputs]

    def values(self, box: list[Interval]) -> list[Interval]:
        """G."""
        values = enclosures(rates_program(self._system), box, self._parameters(box))
        if not self._is_map:
            return values
        return [subtract(z, f) for z, f in zip(box, values, strict=True)]

    def map_slopes(self, box: list[Interval]) -> list[Interval]:
        """df/dz, row by row; of a root problem that of z - g."""
        slopes = enclosures(jacobian_program(self._system), box, self._parameters(box))
        return slopes if self._is_map else _minus_from_unit(slopes, self._system.size)

    def slopes(self, box: list[Interval]) -> list[Interval]:
        """dG/dz, row by row."""
        slopes = enclosures(jacobian_program(self._system), box, self._parameters(box))
        return _minus_from_unit(slopes, self._system.size) if self._is_map else slopes

    def curvature(self, box: list[Interval]) -> float:
        """A bound of |G'(y) - G'(z)| / |y - z| in the largest norm, over the box."""
        every = (np.full_like(box[0][0], -1.0), np.full_like(box[0][0], 1.0))
        inputs = [*self._parameters(box), *[every] * self._system.size]
        rows = enclosures(curvature_program(self._system), box, inputs)
        return float(row_sums(rows, self._system.size).max())

    def _parameters(self, box: list[Interval]) -> list[Interval]:
        return [point(np.full_like(box[0][0], value)) for value in self._inputs]


def _minus_from_unit(slopes: list[Interval], size: int) -> list[Interval]:
    ones, zeros = np.ones_like(slopes[0][0]), np.zeros_like(slopes[0][0])
    return [subtract(point(ones if place % (size + 1) == 0 else zeros), slope) for place, slope in enumerate(slopes)]


def row_sums(rows: list[Interval], size: int) -> Float[np.ndarray, "B"]:
    """The norm of a matrix that belongs to the largest norm, at most; rounded up."""
    entries = np.stack([magnitude(entry) for entry in rows]).reshape(size, size, -1)
    sums: np.ndarray = entries.sum(axis=1).max(axis=0) * (1.0 + 4.0 * size * np.finfo(np.float64).eps)
    return sums
