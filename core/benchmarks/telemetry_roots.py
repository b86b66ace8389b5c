"""What it costs to look after every iteration of a root solver: the loop with its records, and the bare iteration."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..budget import Budget
from ..callable_map import layer
from ..catalogue import root_solver
from ..deferred import deferred
from ..root_loop import iterate
from ..root_problem import FixedPoint, bind_near
from ..root_solver import RootSolver
from ..stop_rule import StopRule
from .fixed_point import MEMORY
from .fixed_point_batch import LayerBatch

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

ITERATIONS = {"picard": 48, "anderson": 12}
"""Of Anderson fewer: it arrives at the rounding of its numbers."""
MOST_SHARE = 1.05
"""The records may cost this much more."""
_NEVER = StopRule(1e-15, "absolute")
_SHRUNK = 0.99


def _problem(batch: LayerBatch) -> FixedPoint:
    """z = R tanh(z) + x with a slow rotation R, from which nobody arrives in so few iterations."""
    size = len(batch.W)
    turns = torch.tensor(_SHRUNK * np.linalg.qr(batch.W)[0])
    return FixedPoint(layer(lambda z, x: torch.tanh(z) @ turns.T + x, size, x=0.1 * batch.x), np.zeros_like(batch.x))


def recorded(batch: LayerBatch, method: str) -> Prepared:
    """The loop: every residual and every point of the way kept, and every sample judged after every iteration."""
    problem, solver = _problem(batch), _solver(method)

    def call() -> Float[np.ndarray, "B d"]:
        blocks = list(iterate(problem, solver, _NEVER, Budget(steps=ITERATIONS[method]), "torch", stacked=False))
        return np.asarray(blocks[-1].z[-1])

    return Prepared(call)


def bare(batch: LayerBatch, method: str) -> Prepared:
    """The same steps of the same solver, with nothing but the largest residual looked at after each."""
    problem, solver = _problem(batch), _solver(method)
    count = len(problem.start)
    lanes = count + -count % 32

    def call() -> Float[np.ndarray, "B d"]:
        start, rows = (np.concatenate([a, np.repeat(a[-1:], lanes - count, axis=0)]) for a in _given(problem))
        bound = bind_near(problem.map, rows, lanes, "float64")
        state = solver.init(bound, start, np.ones(lanes, dtype=bool))
        for _ in range(ITERATIONS[method]):
            state = solver.step(bound, state)
            if np.sqrt(((state.f - state.z) ** 2).sum(axis=1)).max() < _NEVER.tolerance:
                break
        return np.asarray(state.z[:count])

    return Prepared(call)


def _given(problem: FixedPoint) -> tuple[np.ndarray, np.ndarray]:
    rows = problem.rows
    return problem.start, np.arange(len(problem.start)) if rows is None else rows


def _solver(method: str) -> RootSolver:
    return root_solver(method, {"memory": MEMORY} if method == "anderson" else {})


def difference(answer: Float[np.ndarray, "B d"], true: Float[np.ndarray, "B d"]) -> float:
    """The largest distance."""
    return float(np.abs(answer - true).max())


def _cases() -> Iterator[Case]:
    for size, count in ((2, 32), (16, 256), (64, 256)):
        batch = LayerBatch.drawn(size, count)
        for method in ITERATIONS if size > 2 else ("picard",):
            yield Case(
                f"{size} units, {count} inputs, {ITERATIONS[method]} iterations of {method}",
                (
                    Entrant("ours, every iteration looked after", partial(recorded, batch, method)),
                    Entrant("ours, the bare iteration", partial(bare, batch, method), goal=1 / MOST_SHARE),
                ),
                bare(batch, method).call,
                difference,
                allowed=1e-12,
            )


BENCHMARK = Benchmark(
    "telemetry_roots",
    "records and judgement of every iteration, against the bare iteration; the ends must be the same",
    _cases,
)
