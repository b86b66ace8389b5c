"""What root solvers do, iteration by iteration."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .. import catalogue
from ..best_iterate import best_records
from ..outcome import Outcome
from ..probe import IteratesProbe
from ..readings.iterations import Iterations, SolverRun
from ..run_context import RunContext
from ..telemetry import Iterates, joined_iterates

_MOST_NUMBERS = 1_000_000
"""Of the points of one solver; beyond, iterations are left out evenly."""
_MOST_RECORDS = 4_096


@dataclass
class _Blocks:
    """One solver's blocks so far."""

    solver: str
    blocks: list[Iterates] = field(default_factory=list)
    outcomes: tuple[Outcome, ...] = ()


class IterationsProbe(IteratesProbe[Iterations]):
    """Keeps every point and what was measured there."""

    reading = Iterations
    title = "iterations"

    def begin(self, context: RunContext) -> None:
        self._context = context
        self._solvers: list[_Blocks] = []

    def open(self, solver: str) -> None:
        self._solvers.append(_Blocks(solver))

    def feed(self, iterates: Iterates) -> None:
        self._solvers[-1].blocks.append(iterates)

    def end(self, outcomes: tuple[Outcome, ...]) -> None:
        self._solvers[-1].outcomes = outcomes

    def read(self) -> Iterations:
        context, choice = self._context, self._context.experiment.root
        samples = context.samples
        rows = np.zeros(len(samples), dtype=np.int64) if context.rows is None else context.rows
        return Iterations(
            components=context.field.components,
            starts=samples,
            row=rows,
            criterion=choice.criterion,
            tolerance=choice.tolerance,
            whole_batch=choice.whole_batch,
            runs=tuple(self._run(solver) for solver in self._solvers if solver.blocks or solver.outcomes),
        )

    def _run(self, solver: _Blocks) -> SolverRun:
        samples = self._context.samples
        iteration, z, residual, measure, evaluations, active, seconds = _joined(solver.blocks, samples)
        z = np.where(active[..., None], z, np.nan)
        last = np.where(active.any(axis=0), len(active) - 1 - np.argmax(active[::-1], axis=0), -1)
        solution = np.where((last >= 0)[:, None], z[last, np.arange(len(samples))] if len(z) else samples, samples)
        if self._context.experiment.root.best and solver.outcomes:
            record = best_records(np.where(active, residual, np.nan), solver.outcomes)
            solution = np.where((record >= 0)[:, None], z[record, np.arange(len(samples))], solution)
        keep = _thinned(len(iteration), samples.size, last, self._context.every_step)
        return SolverRun(
            solver=solver.solver,
            title=catalogue.root_solvers()[solver.solver].title,
            iteration=iteration[keep],
            z=z[keep],
            residual=np.where(active, residual, np.nan)[keep],
            measure=np.where(active, measure, np.nan)[keep],
            evaluations=evaluations[keep],
            iterations=np.where(last >= 0, iteration[last] if len(iteration) else 0, 0),
            solution=solution,
            outcomes=solver.outcomes or (Outcome("running"),) * len(samples),
            seconds=seconds[keep] if len(seconds) else seconds,
        )


def _joined(blocks: list[Iterates], samples: np.ndarray) -> tuple[np.ndarray, ...]:
    """iteration (R,), z (R, S, n), residual, measure, evaluations and active (R, S), seconds (R,) of all blocks."""
    if not blocks:
        none = np.empty((0, len(samples)))
        return (
            np.empty(0, dtype=np.int64),
            np.empty((0, *samples.shape)),
            none,
            none,
            none.astype(int),
            none.astype(bool),
            np.empty(0),
        )
    names = ("iteration", "z", "residual", "measure", "evaluations", "active")
    whole = joined_iterates(blocks)
    seconds = np.empty(0) if whole.seconds is None else whole.seconds
    return *(getattr(whole, name) for name in names), seconds


def _thinned(records: int, numbers: int, last: np.ndarray, every: bool) -> np.ndarray:
    """Which records are kept: evenly spaced ones, the first, the last, and where each sample ended."""
    most = max(2, min(_MOST_RECORDS, _MOST_NUMBERS // max(1, numbers)))
    stride = 1 if every else -(-records // most)
    chosen = np.zeros(records, dtype=bool)
    chosen[::stride] = True
    chosen[-1:] = True
    chosen[last[last >= 0]] = True
    return np.flatnonzero(chosen)


PROBE = IterationsProbe
