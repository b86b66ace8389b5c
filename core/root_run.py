"""The samples of a root problem under way: how they move, and what ends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import NUMPY, TORCH
from .budget import Budget
from .outcome import Outcome
from .recent_points import RecentPoints
from .root_lanes import bound, finite, padded
from .root_ledger import Records, RootLedger, joined_rows
from .root_problem import FixedPoint
from .root_solver import RootSolver
from .root_stretch import Pace, Stretch, measured
from .root_watch import BAD_INPUT, CONVERGED, CYCLE, ENDINGS, FLOOR, RUNNING, RootWatch
from .stop_rule import StopRule
from .telemetry import Iterates

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

BLOCK_SECONDS = 0.003
"""So long a block lasts, and a stretch is to last no longer."""


class RootRun:
    """The samples under way, padded by copies of the last one; S samples in L lanes.

    They move in stretches of several iterations, whose numbers are looked at afterwards. What a sample computed past
    its end is thrown away, and no other depends on it. Where something happens that the loop has to act upon, such as
    a fault, the iterations after it are thrown away for all and made again.

    keeps: whether the iterations are recorded; without that there are no blocks of them. expected: about so many
    iterations there will be; None where nobody knows.
    """

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
        longest: int,
        keeps: bool = True,
        expected: int | None = None,
    ) -> None:
        self._solver, self._stop, self._budget, self._wants_details = solver, stop, budget, details
        self._keeps = keeps
        self._count = len(problem.start)
        start, rows = padded(problem, path)
        self._map = bound(problem, rows, len(start), path, device, dtype, solver.strides)
        library = self._map.library
        self._library = NUMPY if path == "numpy" else TORCH
        self._good_start = finite(start)
        start[~self._good_start] = 0.0
        self._start = library.array(start, device, dtype)
        self._active = self._good_start & (np.arange(len(start)) < self._count)
        self._watch = RootWatch(stop.tolerance, library.epsilon(self._start), stop.criterion)
        self._recent = RecentPoints(library, stop)
        self._pace = Pace(longest, stop.tolerance, BLOCK_SECONDS, expected)
        self._ledger = RootLedger(len(start), self._count, 1 - solver.opening)
        self._ending = np.where(self._good_start, RUNNING, BAD_INPUT)
        self._period = np.zeros(len(start), dtype=np.int64)
        self._floor = np.zeros(len(start))
        self._last = np.zeros(len(start), dtype=np.int64)
        self._residual = np.full(len(start), np.nan)
        self._state: Any = None
        self._accounts: tuple[str, ...] | None = None
        self._no_fault: Any = None

    @property
    def under_way(self) -> bool:
        """Whether any sample is."""
        return bool(self._active.any())

    @property
    def recorded(self) -> int:
        """Iterations that the next block has."""
        return len(self._ledger)

    def open(self) -> None:
        """Begin at the starts: evaluate there where the solver does, and end at once what has no budget."""
        if self._stop.whole_batch and not self._good_start.all():
            self._ending[:], self._active[:] = BAD_INPUT, False
        with np.errstate(all="ignore"):
            if self.under_way and self._solver.opening > self._budget.evaluations:
                self.end("max_evaluations")
            if not self.under_way:
                return
            library = self._map.library
            active = library.mask(self._active.copy(), self._start)
            state = self._solver.init(self._map, self._start, active)
            self._state = replace(state, everyone=bool(self._active[: self._count].all()))
            if not library.host(state.fault).any():
                self._no_fault = state.fault
            if self._solver.opening:
                self._look([self._state, self._state], self._solver.opening, 0)
        self._check_budget()

    def advance(self, most: int) -> None:
        """Some more iterations of every sample under way, `most` at most."""
        length = min(most, self._pace.length())
        if length > 1:  # of iterations whose cost is not known before, one
            known = self._state.spent is None
            length = min(length, self._ledger.affordable(self._budget, self._solver.evaluations)) if known else 1
        states = [self._state]
        since = begun = perf_counter()
        fastest = float("inf")
        with np.errstate(all="ignore"):
            with self._map.together():
                while len(states) <= length:
                    try:
                        states.append(self._solver.step(self._map, states[-1]))
                    except Exception:  # what f raises is for its owner, once the iterations before are judged
                        if len(states) == 1:
                            raise
                        break
                    now = perf_counter()
                    fastest, since = min(fastest, now - since), now
                    if self._pace.enough(len(states) - 1, now - begun):
                        break
            self._look(states, self._solver.evaluations, self._solver.jacobians, fastest)
        self._check_budget()

    def end(self, name: str) -> None:
        """End every sample that is under way."""
        self._ending[self._active] = ENDINGS.index(name)
        self._active = np.zeros_like(self._active)
        if self._ledger.number > 0:
            self._accounts = self._solver.account(self._state)

    def block(self, stacked: bool) -> Iterates:
        """The iterations since the last block; z as one array or as several."""
        return self._ledger.block(self._library, stacked)

    def ends(self) -> tuple[Any, Float[np.ndarray, "S"], Int[np.ndarray, "S"]]:
        """Of every sample z (S, n) where it ended, and the residual and the number of its last record; the start, NaN
        and 0 where it has none. A start that is no number is 0."""
        z = self._start if self._state is None else self._state.z
        return z[: self._count], self._residual[: self._count], self._last[: self._count]

    def outcomes(self) -> tuple[Outcome, ...]:
        """Of every sample."""
        if self._accounts is None and (self._ending[: self._count] == CONVERGED).all() and not self._period.any():
            last = self._last[: self._count].tolist()
            converged = {number: Outcome(ENDINGS[CONVERGED], number, True) for number in set(last)}
            return tuple(map(converged.__getitem__, last))
        accounts = self._accounts or ("",) * self._count
        columns = (self._ending, self._last, self._period, self._floor)
        rows = list(zip(*(column[: self._count].tolist() for column in columns), accounts[: self._count], strict=True))
        different = {
            row: Outcome(ENDINGS[row[0]], row[1], True, row[2] or None, row[3] if row[0] == FLOOR else None, row[4])
            for row in set(rows)
        }
        return tuple(map(different.__getitem__, rows))

    def _look(self, states: Sequence[Any], evaluations: int, jacobians: int, fastest: float | None = None) -> None:
        """Measure these states, record them with what they cost, and end the samples that have a reason to."""
        stretch = measured(self._map.library, self._stop, states, (evaluations, jacobians), self._no_fault)
        active = self._active
        until = np.full(len(active), len(stretch))
        pieces: list[tuple[Any, ...]] = []
        place, cut = 0, False
        while place < len(stretch) and self.under_way and not cut:
            plain = self._plain(stretch, place, until, pieces)
            place += plain
            if place < len(stretch) and self.under_way:
                cut = self._judge(stretch, place, until, pieces)
                place += 1
        if not cut:
            self._state = stretch.settled(self._map.library, place, until, with_f=self.under_way)
        if (self._active != active).any():
            mask = self._map.library.mask(self._active.copy(), self._state.z)
            self._state = replace(self._state, active=mask, everyone=False)
            self._accounts = self._solver.account(self._state)
        if self._keeps:
            shown = stretch.states[1 : place + 1] if self._wants_details else ()
            details = [self._solver.details(state) for state in shown]
            self._ledger.add(Records(*stretch.shown(place, until), *joined_rows(pieces), details))
        if fastest is not None and self.under_way:
            worst = np.where(self._active, stretch.measure[:place], 0.0).max(axis=1)
            self._pace.looked(place, cut, worst, fastest)

    def _plain(self, stretch: Stretch, place: int, until: Int[np.ndarray, "L"], pieces: list[Any]) -> int:
        """Record what comes from `place` on without anything special; how many records that are."""
        end = len(stretch)
        if stretch.fault is not None:
            faulty = ((stretch.fault[place:] > 0.0) & self._active).any(axis=1)
            end = place + int(faulty.argmax()) if faulty.any() else end
        if end == place:
            return 0
        residual, measure, size = (column[place:end] for column in (stretch.residual, stretch.measure, stretch.size))
        count, ends = self._watch.glance(residual, measure, size, self._active)
        if not count:
            return 0
        active = self._active
        made = np.where(active, count, 0)
        if ends is not None:
            made = np.minimum(made, ends + 1)
            ended = active & (ends < count)
            until[ended] = place + ends[ended]
            self._ending[ended] = CONVERGED
            self._active = active & ~ended
            if not self.under_way:
                count = int(made.max())
        self._enter(stretch, place, count, made, made, pieces)
        return count

    def _judge(self, stretch: Stretch, place: int, until: Int[np.ndarray, "L"], pieces: list[Any]) -> bool:
        """Record one iteration and end the samples that have a reason to; whether the loop acted upon the state."""
        residual, measure, size = stretch.residual[place], stretch.measure[place], stretch.size[place]
        active = self._active
        ending = self._watch.judge(residual, measure, size)
        self._recent.add(stretch.states[place + 1].z)
        if self._watch.suspects_cycle(active):
            period = self._recent.periods(self._watch, active)
            self._period = np.where(active & (ending == RUNNING), period, self._period)
            ending = np.where((ending == RUNNING) & (period > 0), CYCLE, ending)
        broken = ~(np.isfinite(residual) & np.isfinite(size))
        if stretch.fault is not None and stretch.fault[place].any():
            fault = stretch.fault[place]
            if self._stop.whole_batch:
                fault = np.full_like(fault, (fault * active).max())
            ending = np.where(fault > 0.0, fault.astype(np.int64), ending)
            broken |= fault > 0.0
        ended = active & (ending != RUNNING)
        broken &= ended
        self._enter(stretch, place, 1, active.astype(int), (active & ~broken).astype(int), pieces, seen=True)
        if not ended.any():
            return False
        failed = ended & (ending != CONVERGED) & (ending != FLOOR)
        acts = bool((failed | broken).any())
        if acts:
            self._state = stretch.settled(self._map.library, place + 1, until)
            ended &= ~self._rescued(failed, ending)
            back = self._map.library.mask(broken & ended, self._state.z)
            z = self._map.library.where(back[:, None], stretch.states[place].z, self._state.z)
            self._state = replace(self._state, z=z)
        rounding = self._map.library.epsilon(self._start) * size
        self._floor[ended] = np.where(residual > 0.0, residual, rounding)[ended]
        self._ending[ended] = ending[ended]
        until[ended] = place
        self._active = active & ~ended
        return acts

    def _enter(
        self,
        stretch: Stretch,
        place: int,
        count: int,
        charged: Int[np.ndarray, "L"],
        recorded: Int[np.ndarray, "L"],
        pieces: list[Any],
        seen: bool = False,
    ) -> None:
        """Go on by so many iterations from `place` on; of the first of these each sample is charged so many, and so
        many are its records. seen: the points are already among the recent ones."""
        if self._keeps or stretch.costs_vary:
            places = np.arange(count)[:, None]
            pieces.append((*self._ledger.charged(*stretch.costs(place, count), places < charged), places < recorded))
        else:
            self._ledger.charge(stretch.evaluations, stretch.jacobians, charged)
        self._last = np.where(recorded > 0, self._ledger.number + recorded, self._last)
        newest = stretch.residual[place + np.maximum(recorded, 1) - 1, np.arange(len(recorded))]
        self._residual = np.where(recorded > 0, newest, self._residual)
        self._ledger.number += count
        if not seen:
            self._recent.add(*stretch.points(place + count)[place:])

    def _rescued(self, failed: Bool[np.ndarray, "L"], ending: Int[np.ndarray, "L"]) -> Bool[np.ndarray, "L"]:
        """Which of the samples that failed the solver has another way for; they go on."""
        library = self._map.library
        reasons = np.where(failed, ending, RUNNING)
        found = self._solver.rescue(self._map, self._state, reasons) if failed.any() else None
        if found is None:
            return np.zeros_like(failed)
        self._state, again = found
        rescued: np.ndarray = failed & (library.host(again) > 0.0)
        if self._state.spent is not None:
            evaluations, jacobians = library.host(self._state.spent).T
            self._ledger.charged(evaluations, jacobians, rescued[None])
        self._watch.forget(rescued)
        self._period[rescued] = 0
        return rescued

    def _check_budget(self) -> None:
        reason = self._ledger.exhausted(self._budget, self._solver.evaluations)
        if self.under_way and reason:
            self.end(reason)
