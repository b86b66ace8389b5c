"""Where a flow comes to rest: followed on and on, and the equilibrium found by Newton's method."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..budget import Budget
from ..outcome import Outcome
from .classification import classify
from .integrator_run import Followed, Question, follow
from .reference_trajectory import candidates

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

_NEAR = 1e-6
"""Of the solution's size: where Newton's step is shorter the trajectory is at a stable equilibrium."""
_STILL = 1e-6
"""Of the solution's size: what moves less in all the time that it was followed moves no more."""
_SINGULAR = 1e-9
"""A Jacobian with an eigenvalue below that part of the largest has equilibria side by side."""
_LARGEST = 40
"""Components up to which the Jacobian is looked at."""
_TOLERANCES = 1e-9, 1e-11
"""Relative, and absolute beside the solution's size."""
_DOUBLINGS = 40
_EVALUATIONS = {"kernel": 300_000, "python": 60_000, "numpy": 20_000, "torch": 10_000}
_NEWTON, _QUICK = 60, 8


@dataclass(frozen=True)
class Equilibrated:
    """z (n,): the equilibrium; label, eigenvalues: of the Jacobian there, "" and none where it was not looked at,
    "degenerate" where it is singular; polished: whether Newton's method found it."""

    z: Float[np.ndarray, "n"]
    label: str
    eigenvalues: Complex[np.ndarray, "e"]
    polished: bool


@dataclass(frozen=True)
class FollowedOn:
    """What came of it. rest: None where it was not found, and `note` says why. legs: the way on from the end of the
    question's span, each twice as long as the one before."""

    rest: Equilibrated | None
    note: str
    legs: tuple[Followed, ...]


def come_to_rest(
    question: Question, end: Float[np.ndarray, "n"], size: float, seconds: float
) -> Generator[None, None, FollowedOn]:
    """Follow the trajectory of `question` on from `end`, its state at the end of the span, until it rests.

    It rests where Newton's step J^-1 f is below 1e-6 of the size and every eigenvalue of J = df/dz lies in the stable
    half plane; where J is singular, or too large to be looked at, once it would move less than 1e-6 of the size in all
    the time that went by. A time-dependent field rests nowhere. size: of the solution; seconds: after which it ends.
    """
    if not question.field.autonomous:
        return FollowedOn(None, "the field depends on time, and so does where it would rest", ())
    t0, t1 = question.span
    sign, begun = math.copysign(1.0, t1 - t0), perf_counter()
    legs: list[Followed] = []
    z, t, size = end, t1, max(size, np.finfo(np.float64).tiny)
    for leg in range(_DOUBLINGS):
        rest = _resting(question, z, t - t0, size, sign)
        if rest is not None:
            return FollowedOn(rest, "", tuple(legs))
        length = (t1 - t0) * 2.0**leg
        found = yield from _leg(replace(question, start=z, span=(t, t + length)), size, legs, begun + seconds)
        if found is not None:
            legs.append(found)
        if found is None or not found.outcome.success:
            return FollowedOn(None, _why_not(question, found, legs, z, t), tuple(legs))
        z, t = found.z[-1], float(found.t[-1])
    return FollowedOn(None, _moving(question, z, t), tuple(legs))


def _leg(
    question: Question, size: float, before: list[Followed], until: float
) -> Generator[None, None, Followed | None]:
    """A stretch of the way, by the first method that gets there, explicit before implicit; None where nothing is left
    to spend."""
    found: Followed | None = None
    methods = candidates(question.embedded)
    kinds = [next((method for method in methods if method.stiff is stiff), None) for stiff in (False, True)]
    spent = sum(leg.evaluations for leg in before)
    for method in filter(None, kinds):
        left = _EVALUATIONS[question.back_end(method)] - spent
        seconds = until - perf_counter()
        if left <= 0 or seconds <= 0.0:
            return found
        budget = Budget(steps=left, evaluations=left, seconds=seconds)
        found = yield from follow(question, method, None, (_TOLERANCES[0], _TOLERANCES[1] * size), budget)
        if found.outcome.name not in ("max_steps", "max_evaluations", "max_time", "unsolved_step"):
            return found
    return found


def _resting(
    question: Question, z: Float[np.ndarray, "n"], passed: float, size: float, sign: float
) -> Equilibrated | None:
    """The equilibrium at which a state is; None where it still moves."""
    field, time = question.field, question.span[0]
    with np.errstate(all="ignore"):
        slope = np.asarray(field.array()(time, z[None]))[0]
        speed = float(np.linalg.norm(slope))
    still = speed * abs(passed) <= _STILL * size
    if field.size > _LARGEST:
        return Equilibrated(z, "", np.empty(0, dtype=np.complex128), False) if still else None
    jacobian = _jacobian(question, z)
    if not np.isfinite(jacobian).all():
        return None
    eigenvalues = np.linalg.eigvals(jacobian).astype(np.complex128)
    sizes = np.abs(eigenvalues)
    if sizes.min() <= _SINGULAR * max(float(sizes.max()), np.finfo(np.float64).tiny):
        return Equilibrated(z, classify(eigenvalues)[0], eigenvalues, False) if still else None
    stable = bool((sign * eigenvalues.real < 0.0).all())
    with np.errstate(over="ignore"):
        away = float(np.linalg.norm(np.linalg.solve(jacobian, slope)))
    if not away <= _NEAR * size or not (stable or speed == 0.0):
        return None
    point, quick = _polished(question, z, size)
    if not quick:
        return Equilibrated(point, "degenerate", np.empty(0, dtype=np.complex128), True)
    eigenvalues = np.linalg.eigvals(_jacobian(question, point)).astype(np.complex128)
    return Equilibrated(point, classify(eigenvalues)[0], eigenvalues, True)


def _jacobian(question: Question, z: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n n"]:
    with np.errstate(all="ignore"):
        found: np.ndarray = np.asarray(question.field.jacobian()(question.span[0], z[None]))[0]
    return found


def _polished(question: Question, z: Float[np.ndarray, "n"], size: float) -> tuple[Float[np.ndarray, "n"], bool]:
    """Newton's method from a point near an equilibrium, until its step no longer shrinks; and whether it was quick, as
    where the Jacobian is regular."""
    rate, least, rounding = question.field.array(), math.inf, float(np.finfo(np.float64).eps) * size
    for iteration in range(_NEWTON):
        matrix = _jacobian(question, z)
        with np.errstate(all="ignore"):
            slope = np.asarray(rate(question.span[0], z[None]))[0]
        if not (np.isfinite(matrix).all() and np.isfinite(slope).all()):
            return z, False
        step = np.linalg.lstsq(matrix, slope, rcond=None)[0]
        length = float(np.linalg.norm(step))
        if not length < least:
            return z, iteration <= _QUICK
        z, least = z - step, length
        if length <= rounding:
            return z, iteration <= _QUICK
    return z, False


def _why_not(
    question: Question, found: Followed | None, legs: list[Followed], z: Float[np.ndarray, "n"], t: float
) -> str:
    if found is None or found.outcome.name in ("max_steps", "max_evaluations", "max_time"):
        last = legs[-1] if legs else None
        return _moving(question, z if last is None else last.z[-1], t if last is None else float(last.t[-1]))
    return f"followed on, it {told(found.outcome)}"


def told(outcome: Outcome) -> str:
    """What happened and when, without a cure."""
    return outcome.what if outcome.t is None else f"{outcome.what} at t = {outcome.t:.4g}"


def _moving(question: Question, z: Float[np.ndarray, "n"], t: float) -> str:
    with np.errstate(all="ignore"):
        speed = float(np.linalg.norm(np.asarray(question.field.array()(question.span[0], z[None]))[0]))
    return f"it comes to no rest that is seen: followed to t = {t:.4g}, it still moves, with |f| = {speed:.2g}"


def states_on(legs: tuple[Followed, ...], times: Float[np.ndarray, "T"]) -> Float[np.ndarray, "T n"]:
    """The states at times on the legs; NaN where they do not come."""
    states = np.full((len(times), legs[0].z.shape[1]), np.nan)
    for leg in legs:
        low, high = sorted((leg.t[0], leg.t[-1]))
        inside = (times >= low) & (times <= high)
        states[inside] = leg.steps.at(times[inside])[0]
    return states
