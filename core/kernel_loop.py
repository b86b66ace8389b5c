"""The integration loop as machine code: the formula, the method and the loop compiled together."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter

import numpy as np

from .kernels.trajectories import TrajectoryCalls, TrajectoryTask
from .kernels.trajectory_plan import record_columns
from .outcome import Outcome
from .step_rules import outcomes_of
from .telemetry import Steps, Unwanted

_ROWS = 1024
"""Room for attempted steps between two yields: well below a millisecond."""


def integrate(task: TrajectoryTask) -> Generator[Steps, Unwanted, tuple[Outcome, ...]]:
    """Follow every start of the problem; yields blocks of attempted steps, returns one outcome per start.

    The same steps, reasons and counts as `ode_loop.integrate`, to rounding.
    """
    deadline = perf_counter() + task.budget.seconds
    calls = TrajectoryCalls(task, recorded=True)
    memory, records = calls.memory(), np.empty((_ROWS, calls.plan.row))
    columns = record_columns(calls.plan.size, task.tableau.stages)
    while not calls.is_done:
        written = calls.advance(memory, _ROWS, records)
        if written:
            unwanted = yield _steps(records[:written].copy(), columns, calls.plan.size)
            if unwanted is not None:
                calls.leave(memory, unwanted)
        if perf_counter() > deadline:
            calls.abandon([memory], "max_time")
            break
    return outcomes_of(calls.ending, calls.t)


def _steps(rows: np.ndarray, columns: dict[str, slice], size: int) -> Steps:
    parts = {name: rows[:, place] for name, place in columns.items()}
    single = {name: parts[name][:, 0] for name in ("sample", "t0", "t1", "error", "accepted", "evaluations")}
    return Steps(
        sample=single["sample"].astype(np.int64),
        t0=single["t0"],
        t1=single["t1"],
        z0=parts["z0"],
        z1=parts["z1"],
        stages=parts["stages"].reshape(len(rows), -1, size),
        error=single["error"],
        accepted=single["accepted"].astype(bool),
        evaluations=single["evaluations"].astype(np.int64),
    )
