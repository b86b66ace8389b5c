"""The public `core.solve`: one call finds the root of an implicit layer from one start or many."""

from __future__ import annotations

import inspect
from collections.abc import Generator, Mapping
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from . import catalogue
from .best_iterate import with_best
from .budget import Budget
from .deferred import deferred
from .device import is_processor
from .field_check import declarations
from .fixed_point_map import FixedPointMap
from .formula_map import FormulaMap
from .language import System
from .nearest_name import suggestion
from .outcome import Outcome
from .root import History, Root, RootStats
from .root_loop import iterate
from .root_path import choose_root_path
from .root_problem import FixedPoint
from .root_solver import RootSolver
from .start_rows import start_rows
from .stop_rule import StopRule
from .telemetry import Iterates, host, joined_iterates

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

_ITERATIONS = 200
"""Where neither iterations nor a budget are given."""


def solve(
    system: System | FixedPointMap,
    start: Any = None,
    method: str = "anderson",
    *,
    tol: float = 1e-8,
    stop: str = "relative",
    whole_batch: bool = False,
    params: Mapping[str, float] | None = None,
    budget: Budget | None = None,
    iterations: int | None = None,
    device: str = "cpu",
    dtype: str = "float64",
    path: str = "auto",
    rows: Any = None,
    best: bool = False,
    **options: Any,
) -> Root:
    """Find z = f(z), or 0 = g(z), from `start`.

    system: a parsed formula, or a layer (`core.layer`). start: n numbers, or S times n; tensors give a root in
    tensors. Where the layer has batch data of B rows, one start serves every row, and several are one per row. None:
    the text's own starts, or 0.
    method: a root solver; `options` set its fields (memory=5, beta=0.5, ...). tol, stop, whole_batch: see `StopRule`.
    params: values of the formula's parameters by name. iterations: at most; None takes the steps of `budget`, which
    also bounds evaluations and time, or 200. path: "auto", "numpy" (small formulas) or "torch". rows: which row of the
    batch data each of the S starts sees, where it is not one per row. best: see below.

    A torch callable is called with rows beside the S starts, copies of the last one, so that a sample is the same alone
    and in a batch: what it counts or remembers of its calls is not a matter of S.

    A start that finds no root says why in `root.outcome` and keeps its last good point or, with `best`, that with the
    smallest residual; the others go on. Raises ValueError or TypeError, with a sentence, where the question makes no
    sense.
    """
    solver = _solver(method, options)
    mapping = _map_of(system, params)
    starts, single = _starts(start, mapping, None if rows is None else np.size(rows))
    refusal = solver.refusal(mapping)
    if refusal is not None:
        raise ValueError(refusal)
    problem = FixedPoint(mapping, starts, rows)
    chosen = choose_root_path(mapping, path, device, dtype)
    rule = StopRule(tol, stop, whole_batch)
    allowed = _allowed(iterations, budget)
    begun = perf_counter()
    loop = iterate(problem, solver, rule, allowed, chosen, device, dtype, stacked=not is_processor(device))
    blocks, outcomes = _followed(loop)
    root = _root(blocks, outcomes, problem, single, perf_counter() - begun, start, device, dtype)
    return replace(with_best(root) if best else root, path=chosen)


def _allowed(iterations: int | None, budget: Budget | None) -> Budget:
    if iterations is not None and (isinstance(iterations, bool) or not isinstance(iterations, int | np.integer)):
        raise TypeError(f"iterations must be a whole number, not {iterations!r}")
    if budget is not None and not isinstance(budget, Budget):
        raise TypeError(f"the budget must be a core.Budget, such as core.Budget(seconds=10), not {budget!r}")
    if budget is None:
        return Budget(steps=_ITERATIONS if iterations is None else iterations)
    return budget if iterations is None else replace(budget, steps=min(budget.steps, iterations))


def _solver(method: str, options: Mapping[str, Any]) -> RootSolver:
    """The solver with its options; TypeError for a keyword that neither it nor `solve` takes, with the nearest."""
    if not isinstance(method, str):
        raise TypeError(f'the method must be the name of a root solver, such as "newton", not {method!r}')
    if method in catalogue.root_solvers():
        mine = list(declarations(catalogue.root_solvers()[method])) if options else []
        for name in options:
            if name not in mine:
                known = [name for name in inspect.signature(solve).parameters if name != "options"] + mine
                raise TypeError(f"solve with {method} has no option {name!r}{suggestion(name, known)}")
    return catalogue.root_solver(method, options)


def _map_of(system: System | FixedPointMap, params: Mapping[str, float] | None) -> FixedPointMap:
    if isinstance(system, System):
        return FormulaMap(system, params)
    if not hasattr(system, "components") or not hasattr(system, "batch"):
        raise TypeError(
            f"solve needs a parsed formula (core.parse) or a layer (core.layer), not {type(system).__name__}"
        )
    if params:
        raise TypeError("params names parameters of a formula, and this layer has none: bind them in the callable")
    return system


def _starts(start: Any, mapping: FixedPointMap, wanted: int | None) -> tuple[Float[np.ndarray, "S n"], bool]:
    """The starts as rows, one of them for every row of the batch data or for `wanted` ones, and whether the answer is
    one sample without rows."""
    if start is None:
        own = mapping.system.starts if mapping.system is not None else getattr(mapping, "starts", ())
        start = own[0] if len(own) == 1 else (own or np.zeros(mapping.size))
    rows, single = start_rows(start, mapping.components, "S")
    if single and mapping.batch is not None:
        return np.repeat(rows, mapping.batch if wanted is None else wanted, axis=0), False
    return rows, single


def _followed(loop: Generator[Iterates, None, tuple[Outcome, ...]]) -> tuple[list[Iterates], tuple[Outcome, ...]]:
    """Every block of the loop on the host, and how its samples ended."""
    blocks: list[Iterates] = []
    while True:
        try:
            block = next(loop)
        except StopIteration as end:
            return blocks, end.value
        blocks.append(replace(block, z=[host(z) for z in block.z] if isinstance(block.z, list) else host(block.z)))


def _root(
    blocks: list[Iterates],
    outcomes: tuple[Outcome, ...],
    problem: FixedPoint,
    single: bool,
    seconds: float,
    start: Any,
    device: str,
    dtype: str,
) -> Root:
    """The blocks as one answer."""
    count, size = problem.start.shape
    with np.errstate(over="ignore"):  # a start beyond the largest number of the dtype is infinite there
        z, residual = problem.start.astype(dtype), np.full(count, np.nan)
    iterations, evaluations, jacobians = (np.zeros(count, dtype=np.int64) for _ in range(3))
    for block in blocks:
        last = len(block) - 1 - block.active[::-1].argmax(axis=0)
        (sample,) = block.active.any(axis=0).nonzero()
        for record in np.unique(last[sample]):
            here = sample[last[sample] == record]
            z[here] = block.z[record][here]
        residual[sample] = block.residual[last[sample], sample]
        iterations[sample] = block.iteration[last[sample]]
        evaluations, jacobians = block.evaluations[-1], block.jacobians[-1]
    history = partial(_history, blocks, count, size)
    answer: Any = z[0] if single else z
    if hasattr(start, "detach"):
        answer = torch.as_tensor(answer, device=device)
    if single:
        stats = RootStats(int(evaluations[0]), int(jacobians[0]), seconds)
        return Root(answer, float(residual[0]), int(iterations[0]), outcomes[0], stats, lambda: history().of(0))
    return Root(answer, residual, iterations, outcomes, RootStats(evaluations, jacobians, seconds), history)


def _history(blocks: list[Iterates], count: int, size: int) -> History:
    """The blocks as one table, without iterations that gave no record."""
    if not blocks:
        empty = np.empty((0, count))
        return History(np.empty(0, np.int64), np.empty((0, count, size)), empty, empty, empty.astype(np.int64))
    whole = joined_iterates([replace(block, z=np.asarray(block.z)) for block in blocks])
    kept = whole.active.any(axis=1)
    active = whole.active[kept]
    return History(
        iteration=whole.iteration[kept],
        z=np.where(active[..., None], whole.z[kept], np.nan),
        residual=np.where(active, whole.residual[kept], np.nan),
        measure=np.where(active, whole.measure[kept], np.nan),
        evaluations=np.where(active, whole.evaluations[kept], 0),
    )
