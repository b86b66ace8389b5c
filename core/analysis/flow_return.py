"""Runs of a flow that a search for closed orbits makes, and where one comes back to a section through its start."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import numpy as np

from ..budget import Budget
from ..dense_output import AcceptedSteps
from ..event_location import NODES, crossings, locate, values_at
from ..experiment import Integration
from ..tableaus.dop853 import TABLEAU as DOP853
from ..vector_field import VectorField
from .integrator_run import Followed, Question, follow

if TYPE_CHECKING:
    from jaxtyping import Float

METHOD = DOP853
_MOST_STEPS, _MOST_EVALUATIONS = 6_000, 100_000
_NEAR = 0.01
"""How near a crossing of the section must be to the point it began at, as a share of the orbit's size."""


def flow(
    field: VectorField,
    start: Float[np.ndarray, "n"],
    duration: float,
    rtol: float,
    atol: float,
    begin: float = 0.0,
) -> Generator[None, None, Followed]:
    """Follow `field` from `start` for `duration`, backward where that is negative; yields every few milliseconds.

    In Python floats: compiling a loop would take longer than the few hundred steps of a search.
    """
    budget = Budget(steps=_MOST_STEPS, evaluations=_MOST_EVALUATIONS)
    question = Question(field, start, (begin, begin + duration), (METHOD,), (), Integration(), budget, "python")
    return (yield from follow(question, METHOD, None, (rtol, atol), budget))


def size_of(points: Float[np.ndarray, "K n"]) -> Float[np.ndarray, "n"]:
    """The lengths that count as 1: the range of every component, or a millionth of the largest."""
    ranges = points.max(axis=0) - points.min(axis=0)
    return np.asarray(np.maximum(ranges, 1e-6 * ranges.max()))


def first_return(run: Followed, normal: Float[np.ndarray, "n"], size: Float[np.ndarray, "n"]) -> tuple[float, float]:
    """After what time, and with what miss as a share of `size`, a run first comes back near to where it began.

    normal: of the section through its first point, along the way the run goes there. (NaN, NaN) where it does not.
    """
    start, steps = run.z[0], run.steps.steps()
    found = times_at(steps, lambda z: (z - start) @ normal, direction=1)
    if not len(found):
        return np.nan, np.nan
    states = run.steps.at(found)[0]
    misses = np.linalg.norm((states - start) / size, axis=1)
    near = np.flatnonzero(misses <= _NEAR)
    if not len(near):
        return np.nan, np.nan
    return float(abs(found[near[0]] - run.t[0])), float(misses[near[0]])


def times_at(
    steps: AcceptedSteps, condition: Callable[[np.ndarray], np.ndarray], direction: int = 0
) -> Float[np.ndarray, "c"]:
    """When, in the order of the run, a function of the states (m, n) -> (m,) crosses 0."""

    def timed(_t: np.ndarray, z: np.ndarray) -> np.ndarray:
        return np.asarray(condition(z))

    found = crossings(values_at(timed, METHOD, steps, NODES), NODES, direction)
    return locate(timed, METHOD, steps, found)
