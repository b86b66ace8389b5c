"""The root loop: many samples at once, each until it has converged or a reason says that it will not."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .budget import Budget
from .outcome import Outcome
from .root_problem import BoundMap, FixedPoint, bind_numpy, bind_torch
from .root_solver import RootSolver
from .root_watch import (
    BAD_INPUT,
    CYCLE,
    ENDINGS,
    FLOOR,
    LONGEST_PERIOD,
    RUNNING,
    SINGULAR,
    RootWatch,
)
from .stop_rule import StopRule
from .telemetry import Iterates

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_MULTIPLE = {"numpy": 8, "torch": 32}
"""The batch is padded to whole vector registers: the last, partial one rounds some functions differently."""
_LARGEST_PADDED = 64
"""A lone sample of at most this many components is padded too: then it is the same alone and in a batch."""
_BLOCK_ITERATIONS, _BLOCK_SECONDS = 64, 0.003
"""A block is handed out after that many iterations or that much time, whichever comes first."""


def iterate(
    problem: FixedPoint,
    solver: RootSolver,
    stop: StopRule,
    budget: Budget,
    path: str = "numpy",
    device: str = "cpu",
    dtype: str = "float64",
) -> Generator[Iterates, None, tuple[Outcome, ...]]:
    """Iterate from every start of `problem`; yields blocks of iterations, returns one outcome per start.

    path: "numpy" or "torch". A sample that ends stays where it is; what the others compute does not depend on it,
    bit for bit, unless the stopping rule takes the whole batch together.
    """
    deadline = perf_counter() + budget.seconds
    run = _Run(problem, solver, stop, budget, path, device, dtype)
    since = perf_counter()
    run.open()
    while True:
        now = perf_counter()
        if run.under_way and now > deadline:
            run.end("max_time")
        if run.records and (len(run.records) >= _BLOCK_ITERATIONS or now - since > _BLOCK_SECONDS or not run.under_way):
            yield run.block()
            since = perf_counter()
        if not run.under_way:
            return run.outcomes()
        run.advance()


class _Run:
    """The samples under way, padded by copies of the last one; S samples in L lanes."""

    def __init__(
        self,
        problem: FixedPoint,
        solver: RootSolver,
        stop: StopRule,
        budget: Budget,
        path: str,
        device: str,
        dtype: str,
    ) -> None:
        self._solver, self._stop, self._budget = solver, stop, budget
        self._count, size = problem.start.shape
        alone_and_large = self._count == 1 and size > _LARGEST_PADDED
        padding = 0 if alone_and_large else -self._count % _MULTIPLE[path]
        start = np.concatenate([problem.start, np.repeat(problem.start[-1:], padding, axis=0)])
        rows = problem.rows
        if rows is not None:
            rows = np.concatenate([rows, np.repeat(rows[-1:], padding)])
        self._map = _bound(problem, rows, len(start), path, device, dtype)
        library = self._map.library
        self._good_start = np.isfinite(start).all(axis=1)
        self._start = library.array(np.where(self._good_start[:, None], start, 0.0), device, dtype)
        self._active = self._good_start & (np.arange(len(start)) < self._count)
        self._watch = RootWatch(stop.tolerance, library.epsilon(self._start))
        self._way: deque[Any] = deque(maxlen=2 * LONGEST_PERIOD + 1)
        self._number = 0
        self._evaluations, self._jacobians = (np.zeros(len(start), dtype=np.int64) for _ in range(2))
        self._ending = np.where(self._good_start, RUNNING, BAD_INPUT)
        self._period = np.zeros(len(start), dtype=np.int64)
        self._floor = np.zeros(len(start))
        self._last = np.zeros(len(start), dtype=np.int64)
        self.records: list[tuple[Any, ...]] = []

    @property
    def under_way(self) -> bool:
        """Whether any sample is."""
        return bool(self._active.any())

    def open(self) -> None:
        """Begin at the starts: evaluate there where the solver does, and end at once what has no budget."""
        if self._stop.whole_batch and not self._good_start.all():
            self._ending[:], self._active[:] = BAD_INPUT, False
        with np.errstate(all="ignore"):
            if self.under_way and self._solver.opening > self._budget.evaluations:
                self.end("max_evaluations")
            if not self.under_way:
                return
            active = self._map.library.mask(self._active.copy(), self._start)
            self._state = self._solver.init(self._map, self._start, active)
            if self._solver.opening:
                self._charge(self._solver.opening, 0)
                self._look(self._state)
        self._check_budget()

    def advance(self) -> None:
        """One more iteration of every sample under way."""
        before = self._state
        with np.errstate(all="ignore"):
            self._state = self._solver.step(self._map, before)
            self._number += 1
            self._charge(self._solver.evaluations, self._solver.jacobians)
            self._look(before)
        self._check_budget()

    def end(self, name: str) -> None:
        """End every sample that is under way."""
        self._ending[self._active] = ENDINGS.index(name)
        self._active = np.zeros_like(self._active)

    def block(self) -> Iterates:
        """The iterations since the last block."""
        numbers, z, *columns = zip(*self.records, strict=True)
        self.records = []
        cut = [np.stack(column)[:, : self._count] for column in columns]
        return Iterates(np.array(numbers), self._map.library.stack(z)[:, : self._count], *cut)

    def outcomes(self) -> tuple[Outcome, ...]:
        """Of every sample."""
        columns = (self._ending, self._last, self._period, self._floor)
        return tuple(
            Outcome(ENDINGS[code], last, True, period or None, floor if code == FLOOR else None)
            for code, last, period, floor in zip(*(column[: self._count].tolist() for column in columns), strict=True)
        )

    def _charge(self, evaluations: int, jacobians: int) -> None:
        self._evaluations = self._evaluations + evaluations * self._active
        self._jacobians = self._jacobians + jacobians * self._active

    def _look(self, before: Any) -> None:
        """Measure the state, record it, and end the samples that have a reason to."""
        library, state = self._map.library, self._state
        norms = self._stop.norms(library, state)
        table = library.host(library.stack([*norms, library.cast(state.singular, norms.size.dtype)]))
        residual, measure, size, singular = table
        ending = self._watch.judge(residual, measure, size)
        self._way.append(state.z)
        if self._watch.suspects_cycle(self._active):
            period = self._periods()
            self._period = np.where(self._active & (ending == RUNNING), period, self._period)
            ending = np.where((ending == RUNNING) & (period > 0), CYCLE, ending)
        if singular.any():
            ending = np.where(self._together(singular > 0.0), SINGULAR, ending)
        ended = self._active & (ending != RUNNING)
        broken = ended & (~np.isfinite(residual + size) | (ending == SINGULAR))
        recorded = self._active & ~broken
        self._last[recorded] = self._number
        columns = (residual, measure, self._evaluations, self._jacobians, recorded)
        self.records.append((self._number, state.z, *columns))
        if ended.any():
            self._ending[ended] = ending[ended]
            self._floor[ended] = residual[ended]
            self._active = self._active & ~ended
            # what failed goes back to its last good point
            back, active = (library.mask(mask, state.z) for mask in (broken, self._active.copy()))
            z = library.where(back[:, None], before.z, state.z)
            self._state = replace(state, z=z, active=active)

    def _together(self, mask: Bool[np.ndarray, "L"]) -> Bool[np.ndarray, "L"]:
        """For a whole batch, everywhere what holds of one sample under way."""
        return np.full_like(mask, (mask & self._active).any()) if self._stop.whole_batch else mask

    def _periods(self) -> Int[np.ndarray, "L"]:
        """The periods of cycles, from the points of the last iterations."""
        library = self._map.library
        way = library.stack(self._way)
        longest = (len(way) - 1) // 2
        newest = len(way) - 1
        once = newest - np.arange(1, longest + 1)
        steps = self._lengths(way[newest - 2 * longest + 1 :] - way[newest - 2 * longest : newest])
        returns = self._lengths(way[newest] - way[once.tolist()])
        before = self._lengths(way[once.tolist()] - way[(2 * once - newest).tolist()])
        return self._watch.periods(steps, returns, before)

    def _lengths(self, moves: Any) -> Float[np.ndarray, "k L"]:
        library = self._map.library
        return library.host(self._stop.length(library, moves, self._state.active))

    def _check_budget(self) -> None:
        if not self.under_way:
            return
        spent = int(self._evaluations.max()) + self._solver.evaluations
        if self._number >= self._budget.steps:
            self.end("max_iterations")
        elif spent > self._budget.evaluations:
            self.end("max_evaluations")


def _bound(problem: FixedPoint, rows: np.ndarray | None, count: int, path: str, device: str, dtype: str) -> BoundMap:
    """The problem's map on the library of `path`."""
    if path == "numpy":
        if device != "cpu" or dtype != "float64":
            raise ValueError(f'the path "numpy" computes in float64 on the processor, not in {dtype} on {device}')
        return bind_numpy(problem.map, rows)
    return bind_torch(problem.map, rows, count, device, dtype)
