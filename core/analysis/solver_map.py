"""Pixels as starts of any root solver, on a coarse grid: what a solver with a memory does has no short program."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..budget import Budget
from ..outcome import Outcome
from ..plane_sweep import Pixels
from ..readings.plane_map import RAN_AWAY, UNDECIDED
from ..root_loop import iterate
from ..root_problem import FixedPoint
from ..run_context import RunContext
from ..search_box import search_box
from ..stop_rule import StopRule
from ..telemetry import host
from .ends import Ends
from .equilibria import find_equilibria
from .pixel_method import Settled
from .raster import Raster

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_MOST = 128
"""Starts along an axis."""
_LARGEST_SCANNED = 6
_SEEDS = 200
_THERE, _AWAY = ("converged", "float_floor"), ("diverged", "nonfinite_map", "nonfinite_state")
_UNFINISHED = "max_iterations"
_STAGES = (16, 64)
"""Iterations after which the few that are still under way begin anew, in a batch of their own: a batch takes as long
as it is large, however many of it have ended, and what a sample does hangs on no other."""


class SolverMap:
    """The chosen solver from every pixel of a pass at once."""

    path = "python"
    stage, ended = "", 0

    def __init__(self, context: RunContext, raster: Raster) -> None:
        if context.map is None or context.solver is None:
            raise ValueError("a flow has no root solver")
        self._context, self._map = context, context.map
        choice = context.experiment.root
        self._solver = context.solver
        self._stop = StopRule(choice.tolerance, choice.criterion)
        self.title, self.most = self._solver.title, float(choice.iterations)
        self.finest = 1
        while max(raster.columns, raster.rows) > _MOST * self.finest:
            self.finest *= 2
        self.coarsest = 4 * self.finest
        self._ends = Ends(context.field.components)

    def prepare(self) -> Iterator[None]:
        """Look for roots; any of them may be where a solver ends."""
        if self._context.field.size <= _LARGEST_SCANNED:
            lower, upper = search_box(self._context)
            points, _ = find_equilibria(self._context.field, lower, upper, 0.0, _SEEDS)
            self._ends = Ends(self._context.field.components, [point.point for point in points])
            yield

    def take_ends(self, ends: Ends) -> None:
        """Count ends together with other maps, in place of `prepare`."""
        self._ends = ends

    def tiles(self, _columns: int, rows: int) -> Iterator[range]:
        """All at once."""
        yield range(rows)

    def settle(self, pixels: Pixels, rows: range) -> Generator[None, None, Settled]:
        """Run the solver, a block of iterations at a time."""
        total, size = len(rows) * pixels.columns, self._context.field.size
        start = np.stack([np.broadcast_to(value, total) for value in pixels.inputs(rows)[:size]], axis=1)
        label, count = yield from self.settle_starts(start)
        return label.reshape(len(rows), -1), count.reshape(len(rows), -1)

    def settle_starts(
        self, start: Float[np.ndarray, "m n"]
    ) -> Generator[None, None, tuple[Int[np.ndarray, "m"], Float[np.ndarray, "m"]]]:
        """The same from starts that lie anywhere."""
        total = len(start)
        solution, count = start.copy(), np.zeros(total, dtype=np.float32)
        name = np.full(total, _UNFINISHED, dtype=object)
        left = np.arange(total)
        for steps in sorted({min(stage, int(self.most)) for stage in (*_STAGES, int(self.most))}):
            points, outcomes = yield from self._followed(start[left], steps, total)
            solution[left] = points
            name[left] = [outcome.name for outcome in outcomes]
            count[left] = [outcome.t for outcome in outcomes]
            left = np.flatnonzero(name == _UNFINISHED)
            if not len(left):
                break
        self.stage, self.ended = "", 0
        label = self._ends.labels(solution.T, np.isin(name, _THERE).astype(np.int32))
        label[np.isin(name, _AWAY) & (label == UNDECIDED)] = RAN_AWAY
        return label, count

    def _followed(
        self, start: Float[np.ndarray, "m n"], steps: int, total: int
    ) -> Generator[None, None, tuple[Float[np.ndarray, "m n"], tuple[Outcome, ...]]]:
        """Where these starts are after so many iterations at most, and why."""
        seen = None if self._context.rows is None else np.full(len(start), self._context.rows[0])
        loop = iterate(FixedPoint(self._map, start, seen), self._solver, self._stop, Budget(steps=steps))
        solution = start.copy()
        while True:
            try:
                block = next(loop)
            except StopIteration as end:
                return solution, end.value
            for z, active in zip(host(block.z), block.active, strict=True):
                solution[active] = z[active]
            self.ended = total - int(block.active[-1].sum())
            self.stage = f"iteration {int(block.iteration[-1])} of at most {int(self.most)}"
            yield

    def ordered(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k n"], tuple[str, ...]]:
        """The ends so far."""
        return self._ends.ordered()
