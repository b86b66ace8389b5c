"""Calls of the compiled march along a flow in shared steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..language.program import Program
from ..tableau import Tableau
from .compile_cache import cached, program_key
from .compiler import address_of, register_bits
from .flow_kernel import MarchPlan, write_march
from .time_table import TimeTable

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


class March:
    """Points of the flow of `program`, all at one time, that take the same steps.

    start (n, points). times (T,): in the direction of the way, where the solution is kept.
    z (n, points): where they are; points that left every bound hold infinities or NaN.
    Threads may call `run` at the same time for different points; it returns soon after `stop[0]` is set.
    """

    def __init__(
        self,
        program: Program,
        parameters: Sequence[float],
        tableau: Tableau,
        start: Float[np.ndarray, "n points"],
        times: Float[np.ndarray, "T"] | None = None,
    ) -> None:
        real = "float" if start.dtype == np.float32 else "double"
        self.lanes = 4 * register_bits() // (32 if real == "float" else 64)
        size, self._points = start.shape
        plan = MarchPlan(tableau, size, len(parameters), self.lanes, real)
        self._kernel = cached(("march", program_key(program), plan), lambda: write_march(program, plan))
        self._parameters = np.array([*parameters, 0.0])
        stride = -(-self._points // self.lanes) * self.lanes
        self._room = np.zeros((size, stride), dtype=start.dtype)
        self._room[:, : self._points] = start
        self._times = np.array(() if times is None else times, dtype=np.float64)
        self._samples = np.full((len(self._times), size, stride), np.nan, dtype=start.dtype)
        self._slopes = np.zeros((size, stride) if tableau.first_same_as_last else 0, dtype=start.dtype)
        self._broken = np.zeros(stride, dtype=np.int8)
        self._row = TimeTable(program, tableau, real).row
        self.stop = np.zeros(1, dtype=np.int64)

    @property
    def z(self) -> Float[np.ndarray, "n points"]:
        """Where the points are."""
        return self._room[:, : self._points]

    @property
    def broken(self) -> Bool[np.ndarray, "points"]:
        """Where a stage of some step was no number, but its end does not show it."""
        return self._broken[: self._points].astype(bool)

    @property
    def samples(self) -> Float[np.ndarray, "T n points"]:
        """Where they were at the times that they have passed."""
        return self._samples[:, :, : self._points]

    def run(
        self, grid: Float[np.ndarray, "steps_1"], points: range | None = None, due: int = 0, *, goes_on: bool = False
    ) -> None:
        """Step from each time of `grid` to the next. Points that are stopped on the way are where nobody knows.

        points: some of them, beginning at a multiple of lanes. due: the first of the wanted times not yet passed.
        goes_on: whether their last call ended where this one begins.
        """
        chosen = range(self._points) if points is None else points
        grid = np.array(grid, dtype=np.float64)
        steps, stride = len(grid) - 1, self._room.shape[1]
        table = np.empty(max(1, steps * self._row), dtype=self._room.dtype)
        shared = address_of(self._parameters), address_of(self.stop), address_of(grid), steps, address_of(table)
        place = address_of(self._room), address_of(self._slopes), int(goes_on), address_of(self._broken)
        chosen_points = stride, chosen.start, chosen.stop
        self._kernel(
            *shared, *place, *chosen_points, address_of(self._times), due, len(self._times), address_of(self._samples)
        )
