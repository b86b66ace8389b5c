"""Where a root solver ends, for whoever wants no record of the way there."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .budget import Budget
from .outcome import Outcome
from .root_problem import FixedPoint
from .root_run import RootRun
from .root_solver import RootSolver
from .root_stretch import LONGEST
from .stop_rule import StopRule

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_MOST = 64
"""Iterations that a stretch has at most."""


@dataclass(frozen=True)
class Ends:
    """Of each of S samples the outcome, z (S, n) where it ended, numpy or a tensor, |f(z) - z| and iterations.

    way: blocks (k, S, n) of the points up to there as in `Iterates`, where they were wanted.
    """

    outcomes: tuple[Outcome, ...]
    z: Any
    residual: Float[np.ndarray, "S"]
    iterations: Int[np.ndarray, "S"]
    way: tuple[Any, ...] = ()


def solved_ends(
    problem: FixedPoint,
    solver: RootSolver,
    stop: StopRule,
    budget: Budget,
    device: str,
    dtype: str,
    with_way: bool = False,
    expected: int | None = None,
) -> Ends:
    """As `root_loop.iterate` on tensors, with the same numbers, bit for bit; nothing is kept of the iterations unless
    `with_way`, which takes as much time again where f is cheap.

    z of a start that is not finite is 0. expected: about so many iterations it will take, as a solve before did: then
    nobody looks at the numbers of the first of them on the way. The answer does not depend on it.
    """
    deadline = perf_counter() + budget.seconds
    longest = LONGEST if solver.strides else 1
    run = RootRun(problem, solver, stop, budget, "torch", device, dtype, False, longest, with_way, expected)
    run.open()
    way = []
    while run.under_way:
        if perf_counter() > deadline:
            run.end("max_time")
            break
        run.advance(_MOST)
        if with_way:
            way.append(run.block(stacked=True).z)
    if with_way and run.recorded:
        way.append(run.block(stacked=True).z)
    return Ends(run.outcomes(), *run.ends(), tuple(way))
