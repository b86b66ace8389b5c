"""Networks of ever more and thinner residual layers, against the differential equation and its equilibrium."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..fitted_order import FittedOrder, fitted_order
from ..readings.depth_limit import DepthLimit, RestPoint
from ..readings.integrator_race import ReferenceRun
from ..vector_field import VectorField
from .coming_to_rest import FollowedOn, come_to_rest, states_on, told
from .integrator_run import Question
from .reference_trajectory import Reference

if TYPE_CHECKING:
    from jaxtyping import Float, Int

LAYERS: Int[np.ndarray, "L"] = np.array([*range(1, 33), 40, 48, 64, 96, 128, 192, 256])
"""Numbers of layers N."""
_FINE = 48
"""Layers from which on errors show an order."""
_KEPT = 12
"""Components up to which all are kept; of more, that many evenly spread ones."""
_PER_STEP, _FEWEST_POINTS, _MOST_POINTS = 4, 400, 4000
"""Points of the solution for each step that it was followed by, more where there are few steps, and the most that are
kept: up to t1, and of what is further."""
_SETTLED = 1e-3
"""Of the start's distance from the equilibrium: nearer, nothing is seen to move."""
_SECONDS, _QUICK_SECONDS = 1.5, 0.1
"""For the way to the equilibrium."""
_TURNS, _MOST_SPANS = 3.0, 40.0
"""Time spans for which a trajectory without rest is shown after its first, and one that takes long to rest at most."""
_REFERENCE_SECONDS, _QUICK_REFERENCE_SECONDS = 2.0, 0.25
_LOOSE_RTOL, _LOOSE_SECONDS = 1e-7, 3.0
"""For what is too much work at the smallest tolerances."""
_SPENT = ("max_steps", "max_evaluations", "max_time", "unsolved_step")
_SLICE = 0.02


def depth_limit(question: Question) -> Generator[None, None, DepthLimit | None]:
    """Yields None about every hundredth of a second, and returns all of it; None where a quick answer takes too long.

    z_N after N layers z_(k+1) = z_k + h f(t_k, z_k), h = T/N, t_k = t0 + k h, tends to z(T) with an error
    |z_N - z(T)| = C h + O(h^2), by Euler's method; z(t) tends to the equilibrium where there is one.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.3.
    """
    t0, t1 = question.span
    start = question.start
    seconds = _QUICK_REFERENCE_SECONDS if question.quick else _REFERENCE_SECONDS
    reference = yield from Reference.found(question, seconds=seconds)
    if reference.reading.outcome.name in _SPENT:
        if question.quick:
            return None
        reference = yield from Reference.found(question, _LOOSE_RTOL, _LOOSE_SECONDS)
    known = reference.reading
    whole = known.outcome.success
    times, states, offsets = yield from _networks(question.field, start, question.span)
    gap = np.full(len(times), np.nan)
    for first, past in pairwise(offsets.tolist()):
        gap[first:past] = _distance(reference, times[first:past], states[first:past])
        yield
    error = gap[offsets[1:] - 1] if whole else np.full(len(LAYERS), np.nan)
    on = FollowedOn(None, "", ())
    if whole:
        seconds = _QUICK_SECONDS if question.quick else _SECONDS
        on = yield from come_to_rest(question, reference.end, known.size, seconds)
    curve_t = _between(known.t)
    curve = reference.at(curve_t)
    kept = _places(question.field.size)
    rest, note = _rest_point(question, on, curve_t, curve, kept), on.note
    further_t = _further(question, on, rest)
    further = states_on(on.legs, further_t) if len(further_t) else np.empty((0, len(start)))
    root = None if on.rest is None else on.rest.z
    return DepthLimit(
        trajectory=question.trajectory,
        components=tuple(question.field.components[place] for place in kept),
        places=kept,
        span=question.span,
        layers=LAYERS,
        offsets=offsets,
        t=times,
        z=states[:, kept],
        gap=gap,
        error=error,
        from_rest=_length(states[offsets[1:] - 1], root),
        order=_order(abs(t1 - t0), error, reference),
        curve_t=curve_t,
        curve_z=curve[:, kept],
        further_t=further_t,
        further_z=further[:, kept],
        rest=rest,
        rest_note=note if whole else "the solution does not come to the end of the time span",
        end_from_rest=float(_length(reference.end[None], root)[0]) if whole else math.nan,
        note=_doubts(known),
        accuracy=known.end_gap,
    )


def _networks(
    field: VectorField, start: Float[np.ndarray, "n"], span: tuple[float, float]
) -> Generator[None, None, tuple[Float[np.ndarray, "P"], Float[np.ndarray, "P n"], Int[np.ndarray, "L1"]]]:
    """Times and states of all networks, one after the other, and where each begins; all take a layer at once."""
    t0, t1 = span
    offsets = np.concatenate([[0], np.cumsum(LAYERS + 1)])
    h, rate, begun = (t1 - t0) / LAYERS, field.array(), perf_counter()
    times, states = np.full(offsets[-1], t0), np.full((offsets[-1], len(start)), np.nan)
    z = np.tile(start, (len(LAYERS), 1))
    states[offsets[:-1]] = z
    for k in range(int(LAYERS[-1])):
        deep = int(np.searchsorted(LAYERS, k, side="right"))  # the first that has more than k layers
        with np.errstate(all="ignore"):
            after = z[deep:] + h[deep:, None] * rate(t0 + k * h[deep:], z[deep:])
        after[~np.isfinite(after).all(axis=1)] = np.nan
        z[deep:] = after
        places = offsets[deep:-1] + k + 1
        times[places] = np.where(LAYERS[deep:] == k + 1, t1, t0 + (k + 1) * h[deep:])
        states[places] = after
        if perf_counter() - begun > _SLICE:
            yield
            begun = perf_counter()
    return times, states, offsets


def _distance(reference: Reference, t: Float[np.ndarray, "K"], z: Float[np.ndarray, "K n"]) -> Float[np.ndarray, "K"]:
    """|z - z(t)|; NaN where one of the two is not known."""
    with np.errstate(invalid="ignore"):
        return reference.distance(t, z)


def _order(duration: float, error: Float[np.ndarray, "L"], reference: Reference) -> FittedOrder:
    """The slope over the finest networks: of the others the error is not C h alone."""
    first = int(np.searchsorted(LAYERS, _FINE))
    floor, size = reference.end_floor("float64"), reference.reading.size
    fit = fitted_order(duration / LAYERS[first:], error[first:], floor, size)
    return replace(fit, used=(fit.used[0] + first, fit.used[1] + first)) if fit.found else fit


def _places(size: int) -> tuple[int, ...]:
    return tuple(range(size)) if size <= _KEPT else tuple(size * part // _KEPT for part in range(_KEPT))


def _length(z: Float[np.ndarray, "L n"], root: Float[np.ndarray, "n"] | None) -> Float[np.ndarray, "L"]:
    """|z - z*|; NaN without a z*."""
    if root is None:
        return np.full(len(z), np.nan)
    with np.errstate(over="ignore"):
        return np.asarray(np.linalg.norm(z - root, axis=1))


def _rest_point(
    question: Question,
    on: FollowedOn,
    curve_t: Float[np.ndarray, "K"],
    curve: Float[np.ndarray, "K n"],
    kept: tuple[int, ...],
) -> RestPoint | None:
    found = on.rest
    if found is None:
        return None
    parts = [(curve_t, curve), *((leg.t, leg.z) for leg in on.legs)]
    times = np.concatenate([t for t, _ in parts])
    away = _length(np.concatenate([z for _, z in parts]), found.z)
    far = np.flatnonzero(~(away <= _SETTLED * float(np.linalg.norm(question.start - found.z))))
    settled = float(times[min(int(far[-1]) + 1, len(times) - 1)]) if far.size else question.span[0]
    return RestPoint(found.z[list(kept)], found.label, found.eigenvalues, settled, found.polished)


def _further(question: Question, on: FollowedOn, rest: RestPoint | None) -> Float[np.ndarray, "F"]:
    """Times after the span: until it is settled, or where it does not come to rest for a few spans more."""
    if not on.legs:
        return np.empty(0)
    t0, t1 = question.span
    most = _TURNS if rest is None else min(1.15 * (rest.settled - t0) / (t1 - t0) - 1.0, _MOST_SPANS)
    until = t1 + max(most, 0.0) * (t1 - t0)
    times = _between(np.concatenate([on.legs[0].t[:1], *(leg.t[1:] for leg in on.legs)]), until)
    return times if len(times) > 1 else np.empty(0)


def _between(t: Float[np.ndarray, "K"], until: float | None = None) -> Float[np.ndarray, "F"]:
    """The ends of steps and places between them, up to a time, thinned evenly where they are too many."""
    if until is not None:
        t = np.append(t[(t - until) * (t[-1] - t[0]) < 0.0], until if (t[-1] - until) * (t[-1] - t[0]) > 0.0 else t[-1])
    count = max(_PER_STEP, _FEWEST_POINTS // max(len(t) - 1, 1))
    parts = np.arange(count) / count
    times = np.append((t[:-1, None] + parts * np.diff(t)[:, None]).ravel(), t[-1])
    if len(times) <= _MOST_POINTS:
        return times
    return np.asarray(times[np.linspace(0, len(times) - 1, _MOST_POINTS).round().astype(int)])


def _doubts(known: ReferenceRun) -> str:
    """Why errors at the end of the span mean nothing; empty where they do."""
    if not known.outcome.success:
        return f"the solution is not known to the end: it {told(known.outcome)}"
    if known.trusted:
        return ""
    until = f"up to t = {known.good_until:.4g}" if math.isfinite(known.good_until) else "nowhere"
    return f"the solution is known well {until}: this system magnifies every error, so shorten the time span"
