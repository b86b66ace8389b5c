"""Chandrupatla's method: bisection, or the parabola through three points where it is surely monotone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..array_library import ArrayLibrary
from ..bracketing import Bracket, Bracketing


@dataclass(frozen=True)
class Chandrupatla(Bracketing):
    """z <- a + t (b - a) with ends a, b and the end c that went last.

    With xi = (a - b) / (c - b) and phi = (g_a - g_b) / (g_c - g_b), t is that of the inverse parabola through the
    three points where phi^2 < xi and (1 - phi)^2 < 1 - xi, else 1/2. a is the newest point.
    """

    name: ClassVar[str] = "chandrupatla"
    title: ClassVar[str] = "Chandrupatla"
    citation: ClassVar[str] = "T. R. Chandrupatla, Adv. Eng. Softw. 28 (1997) 145"
    help: ClassVar[str] = "Bisects, or interpolates where that is sure to do better; one unknown only."

    def propose(self, library: ArrayLibrary, state: Bracket) -> tuple[Any, Any]:
        """The point at t, at least a rounding away from both ends."""
        a, b, c = state.near, state.far, state.third
        g_a, g_b, g_c = state.heights
        xi, phi = (a - b) / (c - b), (g_a - g_b) / (g_c - g_b)
        sure = (phi * phi < xi) & ((1.0 - phi) * (1.0 - phi) < 1.0 - xi)
        t = g_a / (g_b - g_a) * (g_c / (g_b - g_c)) + (c - a) / (b - a) * (g_a / (g_c - g_a)) * (g_b / (g_c - g_b))
        best = library.where(abs(g_a) < abs(g_b), abs(a), abs(b))
        least = 2.0 * library.epsilon(a) * best / state.length
        t = library.where(t > least, t, least)
        t = library.where(t < 1.0 - least, t, 1.0 - least)
        return library.where(sure, a + t * (b - a), float("nan")), state.memory


SOLVER = Chandrupatla
