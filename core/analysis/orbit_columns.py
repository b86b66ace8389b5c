"""Orbits of a map side by side, one for every value of a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..language.program import Program
from ..plane_sweep import iteration, squared_length
from .map_cycles import map_cycles

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_ESCAPE = 1e8
"""Of 1 + |start|."""


class OrbitColumns:
    """The map `program` from `start` (n,), with `parameters` of which the one at `place` takes all `values` (nx,)."""

    def __init__(
        self,
        program: Program,
        start: Float[np.ndarray, "n"],
        parameters: Float[np.ndarray, "p"],
        place: int,
        values: Float[np.ndarray, "nx"],
    ) -> None:
        self._function = iteration(program, len(start), len(parameters))
        self._parameters: list[Any] = list(parameters)
        self._parameters[place] = values
        self._states = [np.full(len(values), value) for value in start]
        self._far = (_ESCAPE * (1.0 + float(np.abs(start).max()))) ** 2
        self._lost = np.zeros(len(values), dtype=bool)

    @property
    def lost(self) -> Bool[np.ndarray, "nx"]:
        """Which orbits have run away or are no numbers."""
        return self._lost

    def follow(self, iterations: int, component: int) -> Float[np.ndarray, "iterations nx"]:
        """That component of the next iterates."""
        path = np.empty((iterations, len(self._lost)))
        with np.errstate(all="ignore"):
            for number in range(iterations):
                values = self._function(0.0, *self._states, *self._parameters)
                self._states = [np.broadcast_to(value, self._lost.shape) for value in values]
                path[number] = self._states[component]
            self._lost = self._lost | ~(squared_length(self._states) <= self._far)
        return path

    def periods(self) -> Int[np.ndarray, "nx"]:
        """Of the orbits from where they are: up to 64, 0 where none was found, -1 where they ran away."""
        period, _ = map_cycles(self._function, np.stack(self._states), self._parameters)
        return np.where(self._lost, -1, period).astype(np.int32)
