"""G(z) = z - f(z) of a formula, or g of a problem 0 = g(z), with its derivatives, on boxes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..language import System
from ..language.interval_continuity import continuous
from ..language.intervals import Interval, enclosures_by_place, point, subtract
from ..language.program import Program
from ..language.rates import curvature_program, jacobian_program, rates_program
from .interval_matrices import Bounds, row_sums

if TYPE_CHECKING:
    from jaxtyping import Float


class EnclosedMap:
    """A box is two corners: low and high (B, n). inputs: the numbers behind the states: parameters and batch data."""

    def __init__(self, system: System, inputs: Sequence[float]) -> None:
        self._system, self._is_map = system, system.kind == "map"
        # of what is not finite nothing is known
        self._inputs = [float(value) if math.isfinite(value) else math.nan for value in inputs]
        self._rates, self._slopes = rates_program(system), jacobian_program(system)
        # a program of slopes begins with the nodes of the values
        self._rates_order = self._rates.needed(self._rates.outputs)
        self._slopes_order = self._slopes.needed((*self._rates.outputs, *self._slopes.outputs))

    def values(self, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> Bounds:
        """G, (B, n)."""
        box = _intervals(low, high)
        found = enclosures_by_place(self._rates, self._rates_order, box, self._parameters(box))
        values = [found[place] for place in self._rates.outputs]
        if self._is_map:
            values = [subtract(z, f) for z, f in zip(box, values, strict=True)]
        return _stacked(values, (self._system.size,))

    def slopes(self, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> Bounds:
        """dG/dz, (B, n, n); NaN where G is not proved to be continuous on the box."""
        slopes = self.map_slopes(low, high)
        return self._from_unit(slopes) if self._is_map else slopes

    def map_slopes(self, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> Bounds:
        """df/dz of a map, dg/dz of a root problem; NaN where it is not proved to be continuous on the box."""
        box = _intervals(low, high)
        values = enclosures_by_place(self._slopes, self._slopes_order, box, self._parameters(box))
        fine = continuous(self._slopes, self._rates_order, values)
        return _known(_outputs(self._slopes, values, self._system.size), fine)

    def contraction(self, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> Float[np.ndarray, "B"]:
        """A Lipschitz constant of f, or of z - g, in the largest norm."""
        slopes = self.map_slopes(low, high)
        return row_sums(slopes if self._is_map else self._from_unit(slopes))

    def curvature(self, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> Float[np.ndarray, "B"]:
        """A bound of |G'(y) - G'(z)| / |y - z| in the largest norm, over the box; NaN where G' may jump there."""
        program, box, size = curvature_program(self._system), _intervals(low, high), self._system.size
        every = (np.full_like(box[0][0], -1.0), np.full_like(box[0][0], 1.0))
        inputs = [*self._parameters(box), *[every] * size]
        order = program.needed((*program.outputs, *self._slopes_order))
        values = enclosures_by_place(program, order, box, inputs)
        fine = continuous(program, self._slopes_order, values)
        return row_sums(_known(_outputs(program, values, size), fine))

    def _from_unit(self, slopes: Bounds) -> Bounds:
        unit = np.eye(self._system.size)
        return np.nextafter(unit - slopes[1], -np.inf), np.nextafter(unit - slopes[0], np.inf)

    def _parameters(self, box: list[Interval]) -> list[Interval]:
        return [point(np.full_like(box[0][0], value)) for value in self._inputs]


def _intervals(low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> list[Interval]:
    return list(zip(np.ascontiguousarray(low.T), np.ascontiguousarray(high.T), strict=True))


def _outputs(program: Program, values: Mapping[int, Interval], size: int) -> Bounds:
    return _stacked([values[place] for place in program.outputs], (size, size))


def _stacked(parts: list[Interval], shape: tuple[int, ...]) -> Bounds:
    low, high = (np.stack([part[end] for part in parts], axis=-1) for end in (0, 1))
    return low.reshape(len(low), *shape), high.reshape(len(high), *shape)


def _known(bounds: Bounds, fine: np.ndarray) -> Bounds:
    return tuple(np.where(fine[..., None, None], end, np.nan) for end in bounds)  # type: ignore[return-value]
