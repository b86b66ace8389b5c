"""Brent's method: inverse quadratic interpolation, secant and bisection, whichever can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..array_library import ArrayLibrary
from ..bracketing import Bracket, Bracketing


@dataclass(frozen=True)
class Brent(Bracketing):
    """z <- b + d from the better end b of the interval [b, c], with a the best point before.

    d is the step of the inverse parabola through a, b and c, or of the secant through b and c where a is one of them,
    if it stays within 3/4 of the interval and is at most half the step before the last; else half the interval. It is
    at least 2 epsilon |b|. Near a simple root the order is about 1.8.
    """

    name: ClassVar[str] = "brent"
    title: ClassVar[str] = "Brent"
    citation: ClassVar[str] = (
        "R. P. Brent, Algorithms for Minimization without Derivatives, Prentice-Hall (1973), ch. 4"
    )
    help: ClassVar[str] = "Interpolates and bisects inside a change of sign: fast and sure; one unknown only."

    def propose(self, library: ArrayLibrary, state: Bracket) -> tuple[Any, Any]:
        """The next point, and the last two steps (S, 2), newest first."""
        where, (g_near, g_far, g_third) = library.where, state.heights
        swapped = abs(g_far) < abs(g_near)
        b, c = where(swapped, state.far, state.near), where(swapped, state.near, state.far)
        g_b, g_c = where(swapped, g_far, g_near), where(swapped, g_near, g_far)
        last, before = state.memory[:, :1], state.memory[:, 1:]
        # of the two ends before, the better one was b: if it is still there, the interval is new
        renewed = ~(abs(g_third) <= abs(g_far))
        last, before = (where(renewed, state.near - state.far, step) for step in (last, before))
        half, least = 0.5 * (c - b), 2.0 * library.epsilon(b) * abs(b)
        p, q, fallen = _interpolated(library, state, (b, c), (g_b, g_c), swapped | renewed)
        p, q = abs(p), where(p > 0.0, -q, q)
        trusted = (2.0 * p < 3.0 * half * q - abs(least * q)) & (2.0 * p < abs(before * q))
        trusted = trusted & fallen & (abs(before) >= least)
        step, before = where(trusted, p / q, half), where(trusted, last, half)
        long = where(abs(step) > least, step, where(half > 0.0, least, -least))
        return b + long, library.concatenate([step, before], axis=1)


def _interpolated(
    library: ArrayLibrary, state: Bracket, ends: tuple[Any, Any], heights: tuple[Any, Any], straight: Any
) -> tuple[Any, Any, Any]:
    """p and q of the step -p / q from b, and where |g| is less at b than at a; straight: where a is c."""
    (b, c), (g_b, g_c) = ends, heights
    a = library.where(straight, c, state.third)
    g_a = library.where(straight, g_c, state.heights[2])
    s, u, v = g_b / g_a, g_a / g_c, g_b / g_c
    p = s * ((c - b) * u * (u - v) - (b - a) * (v - 1.0))
    q = (u - 1.0) * (v - 1.0) * (s - 1.0)
    p, q = library.where(straight, (c - b) * s, p), library.where(straight, 1.0 - s, q)
    return p, q, abs(g_a) > abs(g_b)


SOLVER = Brent
