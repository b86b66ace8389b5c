"""Where inside recorded steps a function of time and state changes its sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .dense_output import AcceptedSteps, interpolate
from .integration_method import IntegrationMethod

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from .event_functions import Condition

NODES: Float[np.ndarray, "nodes"] = np.linspace(0.0, 1.0, 9)
"""Places in a step, as fractions of it, at which the sign of g is looked at."""
FRESH_NODES: Float[np.ndarray, "nodes"] = np.concatenate([[0.0], 2.0 ** np.arange(-40.0, -3.0), NODES[1:]])
"""The same for a step that begins at an event, which may come again very soon."""
_ULPS = 0.5
"""A crossing is known where its time is, to so many roundings of the larger end of the step."""
_NUMBERS = 2**20
"""Most numbers in the states at the places of steps that are looked at together."""
_MOST_HALVINGS = 200
"""Steps of the root finder: a safeguard, several times what the worst case takes."""


class Crossings(NamedTuple):
    """Crossings in steps, each between two places of its step at which g has different signs, or is 0 at the later.

    row (c,) which step; low, high (c,) the places; g_low, g_high (c,) there.
    """

    row: Int[np.ndarray, "c"]
    low: Float[np.ndarray, "c"]
    high: Float[np.ndarray, "c"]
    g_low: Float[np.ndarray, "c"]
    g_high: Float[np.ndarray, "c"]


def values_at(
    condition: Condition, tableau: IntegrationMethod, steps: AcceptedSteps, nodes: Float[np.ndarray, "nodes"]
) -> Float[np.ndarray, "k nodes"]:
    """g at the places `nodes` of every step."""
    count, most = len(steps.t0), max(1, _NUMBERS // (len(nodes) * steps.z0.shape[1]))
    if count > most:
        parts = (steps.take(np.arange(begin, min(begin + most, count))) for begin in range(0, count, most))
        return np.concatenate([values_at(condition, tableau, part, nodes) for part in parts])
    states = interpolate(tableau, *steps[1:6], nodes)
    times = steps.t0[:, None] + nodes * (steps.t1 - steps.t0)[:, None]
    states[:, 0], states[:, -1], times[:, -1] = steps.z0, steps.z1, steps.t1  # more exact than their interpolants
    return condition(times.reshape(-1), states.reshape(-1, states.shape[2])).reshape(times.shape)


def crossings(g: Float[np.ndarray, "k nodes"], nodes: Float[np.ndarray, "nodes"], direction: int) -> Crossings:
    """Where g changes its sign, or comes to 0, from one node to the next, in the direction asked for."""
    signs = np.sign(g)
    before, after = signs[:, :-1], signs[:, 1:]
    crossed = (before * after < 0) | ((before != 0) & (after == 0))
    if direction:
        crossed &= before == -direction
    row, place = np.nonzero(crossed)
    return Crossings(row, nodes[place], nodes[place + 1], g[row, place], g[row, place + 1])


def locate(
    condition: Condition, tableau: IntegrationMethod, steps: AcceptedSteps, found: Crossings
) -> Float[np.ndarray, "c"]:
    """The time of every crossing on the dense output, by inverse quadratic interpolation guarded by halving.

    Each keeps its own interval, so that one does not change another. Source: T. R. Chandrupatla, Advances in
    Engineering Software 28 (1997) 145; the form of P. O. J. Scherer, Computational Physics (2010), section 6.1.7.
    """
    inside = steps.take(found.row)
    h = inside.t1 - inside.t0
    epsilon = np.finfo(np.float64).eps
    tolerance = epsilon * (1.0 + _ULPS * np.maximum(abs(inside.t0), abs(inside.t1)) / abs(h))

    def time_at(theta: np.ndarray) -> np.ndarray:
        return np.where(theta < 1.0, inside.t0 + theta * h, inside.t1)

    b, a, fb, fa = found.low, found.high, found.g_low, found.g_high
    c, fc = a, fa
    best = np.where(abs(fa) < abs(fb), a, b)
    part, going = np.full(len(a), 0.5), (fa != 0.0) & (fb != 0.0)
    for _ in range(_MOST_HALVINGS):
        rows = np.flatnonzero(going)
        if not rows.size:
            break
        x = np.where(going, a + part * (b - a), a)
        f = fa.copy()
        some = inside.take(rows)
        times = time_at(x)[rows]
        f[rows] = condition(times, some.states(tableau, times))
        same = np.sign(f) == np.sign(fa)
        c, fc = np.where(going, np.where(same, a, b), c), np.where(going, np.where(same, fa, fb), fc)
        b, fb = np.where(going & ~same, a, b), np.where(going & ~same, fa, fb)
        a, fa = np.where(going, x, a), np.where(going, f, fa)
        best = np.where(abs(fa) < abs(fb), a, b)
        shut = tolerance / abs(b - a)
        going = going & (shut < 0.5) & (fa != 0.0) & ~np.isnan(fa)
        part = _next_part((a, b, c), (fa, fb, fc), shut)
    return time_at(best)


def _next_part(
    places: tuple[np.ndarray, np.ndarray, np.ndarray],
    values: tuple[np.ndarray, np.ndarray, np.ndarray],
    shut: np.ndarray,
) -> np.ndarray:
    """How far from a towards b to look next."""
    (a, b, c), (fa, fb, fc) = places, values
    with np.errstate(all="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        smooth = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
        guess = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    part = np.where(smooth & np.isfinite(guess), guess, 0.5)
    return np.asarray(np.clip(part, shut, 1.0 - shut))
