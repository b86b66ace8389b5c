"""The race of integration methods: every one from the same start, at the settings in force and finer and finer."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..budget import Budget
from ..fitted_order import FittedOrder, fitted_order
from ..integration_method import IntegrationMethod
from ..lengths import length
from ..readings.integrator_race import IntegratorRace, IntegratorRun, ReferenceRun, Work
from .integrator_run import Followed, Question, follow
from .reference_trajectory import Reference

if TYPE_CHECKING:
    from jaxtyping import Float

_EVALUATIONS = {"kernel": 2**17, "python": 2**14, "numpy": 2**11, "torch": 2**10}
"""Of the finest run of a method, by the back end: a few hundredths of a second, in torch half a second."""
_COARSER = 5
"""A quick race may cost that many times two less."""
_FEWEST_STEPS, _FINER = 4, 2.0**0.5
_TOLERANCES = 10.0 ** -np.arange(1.0, 13.5, 0.5)
_SMOOTH = 800
"""Points that a curve in a plot needs to be seen as one."""
_POINTS = 4000
"""Of a path that are kept."""
_FLOOR = 0.1
"""Errors below that part of the gap between the references are not the method's own: the gap is about the error of the
looser one, and the other one's tolerances are a hundredth of its."""
_ROUNDING = 30.0
"""Errors below so many roundings of the solution, times the root of the number of steps, are noise."""


def race(question: Question) -> Generator[IntegratorRace | None, None, IntegratorRace]:
    """Yields None about every millisecond, and the race so far whenever a method is done; returns all of it."""
    reference = yield from Reference.found(question)
    runs: list[IntegratorRun] = []
    for tableau in question.racers:
        runs.append((yield from _run(question, tableau, reference)))
        yield _race(question, reference, runs)
    return _race(question, reference, runs)


def _race(question: Question, reference: Reference, runs: list[IntegratorRun]) -> IntegratorRace:
    return IntegratorRace(question.trajectory, question.span, _thinned_reference(reference.reading), tuple(runs))


def _run(question: Question, tableau: IntegrationMethod, reference: Reference) -> Generator[None, None, IntegratorRun]:
    """One method: at the settings in force, then with finer and finer ones."""
    choice = question.integration
    step = tableau.given_step(choice.fixed, choice.step)
    run = yield from follow(question, tableau, step, (choice.rtol, choice.atol), question.budget)
    kept = _thin(len(run.t))
    t, z = run.t[kept], run.z[kept]
    path_t, path_z = _path(run)
    fixed = falling = Work(np.empty(0), np.empty(0, np.int64), np.empty(0))
    if tableau.fixed_steps:
        fixed = yield from _equal_steps(question, tableau, reference)
    if tableau.adaptive:
        falling = yield from _falling_tolerances(question, tableau, reference)
    return IntegratorRun(
        method=tableau.name,
        title=tableau.title,
        order=tableau.order,
        adaptive=step is None,
        outcome=run.outcome,
        t=t,
        z=z,
        path_t=path_t,
        path_z=path_z,
        error=reference.distance(t, z),
        end_error=_end_error(run, reference),
        evaluations=run.evaluations,
        accepted=run.accepted,
        rejected=run.rejected,
        seconds=run.seconds,
        fixed=fixed,
        tolerances=falling,
        fit=_fit(question, fixed, reference),
    )


def _equal_steps(question: Question, tableau: IntegrationMethod, reference: Reference) -> Generator[None, None, Work]:
    """Runs with 4, 6, 8, 11, 16, ... equal steps, until they are exact to rounding or cost too much."""
    length, most = abs(question.span[1] - question.span[0]), _most_evaluations(question, tableau)
    rows: list[tuple[float, int, float]] = []
    finer, exact = 0, 0
    while exact < 2 and (count := round(_FEWEST_STEPS * _FINER**finer)) <= most:  # a run may also fail at no cost
        run = yield from follow(question, tableau, length / count, (math.nan, math.nan), _budget(most))
        if run.outcome.name in ("max_evaluations", "max_steps", "max_time"):
            break
        error = _end_error(run, reference)
        rows.append((length / count, run.evaluations, error))
        exact += error <= reference.end_floor(question.dtype)
        finer += 1
    return _work(rows)


def _falling_tolerances(
    question: Question, tableau: IntegrationMethod, reference: Reference
) -> Generator[None, None, Work]:
    """Runs with rtol from 0.1 down to 1e-13, atol falling with it."""
    choice, most = question.integration, _most_evaluations(question, tableau)
    rows: list[tuple[float, int, float]] = []
    for rtol in _TOLERANCES.tolist():
        tolerances = rtol, choice.atol * rtol / choice.rtol
        run = yield from follow(question, tableau, None, tolerances, _budget(most))
        if run.outcome.name in ("max_evaluations", "max_steps", "max_time"):
            break
        error = _end_error(run, reference)
        rows.append((rtol, run.evaluations, error))
        if error <= reference.end_floor(question.dtype):
            break
    return _work(rows)


def _fit(question: Question, fixed: Work, reference: Reference) -> FittedOrder:
    if not reference.reading.trusted:
        return FittedOrder(math.nan, reason="the reference cannot be trusted")
    steps = abs(question.span[1] - question.span[0]) / fixed.setting
    rounding = _ROUNDING * np.finfo(question.dtype).eps * reference.reading.size * np.sqrt(steps)
    floor = np.maximum(rounding, _FLOOR * reference.reading.end_gap)
    return fitted_order(fixed.setting, fixed.error, floor, reference.reading.size)


def _work(rows: list[tuple[float, int, float]]) -> Work:
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return Work(table[:, 0], table[:, 1].astype(np.int64), table[:, 2])


def _end_error(run: Followed, reference: Reference) -> float:
    if not run.outcome.success or not reference.reading.trusted:
        return math.nan
    error = length(run.z[-1] - reference.end)
    return error if math.isfinite(error) else math.nan


def _most_evaluations(question: Question, method: IntegrationMethod) -> int:
    return _EVALUATIONS[question.back_end(method)] >> (_COARSER if question.quick else 0)


def _budget(evaluations: int) -> Budget:
    return Budget(steps=evaluations, evaluations=evaluations)


def _thin(count: int) -> np.ndarray:
    """Places of at most `_POINTS` rows of `count`, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, _POINTS)).round().astype(np.int64))


def _path(run: Followed) -> tuple[Float[np.ndarray, "P"], Float[np.ndarray, "P n"]]:
    """The steps' ends, and where they are few so many places inside each step that all are about `_SMOOTH`."""
    parts = _SMOOTH // len(run.t)
    if parts < 2 or len(run.t) < 2:
        kept = _thin(len(run.t))
        return run.t[kept], run.z[kept]
    inside = run.t[:-1, None] + np.diff(run.t)[:, None] * np.arange(parts) / parts
    times = np.append(inside.ravel(), run.t[-1])
    return times, run.steps.at(times)[0]


def _thinned_reference(reading: ReferenceRun) -> ReferenceRun:
    kept = _thin(len(reading.t))
    return replace(reading, t=reading.t[kept], z=reading.z[kept], gap=reading.gap[kept])
