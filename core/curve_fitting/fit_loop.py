"""The loop of a fit: one method, until a reason ends it. What it knows is a value, with which it can go on later."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..fit_method import FitMethod, FitPoint, Memory, movable
from .fit_end import FitEnd
from .least_squares import LeastSquares
from .model import FitCancelled

if TYPE_CHECKING:
    from jaxtyping import Float

_LEAST_FALL = 1e-9
"""A loss that falls by a smaller part has not fallen."""
_STILL = 1e-13
"""A tangent that moves the prediction by a smaller part of its size is none."""


@dataclass(frozen=True)
class FitStop:
    """tolerance: |r| in parts of the size of the target below which it is reached. slope: the largest cosine between
    the residual and a column of the tangent at a minimum. iterations, seconds: at most. aimed: one point is the target.
    """

    tolerance: float = 1e-10
    slope: float = 1e-6
    iterations: int = 200
    seconds: float = 60.0
    aimed: bool = False


@dataclass(frozen=True)
class FitState:
    """A fit after `number` iterations: where it is, what its method remembers, and what that took.

    best: the smallest loss yet, `still` iterations ago. slope: see `FitStop`. evaluations of f, runs of the solver.
    end: why it is over; None while it goes on.
    """

    number: int
    at: FitPoint
    memory: Memory
    best: float
    still: int = 0
    slope: float = np.nan
    evaluations: int = 0
    runs: int = 0
    seconds: float = 0.0
    end: FitEnd | None = None


def open_fit(
    problem: LeastSquares,
    method: FitMethod,
    u: Float[np.ndarray, "P"],
    stop: FitStop,
    memory: Memory | None = None,
) -> FitState:
    """A fit that begins at u. memory: of an earlier one that is led elsewhere. Raises FitCancelled."""
    begun, evaluations, runs = perf_counter(), problem.evaluations, problem.runs
    at = problem.look(u)
    if not np.isfinite(at.loss):
        distance = float(np.linalg.norm(at.residual))
        end = FitEnd("failed", distance, stop.aimed, detail=_fault(at))
        return FitState(0, at, (), at.loss, end=end)
    at = problem.linearised(at)
    state = FitState(0, at, method.begin(at) if memory is None else memory, at.loss)
    return _judged(problem, method, _counted(state, problem, evaluations, runs, begun), stop)


def next_iteration(problem: LeastSquares, method: FitMethod, state: FitState, stop: FitStop) -> FitState:
    """One iteration more of a fit that is not over. Raises FitCancelled."""
    begun, evaluations, runs = perf_counter(), problem.evaluations, problem.runs
    step = method.step(problem, problem.linearised(state.at), state.memory)
    at = problem.linearised(step.at)
    fell = at.loss < state.best * (1.0 - _LEAST_FALL)
    after = replace(
        state,
        number=state.number + 1,
        at=at,
        memory=step.memory,
        best=min(state.best, at.loss),
        still=0 if fell else state.still + 1,
    )
    return _judged(problem, method, _counted(after, problem, evaluations, runs, begun), stop, stuck=step.stuck)


def iterate_fit(
    problem: LeastSquares,
    method: FitMethod,
    u: Float[np.ndarray, "P"],
    stop: FitStop,
    should_stop: Callable[[], bool] = lambda: False,
) -> Generator[FitState, None, FitState]:
    """Every state of a fit, the first at u; returns the last, which has an end."""
    try:
        state = open_fit(problem, method, u, stop)
    except FitCancelled:
        nothing = np.full_like(problem.target, np.nan)
        at = FitPoint(u, nothing, nothing, np.inf, nothing)
        return FitState(0, at, (), np.inf, end=FitEnd("cancelled", np.inf, stop.aimed))
    while True:
        yield state
        if state.end is not None:
            return state
        try:
            if should_stop():
                raise FitCancelled
            state = next_iteration(problem, method, state, stop)
        except FitCancelled:
            return replace(state, end=FitEnd("cancelled", _distance(state.at), stop.aimed))


def _counted(state: FitState, problem: LeastSquares, evaluations: int, runs: int, begun: float) -> FitState:
    return replace(
        state,
        evaluations=state.evaluations + problem.evaluations - evaluations,
        runs=state.runs + problem.runs - runs,
        seconds=state.seconds + perf_counter() - begun,
    )


def _judged(
    problem: LeastSquares, method: FitMethod, state: FitState, stop: FitStop, *, stuck: bool = False
) -> FitState:
    """The state with its slope, and its end where there is one."""
    at, distance = state.at, _distance(state.at)
    free = movable(problem, at)
    slope = _slope(at, free)
    reach = np.abs(at.slopes).max(initial=0.0)
    size = max(problem.size, float(np.linalg.norm(at.prediction)))
    broken = _without_tangent(problem, at)
    reasons = {
        "reached": distance <= stop.tolerance * size,
        "failed": bool(broken),
        "flat": reach <= _STILL * size,
        "minimum": slope <= stop.slope or ((stuck or state.still >= method.patience) and slope <= 1e3 * stop.slope),
        "stalled": stuck or state.still >= method.patience,
        "max_iterations": state.number >= stop.iterations,
        "max_time": state.seconds >= stop.seconds,
    }
    name = next((name for name, holds in reasons.items() if holds), None)
    names = [one.name for one, is_free in zip(problem.coordinates, free, strict=True) if not is_free]
    held = tuple(names) if name in ("minimum", "stalled") else ()
    detail = f"the derivative by {broken} is not finite here" if name == "failed" else ""
    return replace(state, slope=slope, end=None if name is None else FitEnd(name, distance, stop.aimed, held, detail))


def _without_tangent(problem: LeastSquares, at: FitPoint) -> str:
    """The parameters by which the prediction has no finite derivative, as in: a, b and c; empty: none."""
    finite = np.isfinite(at.slopes).all(axis=0)
    names = [one.name for one, is_finite in zip(problem.coordinates, finite, strict=True) if not is_finite]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _slope(at: FitPoint, free: np.ndarray) -> float:
    """The largest cosine between the weighted residual and a weighted column of the tangent that may move; 0: none.

    NaN where such a column is not finite.
    """
    slopes, residual = at.weighted()
    columns = slopes[:, free]
    lengths = np.linalg.norm(columns, axis=0) * np.linalg.norm(residual)
    products = np.abs(columns.T @ residual)
    return float(np.divide(products, lengths, out=np.zeros_like(products), where=lengths != 0.0).max(initial=0.0))


def _fault(at: FitPoint) -> str:
    """Why a loss is no finite number."""
    if not at.fault and np.isfinite(at.prediction).all():
        return "the loss overflowed: the distances are too large to be squared"
    return at.fault or "the prediction is not a finite number"


def _distance(at: FitPoint) -> float:
    return float(np.linalg.norm(at.residual))
