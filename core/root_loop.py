"""The root loop: many samples at once, each until it has converged or a reason says that it will not."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter

from .budget import Budget
from .outcome import Outcome
from .root_problem import FixedPoint
from .root_run import BLOCK_SECONDS, RootRun
from .root_solver import RootSolver
from .root_stretch import LONGEST
from .stop_rule import StopRule
from .telemetry import Iterates

_BLOCK_ITERATIONS = 64
"""A block is handed out after that many iterations or after `BLOCK_SECONDS`, whichever comes first."""


def iterate(
    problem: FixedPoint,
    solver: RootSolver,
    stop: StopRule,
    budget: Budget,
    path: str = "numpy",
    device: str = "cpu",
    dtype: str = "float64",
    details: bool = False,
    longest: int | None = None,
    stacked: bool = True,
) -> Generator[Iterates, None, tuple[Outcome, ...]]:
    """Iterate from every start of `problem`; yields blocks of iterations, returns one outcome per start.

    path: "numpy" or "torch". details: also record what pictures show of the solver's inside. A sample that ends stays
    where it is; what the others compute does not depend on it, bit for bit, unless the stopping rule takes the whole
    batch together. longest: iterations at most before anybody looks at their numbers; None: up to 16 for a solver
    that strides, else 1. The answer does not depend on it, only how often f is called past a sample's end. stacked:
    whether z of a block is one array (k, S, n), else it is k arrays (S, n), which nobody had to copy, and in which a
    sample that has ended is not held where it is.
    """
    deadline = perf_counter() + budget.seconds
    if longest is None:
        longest = LONGEST if solver.strides else 1
    run = RootRun(problem, solver, stop, budget, path, device, dtype, details, longest)
    since = perf_counter()
    run.open()
    while True:
        now = perf_counter()
        if run.under_way and now > deadline:
            run.end("max_time")
        if run.recorded and (run.recorded >= _BLOCK_ITERATIONS or now - since > BLOCK_SECONDS or not run.under_way):
            yield run.block(stacked)
            since = perf_counter()
        if not run.under_way:
            return run.outcomes()
        run.advance(_BLOCK_ITERATIONS - run.recorded)
