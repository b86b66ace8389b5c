"""The root loop: many samples at once, each until it has converged or a reason says that it will not."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Mapping
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .budget import Budget
from .outcome import Outcome
from .root_problem import BoundMap, FixedPoint, bind_numpy, bind_torch
from .root_solver import RootSolver
from .root_watch import BAD_INPUT, CONVERGED, CYCLE, ENDINGS, FLOOR, LONGEST_PERIOD, RUNNING, RootWatch
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
    details: bool = False,
) -> Generator[Iterates, None, tuple[Outcome, ...]]:
    """Iterate from every start of `problem`; yields blocks of iterations, returns one outcome per start.

    path: "numpy" or "torch". details: also record what pictures show of the solver's inside. A sample that ends stays
    where it is; what the others compute does not depend on it, bit for bit, unless the stopping rule takes the whole
    batch together.
    """
    deadline = perf_counter() + budget.seconds
    run = _Run(problem, solver, stop, budget, path, device, dtype, details)
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
        details: bool,
    ) -> None:
        self._solver, self._stop, self._budget, self._wants_details = solver, stop, budget, details
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
        self._watch = RootWatch(stop.tolerance, library.epsilon(self._start), stop.criterion)
        self._way: deque[Any] = deque(maxlen=2 * LONGEST_PERIOD + 1)
        self._number = 0
        self._evaluations, self._jacobians = (np.zeros(len(start), dtype=np.int64) for _ in range(2))
        self._ending = np.where(self._good_start, RUNNING, BAD_INPUT)
        self._period = np.zeros(len(start), dtype=np.int64)
        self._floor = np.zeros(len(start))
        self._last = np.zeros(len(start), dtype=np.int64)
        self._accounts: tuple[str, ...] | None = None
        self.records: list[tuple[Any, ...]] = []
        self._details: list[Mapping[str, Any]] = []

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
                self._look(self._state, self._solver.opening, 0)
        self._check_budget()

    def advance(self) -> None:
        """One more iteration of every sample under way."""
        before = self._state
        with np.errstate(all="ignore"):
            self._state = self._solver.step(self._map, before)
            self._number += 1
            self._look(before, self._solver.evaluations, self._solver.jacobians)
        self._check_budget()

    def end(self, name: str) -> None:
        """End every sample that is under way."""
        self._ending[self._active] = ENDINGS.index(name)
        self._active = np.zeros_like(self._active)
        if self._number:
            self._accounts = self._solver.account(self._state)

    def block(self) -> Iterates:
        """The iterations since the last block."""
        numbers, z, *columns = zip(*self.records, strict=True)
        residual, measure, evaluations, jacobians, active = (np.stack(column)[:, : self._count] for column in columns)
        library = self._map.library
        details = {
            name: library.stack([detail[name] for detail in self._details])[:, : self._count]
            for name in (self._details[0] if self._details else ())
        }
        self.records, self._details = [], []
        points = library.stack(z)[:, : self._count]
        return Iterates(np.array(numbers), points, residual, measure, evaluations, jacobians, active, details)

    def outcomes(self) -> tuple[Outcome, ...]:
        """Of every sample."""
        accounts = self._accounts or ("",) * self._count
        columns = (self._ending, self._last, self._period, self._floor)
        rows = zip(*(column[: self._count].tolist() for column in columns), accounts[: self._count], strict=True)
        return tuple(
            Outcome(ENDINGS[code], last, True, period or None, floor if code == FLOOR else None, account)
            for code, last, period, floor, account in rows
        )

    def _look(self, before: Any, evaluations: int, jacobians: int) -> None:
        """Measure the state, record it with what it cost, and end the samples that have a reason to."""
        library, state = self._map.library, self._state
        norms = self._stop.norms(library, state)
        columns = [*norms, library.cast(state.fault, norms.size.dtype)]
        if state.spent is not None:
            columns += [library.cast(column, norms.size.dtype) for column in (state.spent[:, 0], state.spent[:, 1])]
        residual, measure, size, fault, *spent = library.host(library.stack(columns))
        self._charge(*(spent or (evaluations, jacobians)))
        ending = self._watch.judge(residual, measure, size)
        self._way.append(state.z)
        if self._watch.suspects_cycle(self._active):
            period = self._periods()
            self._period = np.where(self._active & (ending == RUNNING), period, self._period)
            ending = np.where((ending == RUNNING) & (period > 0), CYCLE, ending)
        if fault.any():
            fault = self._together(fault)
            ending = np.where(fault > 0.0, fault.astype(np.int64), ending)
        ended = self._active & (ending != RUNNING)
        broken = ended & (~np.isfinite(residual + size) | (fault > 0.0))
        recorded = self._active & ~broken
        self._last[recorded] = self._number
        self.records.append((self._number, state.z, residual, measure, self._evaluations, self._jacobians, recorded))
        if self._wants_details:
            self._details.append(self._solver.details(state))
        if ended.any():
            self._end_some(before, ending, residual, broken, ended & ~self._rescued(ended, ending))

    def _rescued(self, ended: Bool[np.ndarray, "L"], ending: Int[np.ndarray, "L"]) -> Bool[np.ndarray, "L"]:
        """Which of the samples that failed the solver has another way for; they go on."""
        failed = ended & (ending != CONVERGED) & (ending != FLOOR)
        library = self._map.library
        reasons = np.where(failed, ending, RUNNING)
        found = self._solver.rescue(self._map, self._state, reasons) if failed.any() else None
        if found is None:
            return np.zeros_like(failed)
        self._state, again = found
        rescued: np.ndarray = failed & (library.host(again) > 0.0)
        if self._state.spent is not None:
            evaluations, jacobians = library.host(self._state.spent).T
            self._charge(evaluations * rescued, jacobians * rescued)
        self._watch.forget(rescued)
        self._period[rescued] = 0
        return rescued

    def _end_some(
        self,
        before: Any,
        ending: Int[np.ndarray, "L"],
        residual: Float[np.ndarray, "L"],
        broken: Bool[np.ndarray, "L"],
        ended: Bool[np.ndarray, "L"],
    ) -> None:
        """End samples; what failed goes back to its last good point."""
        library, state = self._map.library, self._state
        self._ending[ended] = ending[ended]
        rounding = library.epsilon(state.z) * self._lengths(state.z[None])[0]
        self._floor[ended] = np.where(residual > 0.0, residual, rounding)[ended]
        self._active = self._active & ~ended
        back, active = (library.mask(mask, state.z) for mask in (broken & ended, self._active.copy()))
        self._state = replace(state, z=library.where(back[:, None], before.z, state.z), active=active)
        self._accounts = self._solver.account(self._state)

    def _charge(self, evaluations: Any, jacobians: Any) -> None:
        self._evaluations = self._evaluations + np.asarray(evaluations * self._active, dtype=np.int64)
        self._jacobians = self._jacobians + np.asarray(jacobians * self._active, dtype=np.int64)

    def _together(self, fault: Float[np.ndarray, "L"]) -> Float[np.ndarray, "L"]:
        """For a whole batch, everywhere the fault of a sample under way."""
        return np.full_like(fault, (fault * self._active).max()) if self._stop.whole_batch else fault

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
